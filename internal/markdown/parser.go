package markdown

import (
	"bytes"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// blocks reads whole texts. One parser serves all goroutines and languages.
var blocks = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(headings{parser.NewSetextHeadingParser()}, 100),
			util.Prioritized(extension.NewDefinitionListParser(), 101),
			util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(headings{parser.NewATXHeadingParser()}, 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(commentBlocks{}, 900),
			util.Prioritized(extension.NewFootnoteBlockParser(), 999),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(append(inlineParsers(),
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(extension.NewFootnoteParser(), 101),
		)...),
		parser.WithParagraphTransformers(
			util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200),
		),
		parser.WithASTTransformers(
			util.Prioritized(extension.NewFootnoteASTTransformer(), 999),
		),
	)
})

// lines reads one-liners of front matter, which know inline Markdown only.
var lines = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 1000)),
		parser.WithInlineParsers(inlineParsers()...),
	)
})

func inlineParsers() []util.PrioritizedValue {
	return []util.PrioritizedValue{
		util.Prioritized(codeSpans{parser.NewCodeSpanParser()}, 100),
		util.Prioritized(wikiLinks{}, 150),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(comments{}, 400),
		util.Prioritized(parser.NewEmphasisParser(), 500),
		util.Prioritized(extension.NewStrikethroughParser(), 500),
		util.Prioritized(bareAddresses{}, 999),
	}
}

// headings takes the author's {#id} off a heading before its text is read. All
// other attributes between the braces are dropped.
type headings struct{ parser.BlockParser }

func (h headings) Close(node ast.Node, reader text.Reader, pc parser.Context) {
	h.BlockParser.Close(node, reader, pc)
	if node.Parent() == nil || node.Lines().Len() == 0 {
		return
	}
	last := node.Lines().Len() - 1
	seg := node.Lines().At(last)
	line := bytes.TrimRight(reader.Source()[seg.Start:seg.Stop], " \t\r\n")
	if len(line) == 0 || line[len(line)-1] != '}' {
		return
	}
	open := bytes.LastIndexByte(line, '{')
	if open < 0 || open+1 >= len(line)-1 || open > 0 && line[open-1] == '\\' {
		return
	}
	inner := line[open+1 : len(line)-1]
	if c := inner[0]; c != '#' && c != '.' && bytes.IndexByte(inner, '=') < 1 {
		return
	}
	for _, word := range bytes.Fields(inner) {
		if len(word) > 1 && word[0] == '#' {
			node.SetAttributeString("id", word[1:])
			break
		}
	}
	seg.Stop = seg.Start + len(bytes.TrimRight(line[:open], " \t"))
	node.Lines().Set(last, seg)
}

// codeSpans remembers up to where nothing closes a row of backticks, so that
// rows of one length make goldmark read a paragraph to its end only once.
type codeSpans struct{ parser.InlineParser }

type unclosedCode map[int]span

var unclosedCodeKey = parser.NewContextKey()

func (c codeSpans) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, seg := block.PeekLine()
	ticks := run(line)
	known, _ := pc.Get(unclosedCodeKey).(unclosedCode)
	if s, ok := known[ticks]; ok && s.start <= seg.Start && seg.Start < s.end {
		block.Advance(ticks)
		return ast.NewTextSegment(seg.WithStop(seg.Start + ticks))
	}
	n := c.InlineParser.Parse(parent, block, pc)
	if _, unclosed := n.(*ast.Text); unclosed {
		if known == nil {
			known = make(unclosedCode)
			pc.Set(unclosedCodeKey, known)
		}
		known[ticks] = span{seg.Start, paragraphEnd(block)}
	}
	return n
}

// paragraphEnd returns the offset behind the lines that block reads.
func paragraphEnd(block text.Reader) (end int) {
	l, pos := block.Position()
	for {
		line, seg := block.PeekLine()
		if line == nil {
			block.SetPosition(l, pos)
			return end
		}
		end = seg.Stop
		block.AdvanceLine()
	}
}

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
