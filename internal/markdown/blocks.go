package markdown

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/locale"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

func (r *renderer) write(parts ...string) {
	for _, s := range parts {
		r.out = append(r.out, s...)
	}
}

// document renders the whole tree.
func (r *renderer) document(root ast.Node) { r.blocks(root) }

func (r *renderer) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil && !r.refused; n = n.NextSibling() {
		r.renderBlock(n)
		if len(r.out) > maxOutput(len(r.src)) {
			r.refuse(max(n.Pos(), 0), diag.Say("the text becomes more than 20 times as long when it is written as a page"), diag.Say("use fewer nested tables, lists and references"))
		}
	}
}

// begin starts a block of text: quotation marks are counted anew, and words of
// the last block end.
func (r *renderer) begin() {
	if len(r.plain) > 0 {
		r.plain = append(r.plain, '\n')
	}
	r.block = len(r.plain)
	r.quotes = quotes{lang: r.lang}
}

// end closes a block of text: its links get their sentences.
func (r *renderer) end() {
	for ; r.waiting < len(r.links); r.waiting++ {
		at, link := r.places[r.waiting], &r.links[r.waiting]
		if at.start < r.block {
			continue
		}
		before, inside, after := sentenceAround(r.plain[r.block:], at.start-r.block, at.end-r.block)
		if !at.bare {
			link.Sentence = strings.TrimSpace(typeset(before+inside+after, r.lang))
			continue
		}
		before, after, _ = strings.Cut(typeset(before+thing+after, r.lang), thing)
		link.Sentence = before + inside + after
		link.hole = [2]uint16{uint16(len(before)), uint16(len(before) + len(inside))}
	}
}

// textBlock renders a block of text between two tags.
func (r *renderer) textBlock(n ast.Node, open, closing string) {
	r.begin()
	r.write(open)
	r.inlines(n)
	r.write(closing)
	r.end()
}

// container renders a block that holds blocks.
func (r *renderer) container(n ast.Node, open, closing string) {
	if r.depth++; r.depth > 3*maxDepth {
		r.refuse(max(n.Pos(), 0), diag.Say("blocks are nested too deep"), diag.Say("use fewer levels"))
		return
	}
	r.write(open)
	r.blocks(n)
	r.write(closing)
	r.depth--
}

func (r *renderer) renderBlock(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph:
		r.paragraph(n)
	case *ast.TextBlock:
		r.textBlock(n, "", "")
		if n.NextSibling() != nil {
			r.write("\n")
		}
	case *ast.Heading:
		r.heading(n)
	case *ast.List:
		r.list(n)
	case *ast.ListItem:
		r.container(n, "<li>", "</li>\n")
	case *ast.Blockquote:
		r.container(n, "<blockquote>\n", "</blockquote>\n")
	case *ast.FencedCodeBlock:
		language := n.Language(r.src)
		open := len(r.out)
		r.code(n, language)
		if codeLanguage(language) == "query" {
			r.queryBlock(n, open)
		}
	case *ast.CodeBlock:
		r.code(n, nil)
	case *ast.ThematicBreak:
		r.write("<hr>\n")
	case *extast.Table:
		r.table(n)
	case *extast.DefinitionList:
		r.container(n, "<dl>\n", "</dl>\n")
	case *extast.DefinitionTerm:
		r.textBlock(n, "<dt>", "</dt>\n")
	case *extast.DefinitionDescription:
		r.container(n, "<dd>", "</dd>\n")
	case *extast.FootnoteList:
		r.footnotes(n)
	case *commentBlock, *ast.LinkReferenceDefinition:
	default:
		r.blocks(n)
	}
}

// paragraph renders a paragraph. A one-liner of front matter has no element of
// its own, and breaks where it has a blank line after all.
func (r *renderer) paragraph(n *ast.Paragraph) {
	switch {
	case !r.at.fixed:
		r.textBlock(n, "<p>", "</p>\n")
	case n.NextSibling() != nil:
		r.textBlock(n, "", "<br>\n")
	default:
		r.textBlock(n, "", "")
	}
}

func (r *renderer) list(n *ast.List) {
	if !n.IsOrdered() {
		r.container(n, "<ul>\n", "</ul>\n")
		return
	}
	open := "<ol>\n"
	if n.Start != 1 {
		open = `<ol start="` + strconv.Itoa(n.Start) + "\">\n"
	}
	r.container(n, open, "</ol>\n")
}

// code renders a block of code. It can be scrolled, so the keyboard must reach
// it.
func (r *renderer) code(n ast.Node, language []byte) {
	r.begin()
	r.write(`<pre tabindex="0"><code`)
	if name := codeLanguage(language); name != "" {
		r.write(` class="language-`, name, `"`)
	}
	r.write(">")
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		r.literal(line.Value(r.src))
	}
	r.write("</code></pre>\n")
}

// codeLanguage returns the name of a language for a class, from a closed
// alphabet, or nothing.
func codeLanguage(info []byte) string {
	if len(info) == 0 || len(info) > 20 {
		return ""
	}
	name := strings.ToLower(string(info))
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return ""
		}
	}
	return name
}

func (r *renderer) heading(n *ast.Heading) {
	offset := max(n.Pos(), 0)
	if n.Lines().Len() > 0 {
		offset = n.Lines().At(0).Start
	}
	r.judgeLevel(n.Level, offset)
	r.begin()
	start, link := len(r.out), len(r.links)
	r.inHeading = true
	r.inlines(n)
	r.inHeading = false
	words := r.plain[r.block:]
	h := Heading{Level: n.Level, Text: typeset(string(r.normalise(words)), r.lang), Line: r.pos(offset).Line}
	wanted := h.Text
	if id, ok := n.AttributeString("id"); ok {
		wanted = string(id.([]byte))
	}
	h.ID = r.newID(wanted)
	r.starts = append(r.starts, span{r.block, len(r.plain)})
	r.outline = append(r.outline, h)

	// The id is known only behind the heading's text, so the tag is put in front
	// of what is already written, and the slots in it move along.
	level := strconv.Itoa(min(max(n.Level+r.opts.Shift, 2), 6))
	tag := "<h" + level + ` id="` + h.ID + `">`
	r.out = slices.Insert(r.out, start, []byte(tag)...)
	for i := link; i < len(r.slots); i++ {
		r.slots[i].open += int32(len(tag))
		r.slots[i].close += int32(len(tag))
	}
	r.write("</h", level, ">\n")
	r.end()
}

// judgeLevel looks for jumps: under the page's own title the first heading may
// have level 1 or 2.
func (r *renderer) judgeLevel(level, offset int) {
	last := 1
	if len(r.outline) > 0 {
		last = r.outline[len(r.outline)-1].Level
	}
	switch {
	case level > last+1:
		r.find("B002", offset, 0, diag.Say("the heading jumps from level %s to level %s", strconv.Itoa(last), strconv.Itoa(level)),
			diag.Say("write %s for the next level", strings.Repeat("#", last+1)))
	case level == 1 && slices.ContainsFunc(r.outline, func(h Heading) bool { return h.Level == 1 }):
		r.find("B002", offset, 0, diag.Say("this is a second heading of level 1"), diag.Say("write ## for a section"))
	}
}

// anchorPrefix keeps the ids of headings apart from the page's own and from the
// names that a browser gives to objects of the page.
const anchorPrefix = "s-"

// maxAnchor is the length of an id made from a heading.
const maxAnchor = 80

// anchorOf returns the id of a heading as written, with or without our prefix.
func anchorOf(written string) string { return anchorPrefix + slugOf(written) }

// slugOf is anchorOf without our prefix.
func slugOf(written string) string {
	slug := strings.TrimPrefix(locale.Fold(written), anchorPrefix)
	if len(slug) > maxAnchor {
		slug = strings.TrimRight(slug[:maxAnchor], "-")
	}
	return slug
}

func (r *renderer) newID(wanted string) string {
	slug := slugOf(wanted)
	if slug == "" {
		slug = "section"
	}
	if r.ids == nil {
		r.ids = make(map[string]int)
	}
	id := slug
	for r.ids[id] > 0 {
		r.ids[slug]++
		id = slug + "-" + strconv.Itoa(r.ids[slug])
	}
	r.ids[id]++
	return anchorPrefix + id
}

func (r *renderer) table(n *extast.Table) {
	r.tables++
	label := r.lang.Table + " " + strconv.Itoa(r.tables)
	if len(r.outline) > 0 {
		label += ": " + r.outline[len(r.outline)-1].Text
	}
	r.write(`<div class="scroll" role="region" tabindex="0" aria-label="`)
	r.out = escape(r.out, label)
	r.write("\">\n<table>\n")
	body := false
	for row := n.FirstChild(); row != nil && !r.refused; row = row.NextSibling() {
		if _, ok := row.(*extast.TableHeader); ok {
			r.write("<thead>\n")
			r.row(row, "th", ` scope="col"`)
			r.write("</thead>\n")
			continue
		}
		if !body {
			r.write("<tbody>\n")
			body = true
		}
		r.row(row, "td", "")
		if len(r.out) > maxOutput(len(r.src)) {
			r.refuse(max(n.Pos(), 0), diag.Say("the table becomes more than 20 times as long when it is written as a page"), diag.Say("attach the table as a file and link to it"))
		}
	}
	if body {
		r.write("</tbody>\n")
	}
	r.write("</table>\n</div>\n")
}

func (r *renderer) row(row ast.Node, element, attributes string) {
	r.write("<tr>")
	for c := row.FirstChild(); c != nil && !r.refused; c = c.NextSibling() {
		class := ""
		if cell, ok := c.(*extast.TableCell); ok {
			switch cell.Alignment {
			case extast.AlignRight:
				class = ` class="n"`
			case extast.AlignCenter:
				class = ` class="mid"`
			}
		}
		r.begin()
		r.write("<", element, attributes, class, ">")
		r.inlines(c)
		if len(bytes.TrimSpace(r.plain[r.block:])) == 0 {
			r.sign("–") // else what moves to the next column would leave no trace
		}
		r.write("</", element, ">")
		r.end()
	}
	r.write("</tr>\n")
}

// footnotes renders the notes at the end of the text.
func (r *renderer) footnotes(list *extast.FootnoteList) {
	r.body = len(r.plain)
	r.noteText = make(map[int]span)
	r.write(`<section class="footnotes" role="doc-endnotes" aria-label="`, r.lang.Footnotes, "\">\n<ol>\n")
	for n := list.FirstChild(); n != nil && !r.refused; n = n.NextSibling() {
		note, ok := n.(*extast.Footnote)
		if !ok {
			continue
		}
		start := len(r.plain)
		r.container(note, `<li id="fn-`+strconv.Itoa(note.Index)+`">`, "</li>\n")
		r.noteText[note.Index] = span{start, len(r.plain)}
	}
	r.write("</ol>\n</section>\n")
}
