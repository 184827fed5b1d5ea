package amend

import (
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"charterhouse/internal/facts"
)

// Prose returns the body of a text as a form shows it: with plain line feeds.
func Prose(file string, text []byte) string {
	block, _ := facts.Split(file, text)
	return strings.ReplaceAll(string(block.Body), "\r\n", "\n")
}

// Body returns the edits that make body the prose of a text. Only lines that
// differ change; a form's line ends are as good as the file's.
func Body(file string, text []byte, body string) []Edit {
	block, _ := facts.Split(file, text)
	offset := len(text) - len(block.Body)
	eol := "\n"
	if i := strings.IndexByte(string(text), '\n'); i > 0 && text[i-1] == '\r' {
		eol = "\r\n"
	}
	before := strings.ReplaceAll(string(block.Body), "\r\n", "\n")
	after := strings.ReplaceAll(body, "\r\n", "\n")
	real := offsets(string(block.Body))
	var edits []Edit
	for _, e := range udiff.Lines(before, after) {
		edits = append(edits, Edit{Start: offset + real(e.Start), End: offset + real(e.End), New: strings.ReplaceAll(e.New, "\n", eol)})
	}
	return edits
}

// offsets maps places of a text without carriage returns to those of the text.
func offsets(text string) func(int) int {
	if !strings.Contains(text, "\r\n") {
		return func(at int) int { return at }
	}
	var at []int // a line end counts once, where it begins
	for i := range len(text) {
		if text[i] != '\n' || i == 0 || text[i-1] != '\r' {
			at = append(at, i)
		}
	}
	return func(plain int) int {
		if plain >= len(at) {
			return len(text)
		}
		return at[plain]
	}
}
