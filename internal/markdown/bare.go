package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// bareAddresses makes links of addresses that stand in the text as they are:
// https://…, www.… and name@host. It waits for the one character that each of
// them must have and looks back, so that ordinary text costs nothing.
type bareAddresses struct{}

func (bareAddresses) Trigger() []byte { return []byte{':', '.', '@'} }

func (bareAddresses) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if pc.IsInLinkLabel() {
		return nil
	}
	before, ok := parent.LastChild().(*ast.Text)
	if !ok {
		return nil
	}
	line, seg := block.PeekLine()
	if before.Segment.Stop != seg.Start {
		return nil
	}
	if line[0] == '.' {
		if n := run(line); n > 1 { // an ellipsis stays in one piece
			block.Advance(n)
			return ast.NewTextSegment(text.NewSegment(seg.Start, seg.Start+n))
		}
	}
	head := before.Segment.Value(block.Source())
	back, size, kind := 0, 0, ast.AutoLinkType(ast.AutoLinkURL)
	switch line[0] {
	case ':':
		if back = schemeBefore(head); back > 0 {
			size = addressLength(line, "://")
		}
	case '.':
		if back = wordBefore(head, "www"); back > 0 {
			size = addressLength(line, ".")
		}
	case '@':
		kind = ast.AutoLinkEmail
		if back = localBefore(head, before, block.Source()); back > 0 {
			size = hostLength(line)
		}
	}
	if size == 0 {
		return nil
	}
	whole := text.NewSegment(seg.Start-back, seg.Start+size)
	before.Segment.Stop -= back
	if before.Segment.IsEmpty() {
		parent.RemoveChild(parent, before)
	}
	block.Advance(size)
	n := ast.NewAutoLink(kind, ast.NewTextSegment(whole))
	n.SetPos(whole.Start)
	if line[0] == '.' {
		n.Protocol = []byte("http")
	}
	return n
}

func schemeBefore(head []byte) int {
	if n := wordBefore(head, "https"); n > 0 {
		return n
	}
	return wordBefore(head, "http")
}

// wordBefore returns the length of word if head ends in it as a word of its own.
func wordBefore(head []byte, word string) int {
	at := len(head) - len(word)
	if at < 0 || string(head[at:]) != word || at > 0 && (util.IsAlphaNumeric(head[at-1]) || head[at-1] >= 0x80) {
		return 0
	}
	return len(word)
}

// addressLength returns how much of line, which starts with lead, belongs to an
// address: no space, no quotation, no punctuation at the end, and brackets only
// in pairs.
func addressLength(line []byte, lead string) int {
	if len(line) <= len(lead) || string(line[:len(lead)]) != lead || !util.IsAlphaNumeric(line[len(lead)]) {
		return 0
	}
	end, open := len(lead), 0
scan:
	for ; end < len(line); end++ {
		switch c := line[end]; {
		case c <= ' ' || c == 0x7F || c == '<' || c == '>' || c == '"' || c == '`' || c == '|' || c == '\\' || c == '[' || c == ']':
			break scan
		case c == '(':
			open++
		case c == ')':
			if open == 0 {
				break scan
			}
			open--
		}
	}
	for end > len(lead) && bytes.IndexByte([]byte("?!.,:;*_~'("), line[end-1]) >= 0 {
		end--
	}
	return end
}

// localBefore returns the length of an e-mail address's local part at the end
// of head. An underscore before it may have become a mark of emphasis; then the
// address is not whole and is left alone.
func localBefore(head []byte, before ast.Node, source []byte) int {
	n := 0
	for n < len(head) && n < 64 && (util.IsAlphaNumeric(head[len(head)-1-n]) || bytes.IndexByte([]byte(".+-_"), head[len(head)-1-n]) >= 0) {
		n++
	}
	if n == 64 || n > 0 && !util.IsAlphaNumeric(head[len(head)-n]) {
		return 0
	}
	if start := before.Pos(); n == len(head) && start > 0 && bytes.IndexByte([]byte("_*~"), source[start-1]) >= 0 {
		return 0
	}
	return n
}

// hostLength returns how much of line is "@" and a host name with a dot.
func hostLength(line []byte) int {
	end, dots := 1, 0
	for ; end < len(line) && end < 255; end++ {
		c := line[end]
		if c == '.' && util.IsAlphaNumeric(line[end-1]) {
			dots++
		} else if !util.IsAlphaNumeric(c) && c != '-' {
			break
		}
	}
	for end > 1 && !util.IsAlphaNumeric(line[end-1]) {
		if line[end-1] == '.' {
			dots--
		}
		end--
	}
	if dots < 1 || end < 4 {
		return 0
	}
	return end
}
