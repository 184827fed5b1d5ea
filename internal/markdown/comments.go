package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A comment is <!-- … -->, which authors use for notes. It is not shown; as a
// block it may hold blank lines.
type comment struct{ ast.BaseInline }

type commentBlock struct {
	ast.BaseBlock
	end int // offset behind the comment
}

var (
	kindComment      = ast.NewNodeKind("Comment")
	kindCommentBlock = ast.NewNodeKind("CommentBlock")
)

func (n *comment) Kind() ast.NodeKind             { return kindComment }
func (n *comment) Dump(source []byte, l int)      { ast.DumpHelper(n, source, l, nil, nil) }
func (n *commentBlock) Kind() ast.NodeKind        { return kindCommentBlock }
func (n *commentBlock) IsRaw() bool               { return true }
func (n *commentBlock) Dump(source []byte, l int) { ast.DumpHelper(n, source, l, nil, nil) }

var openComment, closeComment = []byte("<!--"), []byte("-->")

type comments struct{}

func (comments) Trigger() []byte { return []byte{'<'} }

func (comments) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, seg := block.PeekLine()
	if !bytes.HasPrefix(line, openComment) {
		return nil
	}
	search := commentSearchOf(pc)
	end := search.closeAfter(block.Source(), seg.Start)
	if end < 0 || seg.Start < search.open {
		return nil
	}
	for line != nil {
		if end <= seg.Stop {
			block.Advance(end - seg.Start)
			return &comment{}
		}
		search.open = max(search.open, seg.Stop)
		block.AdvanceLine()
		line, seg = block.PeekLine()
	}
	return nil
}

// commentBlocks reads comments that fill their lines. One with words behind its
// end is left to the inline parser, so that no words are lost.
type commentBlocks struct{}

func (commentBlocks) Trigger() []byte { return []byte{'<'} }

func (commentBlocks) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, seg := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 || !bytes.HasPrefix(line[at:], openComment) {
		return nil, parser.NoChildren
	}
	end := commentSearchOf(pc).closeAfter(reader.Source(), seg.Start+at-seg.Padding)
	if end < 0 || !blankLine(reader.Source()[end:]) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &commentBlock{end: end}, parser.NoChildren
}

func (commentBlocks) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	if _, seg := reader.PeekLine(); seg.Start >= node.(*commentBlock).end {
		return parser.Close
	}
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (commentBlocks) Close(ast.Node, text.Reader, parser.Context) {}
func (commentBlocks) CanInterruptParagraph() bool                 { return true }
func (commentBlocks) CanAcceptIndentedLine() bool                 { return false }

// blankLine reports whether the rest of a line is blank.
func blankLine(rest []byte) bool {
	for _, c := range rest {
		if c == '\n' {
			return true
		}
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// A commentSearch remembers what looking for the end of comments has found, so
// that many openings do not each read the rest of the text.
type commentSearch struct {
	from, end int // the first comment that opens at from or later closes at end; -1: none does
	open      int // openings before this offset have no close in their paragraph
}

var commentSearchKey = parser.NewContextKey()

func commentSearchOf(pc parser.Context) *commentSearch {
	return pc.ComputeIfAbsent(commentSearchKey, func() any { return &commentSearch{from: -1} }).(*commentSearch)
}

// closeAfter returns the offset behind the comment that opens at start, or -1.
func (s *commentSearch) closeAfter(source []byte, start int) int {
	body := start + len(openComment)
	if s.from < 0 || start < s.from || s.end >= 0 && body+len(closeComment) > s.end {
		s.from, s.end = start, -1
		if i := bytes.Index(source[body:], closeComment); i >= 0 {
			s.end = body + i + len(closeComment)
		}
	}
	return s.end
}
