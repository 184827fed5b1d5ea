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
