package source

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Lay returns the tree with texts laid over its files, by slash path below the
// root: what an editor holds and has not saved. A text may be of a file that is
// not there yet. What a path could not be for, is left out. The tree itself stays
// as it is, and both share the open folder.
func (t *Tree) Lay(texts map[string][]byte) *Tree {
	if len(texts) == 0 {
		return t
	}
	next := &Tree{files: t.files, close: t.close, limits: t.limits, found: slices.Clone(t.found), root: t.root}
	next.entries = slices.Clone(t.entries)
	laid := make(map[string][]byte, len(texts))
	for name, text := range texts {
		kind := classify(name)
		if kind == 0 || path.Clean(name) != name || !concerns(name) {
			continue
		}
		at, there := next.find(name)
		if !there {
			if next.badName(name, kind) {
				continue
			}
			next.entries = slices.Insert(next.entries, at, Entry{Path: name, Kind: kind})
		}
		laid[name] = text
		next.entries[at].Size, next.entries[at].seen = int64(len(text)), sheet{path.Base(name), len(text)}
	}
	next.found.Sort()
	next.open = func(e Entry) (fs.File, error) {
		if text, ok := laid[e.Path]; ok {
			return &paper{sheet{path.Base(e.Path), len(text)}, bytes.NewReader(text)}, nil
		}
		return t.open(e)
	}
	return next
}

// A sheet is what is known of a text that is no file. No two are the same file,
// so such a text is looked at every time.
type sheet struct {
	name string
	size int
}

// Name, Size and the others describe the text as if it were a file.
func (s sheet) Name() string       { return s.name }
func (s sheet) Size() int64        { return int64(s.size) }
func (s sheet) Mode() fs.FileMode  { return 0o600 }
func (s sheet) ModTime() time.Time { return time.Time{} }
func (s sheet) IsDir() bool        { return false }
func (s sheet) Sys() any           { return nil }

// A paper is a text, opened.
type paper struct {
	sheet
	io.Reader
}

func (p *paper) Stat() (fs.FileInfo, error) { return p.sheet, nil }
func (p *paper) Close() error               { return nil }

// Only is a tree of nothing but texts, by slash path below the root, and those
// files of t that are named in kept.
func (t *Tree) Only(texts map[string][]byte, kept map[string]bool) *Tree {
	next := &Tree{files: t.files, close: func() error { return nil }, limits: t.limits}
	for _, e := range t.entries {
		if _, ours := texts[e.Path]; kept[e.Path] && !ours {
			next.entries = append(next.entries, e)
		}
	}
	for name, text := range texts {
		if kind := classify(name); kind != 0 && concerns(name) {
			next.entries = append(next.entries, Entry{Path: name, Kind: kind, Size: int64(len(text)), seen: sheet{path.Base(name), len(text)}})
		}
	}
	slices.SortFunc(next.entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	next.open = func(e Entry) (fs.File, error) {
		if text, ok := texts[e.Path]; ok {
			return &paper{sheet{path.Base(e.Path), len(text)}, bytes.NewReader(text)}, nil
		}
		return t.open(e)
	}
	return next
}
