package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/sync/errgroup"
)

// floor does the least that a build has to do: it reads every charter, cuts off its front matter without a look at it,
// renders the rest, and writes so many files. Beyond one for each charter it writes the first ones again.
func floor(content, out, files string) error {
	names, err := filepath.Glob(filepath.Join(content, "charters", "*.md"))
	if err != nil {
		return err
	}
	total, err := strconv.Atoi(files)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	more := max(total-len(names), 0)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			page, err := bare(name)
			if err != nil {
				return err
			}
			for copy := i; copy < len(names)+more; copy += len(names) {
				if err := os.WriteFile(filepath.Join(out, strconv.Itoa(copy)+".html"), page, 0o644); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

var plain = goldmark.New(goldmark.WithExtensions(extension.GFM))

func bare(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	_, body, ok := bytes.Cut(text[4:], []byte("\n---\n"))
	if !ok {
		return nil, fmt.Errorf("%s: the front matter does not end", name)
	}
	var page bytes.Buffer
	err = plain.Convert(body, &page)
	return page.Bytes(), err
}
