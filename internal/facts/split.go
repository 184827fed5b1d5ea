package facts

import (
	"bytes"
	"errors"
	"strings"

	"github.com/adrg/frontmatter"

	"charterhouse/internal/diag"
)

// A Block is a file in two parts. Data and Body are views of the text.
type Block struct {
	Format   Format // empty where there is no front matter
	Data     []byte // the facts, without the fences
	Line     int    // of the first line of Data
	Body     []byte
	BodyLine int // of the first line of Body
}

// fences are the delimiters that may open a front matter, each with the one
// that closes it.
var fences = []struct {
	open, close string
	format      Format
}{
	{"---", "---", YAML},
	{"---yaml", "---", YAML},
	{"+++", "+++", TOML},
	{"---toml", "---", TOML},
	{"---json", "---", JSON},
}

// captured is what the splitter found; our formats store here and decode
// nothing, so that positions survive.
type captured struct {
	block  []byte
	format Format
}

// formats are the fences in the splitter's own terms.
var formats = func() (all []*frontmatter.Format) {
	for _, f := range fences {
		all = append(all, &frontmatter.Format{Start: f.open, End: f.close, UnmarshalDelims: true,
			Unmarshal: func(data []byte, v any) error {
				*v.(*captured) = captured{data, f.format}
				return nil
			}})
	}
	return all
}()

// Split parts text into its front matter and its body. A file without a front
// matter, or with one that never ends, is all body and has finding C001.
//
// The splitter is quiet where it is lenient, so its traps are caught here: a
// byte order mark would hide the block, and any indented fence would end it.
func Split(file string, text []byte) (Block, diag.List) {
	all := Block{Body: text, BodyLine: 1}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	all.Body = text
	if b, ok := splitPlain(text); ok {
		return b, nil
	}
	if d, ok := judgeOpening(file, text); !ok {
		return all, diag.List{d}
	}
	return splitAny(file, text, all)
}

// splitAny parts a text that begins with a fence; all is what it is if that is
// never closed.
func splitAny(file string, text []byte, all Block) (Block, diag.List) {
	var got captured
	body, err := frontmatter.MustParse(bytes.NewReader(maskIndentedFences(text)), &got, formats...)
	if errors.Is(err, frontmatter.ErrNotFound) {
		return all, diag.List{unclosed(file, text)}
	}
	end := len(text) - len(body)
	start := end - len(got.block)
	data := text[start+lineLength(text[start:]) : end]
	data = data[:lastLine(data)]
	b := Block{Format: got.format, Data: data, Body: text[end:]}
	b.Line = 2 + bytes.Count(text[:start], newline)
	b.BodyLine = b.Line + bytes.Count(data, newline) + 1
	return b, nil
}

var newline = []byte{'\n'}

// splitPlain parts a text whose YAML stands between two lines of three dashes and
// nothing else, as nearly every charter's does; the splitter would copy all of it
// twice. A line between them that begins with three dashes is left to its
// judgement, and a fuzz target holds that both part a text at the same place.
func splitPlain(text []byte) (b Block, ok bool) {
	const fence = "\n---\n"
	if !bytes.HasPrefix(text, []byte(fence[1:])) {
		return b, false
	}
	end := bytes.Index(text[3:], []byte(fence[:4])) + 4 // where the last line begins
	if end < 4 || !bytes.HasPrefix(text[end-1:], []byte(fence)) {
		return b, false
	}
	b = Block{Format: YAML, Data: text[4:end], Line: 2, Body: text[end+4:]}
	b.BodyLine = b.Line + bytes.Count(b.Data, newline) + 1
	return b, true
}

// lineLength returns the length of the first line of text with its line end.
func lineLength(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// lastLine returns where the last line of text starts; a line end that closes
// the text does not start another line.
func lastLine(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	return bytes.LastIndexByte(text[:len(text)-1], '\n') + 1
}

// opening returns the first line of text that is not blank, its number, and
// how much blank space stands before it on its line.
func opening(text []byte) (line string, number, indent int) {
	number = 1
	for len(text) > 0 {
		n := lineLength(text)
		if trimmed := bytes.TrimSpace(text[:n]); len(trimmed) > 0 {
			return string(trimmed[:min(len(trimmed), 80)]), number, bytes.Index(text, trimmed[:1])
		}
		text = text[n:]
		number++
	}
	return "", 1, 0
}

// judgeOpening says what is wrong with the first line of a file, if anything.
func judgeOpening(file string, text []byte) (diag.Diagnostic, bool) {
	line, number, indent := opening(text)
	d := diag.Diagnostic{Pos: diag.Pos{File: file, Line: number, Col: 1}, Code: "C001",
		Message: diag.Say("the file does not begin with a front matter"),
		Hint:    diag.Say("begin the file with a line ---, then keys such as title: and status:, then another line ---")}
	for _, f := range fences {
		switch {
		case line == f.open && indent == 0:
			return d, true
		case line == f.open:
			d.Message = diag.Say("the opening %s does not stand at the start of its line", f.open)
			d.Hint = diag.Say("remove the blanks before it")
			return d, false
		}
	}
	switch {
	case line == "":
		d.Message = diag.Say("the file is empty")
	case line[0] == '{':
		d.Message = diag.Say("the file begins with bare JSON")
		d.Hint = diag.Say("put a line ---json before it and a line --- after it")
	case strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++"):
		d.Message = diag.Say("%q does not open a front matter", line)
		d.Hint = diag.Say("the first line is --- and nothing else; ---toml and ---json announce the other formats")
	}
	return d, false
}

// unclosed says where a front matter starts that never ends, and where its end
// seems to belong.
func unclosed(file string, text []byte) diag.Diagnostic {
	line, number, _ := opening(text)
	end := "---"
	if line == "+++" {
		end = line
	}
	return diag.Diagnostic{Pos: diag.Pos{File: file, Line: number, Col: 1}, Width: len(line), Code: "C001",
		Message: diag.Say("the front matter that begins here is never closed"),
		Hint:    diag.Say("add a line %s after its last key, at the very start of the line", end)}
}

// maskIndentedFences returns text with every indented line that consists of a
// fence overwritten, byte for byte. The splitter trims lines before it compares
// them, but an indented --- is part of a longer value, never the end.
func maskIndentedFences(text []byte) []byte {
	masked := text
	for i := 0; ; {
		n := bytes.IndexByte(text[i:], '\n')
		if n < 0 {
			return masked
		}
		i += n + 1
		if i == len(text) || !blank(text[i]) {
			continue
		}
		line := text[i : i+lineLength(text[i:])]
		switch string(bytes.TrimSpace(line)) {
		case "---", "+++":
			if &masked[0] == &text[0] {
				masked = bytes.Clone(text)
			}
			copy(masked[i:], "#")
		}
	}
}

// blank reports whether c is what the splitter trims at the start of a line.
func blank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' || c >= 0x80
}
