package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A wikiLink is [[target#anchor|text]].
type wikiLink struct {
	ast.BaseInline
	target, anchor, text []byte
	start, stop          int // of the whole link in the source
}

var kindWikiLink = ast.NewNodeKind("WikiLink")

func (n *wikiLink) Kind() ast.NodeKind        { return kindWikiLink }
func (n *wikiLink) Dump(source []byte, l int) { ast.DumpHelper(n, source, l, nil, nil) }

// maxWikiLink is how far, in bytes, the closing brackets may be from the opening.
const maxWikiLink = 400

type wikiLinks struct{}

func (wikiLinks) Trigger() []byte { return []byte{'['} }

func (wikiLinks) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, seg := block.PeekLine()
	if len(line) < 5 || line[1] != '[' {
		return nil
	}
	inner, ok := insideWikiLink(line[2:], block)
	if !ok {
		return nil
	}
	if block.Peek() == '(' { // [[text]](address) is an ordinary link
		return nil
	}
	n := &wikiLink{start: seg.Start}
	_, pos := block.Position()
	n.stop = pos.Start
	n.target = inner
	if bar := bytes.IndexByte(inner, '|'); bar >= 0 {
		n.target, n.text = inner[:bar], bytes.TrimSpace(inner[bar+1:])
		n.target = bytes.TrimSuffix(n.target, []byte{'\\'}) // \| in a table
	}
	if hash := bytes.IndexByte(n.target, '#'); hash >= 0 {
		n.target, n.anchor = n.target[:hash], bytes.TrimSpace(n.target[hash+1:])
	}
	n.target = bytes.TrimSpace(n.target)
	if len(n.target) == 0 && len(n.anchor) == 0 {
		return nil
	}
	n.SetPos(seg.Start)
	return n
}

// insideWikiLink returns what stands up to the closing brackets and moves the
// reader behind them. A link may be wrapped over lines of one paragraph.
func insideWikiLink(rest []byte, block text.Reader) ([]byte, bool) {
	var wrapped []byte
	skip := 2
	for {
		end := bytes.IndexAny(rest, "[]")
		if end >= 0 {
			if rest[end] == '[' || end+1 >= len(rest) || rest[end+1] != ']' || len(wrapped)+end > maxWikiLink {
				return nil, false
			}
			block.Advance(skip + end + 2)
			if wrapped == nil {
				return rest[:end:end], true
			}
			return append(wrapped, rest[:end]...), true
		}
		wrapped = append(append(wrapped, bytes.TrimSpace(rest)...), ' ')
		if len(wrapped) > maxWikiLink {
			return nil, false
		}
		block.AdvanceLine()
		skip = 0
		if rest, _ = block.PeekLine(); rest == nil {
			return nil, false
		}
	}
}
