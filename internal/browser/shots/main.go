// Command shots takes pictures of a built site: each kind of page at three widths, light and dark, and on paper.
//
//	go run ./internal/browser/shots SITE OUT
//
// A picture is named after its page, width and scheme: charters-customer-insight-360-1440-dark.png. A tall page goes on
// in further pictures, -2.png and so on, so that each can be looked at whole. Two pages stand for a kind that has many,
// the largest and the smallest, in each language.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"charterhouse/internal/browser"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/browser/shots SITE OUT")
		os.Exit(2)
	}
	if err := shoot(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func shoot(dir, out string) error {
	site, err := browser.ReadSite(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	b, err := browser.Start()
	if err != nil {
		return err
	}
	defer b.Close()
	tablet := browser.View{Width: 768, Height: 1024}
	for _, v := range []browser.View{
		browser.Wide, browser.Wide.InDark(), tablet, tablet.InDark(), browser.Phone, browser.Phone.InDark(),
	} {
		if err := visit(b, v.At(site.Home()), site, out); err != nil {
			return err
		}
	}
	return nil
}

// visit takes one view of every kind of page, and prints each page once, from the wide light window.
func visit(b *browser.Browser, v browser.View, site *browser.Site, out string) error {
	t, err := b.Open(v)
	if err != nil {
		return err
	}
	defer t.Close()
	for _, p := range site.Samples() {
		name := filepath.Join(out, strings.ReplaceAll(strings.TrimSuffix(p.Path, ".html"), "/", "-"))
		if err := t.Goto(site.Home() + p.Path); err != nil {
			return err
		}
		picture, err := t.Picture()
		if err := errors.Join(err, hang(picture, name+"-"+v.String())); err != nil {
			return err
		}
		for _, fault := range t.Faults() {
			fmt.Fprintf(os.Stderr, "%s (%s): %s\n", p.Path, v, fault)
		}
		if v.Width != browser.Wide.Width || v.Dark {
			continue
		}
		paper, err := t.Print()
		if err := errors.Join(err, os.WriteFile(name+".pdf", paper, 0o644)); err != nil {
			return err
		}
	}
	return nil
}

// tall is the most pixels that a picture is high.
const tall = 2400

// hang writes a picture, cut into parts if it is too tall.
func hang(picture []byte, name string) error {
	whole, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return err
	}
	size := whole.Bounds()
	for part, top := 1, 0; top < size.Dy(); part, top = part+1, top+tall {
		cut := image.NewRGBA(image.Rect(0, 0, size.Dx(), min(tall, size.Dy()-top)))
		draw.Draw(cut, cut.Bounds(), whole, image.Pt(0, top), draw.Src)
		var text bytes.Buffer
		suffix := ".png"
		if part > 1 {
			suffix = fmt.Sprintf("-%d.png", part)
		}
		err := png.Encode(&text, cut)
		if err := errors.Join(err, os.WriteFile(name+suffix, text.Bytes(), 0o644)); err != nil {
			return err
		}
	}
	return nil
}
