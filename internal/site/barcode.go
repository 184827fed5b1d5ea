package site

import (
	"image/color"

	"github.com/boombuler/barcode/code128"

	"charterhouse/internal/theme"
)

// quiet is the width of the blank margin that a reader of bar codes needs at
// both ends, in modules, and bars the height of the code.
const (
	quiet = 10
	bars  = 40
)

// barCode draws text as Code 128, which every scanner in an office reads. It
// stays black on white in the dark, too, or none would. On a screen a module is
// a pixel, since bars that end between pixels cannot be told apart.
func barCode(text, label string) theme.Fragment {
	code, err := code128.Encode(text)
	if err != nil { // it takes ASCII only; a digest is nothing else
		return ""
	}
	wide := code.Bounds().Dx()
	var b theme.Builder
	b.Raw(`<svg class="barcode" role="img" aria-label="`).Text(label).Raw(`" width="`).Int(wide + 2*quiet).Raw(`" height="`).Int(bars).Raw(`" viewBox="0 0 `).Int(wide + 2*quiet).Raw(` `).Int(bars).Raw(`" shape-rendering="crispEdges"><rect width="`).Int(wide + 2*quiet).Raw(`" height="`).Int(bars).Raw(`" fill="#fff"/><path d="M`).Int(quiet).Raw(` 0`)
	for x := 0; x < wide; {
		n := 1
		for x+n < wide && dark(code.At(x+n, 0)) == dark(code.At(x, 0)) {
			n++
		}
		if dark(code.At(x, 0)) {
			b.Raw(`v`).Int(bars).Raw(`h`).Int(n).Raw(`V0`)
		} else {
			b.Raw(`h`).Int(n)
		}
		x += n
	}
	return b.Raw(`"/></svg>`).Fragment()
}

func dark(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r == 0
}
