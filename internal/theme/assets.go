package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"

	"io/fs"
)

// An Asset is a file that a browser loads. Its address holds a digest of its
// bytes, so that it may be kept by browsers for ever.
type Asset struct {
	Name    string // "charterhouse.css"
	Address string // "assets/charterhouse.1f2e3d4c.css"
	Data    []byte
}

// assets reads assets/ of both folders. Style sheets name their fonts by plain
// names; fonts therefore go first and their addresses are put into the sheets.
func (l *loader) assets() ([]Asset, map[string]string) {
	hashed := map[string]string{}
	var all []Asset
	names := l.names("assets", "")
	slices.SortStableFunc(names, func(a, b string) int { return sheetLast(a) - sheetLast(b) })
	for _, n := range names {
		name := strings.TrimPrefix(n, "assets/")
		if name == "tokens.css" || name == aloneSheet || path.Ext(name) == ".txt" || path.Ext(name) == ".md" {
			continue // part of charterhouse.css, and of pages that stand alone; licences and notes
		}
		data, _, err := l.file(n)
		if err != nil {
			continue
		}
		if name == "charterhouse.css" {
			data = slices.Concat(l.tokens(), data)
		}
		if path.Ext(name) == ".css" {
			data = bare(addresses(data, hashed))
		}
		a := Asset{Name: name, Address: address(name, data), Data: data}
		hashed[name] = a.Address
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b Asset) int { return strings.Compare(a.Address, b.Address) })
	return all, hashed
}

func sheetLast(name string) int {
	if path.Ext(name) == ".css" {
		return 1
	}
	return 0
}

// aloneSheet is the style of pages that stand alone, in one file. No site needs
// it.
const aloneSheet = "alone.css"

// alone is the tokens and the style of pages that stand alone.
func (l *loader) alone() []byte {
	data, _, _ := l.file("assets/" + aloneSheet) // the default has it
	return slices.Concat(l.tokens(), data)
}

// tokens are the default's, then the publisher's, so that the later win.
func (l *loader) tokens() []byte {
	data, _ := fs.ReadFile(l.base, "assets/tokens.css")
	if l.own != nil {
		if own, err := fs.ReadFile(l.own, "assets/tokens.css"); err == nil {
			data = slices.Concat(data, []byte("\n"), own)
		}
	}
	return append(data, '\n')
}

// addresses replaces url("fonts/x.woff2") by the hashed name beside the sheet.
func addresses(sheet []byte, hashed map[string]string) []byte {
	for name, at := range hashed {
		sheet = bytes.ReplaceAll(sheet, []byte(`url("`+name+`")`), []byte(`url("`+path.Base(at)+`")`))
	}
	return sheet
}

// bare is a style sheet without its comments and the indentation of its lines,
// which are for whoever reads the theme: nothing is painted before the sheet is
// there, on however slow a line.
func bare(sheet []byte) []byte {
	out := make([]byte, 0, len(sheet))
	quote := byte(0)
	for i := 0; i < len(sheet); i++ {
		c := sheet[i]
		switch {
		case quote != 0:
			if c == '\\' && i+1 < len(sheet) {
				out = append(out, c)
				i++
				c = sheet[i]
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case bytes.HasPrefix(sheet[i:], []byte("/*")):
			end := bytes.Index(sheet[i+2:], []byte("*/"))
			if end < 0 {
				return out
			}
			i += end + 3
			continue
		case (c == ' ' || c == '\t' || c == '\n') && (len(out) == 0 || out[len(out)-1] == '\n'):
			continue
		}
		out = append(out, c)
	}
	return out
}

// address flattens the name, since an asset needs no folder of its own.
func address(name string, data []byte) string {
	sum := sha256.Sum256(data)
	base := path.Base(name)
	ext := path.Ext(base)
	return "assets/" + strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:5]) + ext
}
