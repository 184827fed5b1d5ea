package markdown

import (
	"fmt"
	"strings"
	"testing"

	"charterhouse/internal/diag"
)

// hostile are texts that have cost Markdown readers minutes, at size n.
var hostile = map[string]func(n int) string{
	"md-link-open":       func(n int) string { return strings.Repeat("[a](", n) },
	"md-link-angle":      func(n int) string { return strings.Repeat("[a](<)", n) },
	"md-bracket-open":    func(n int) string { return strings.Repeat("[", n) },
	"md-bracket-nest":    func(n int) string { return strings.Repeat("[", n) + "a" + strings.Repeat("]", n) },
	"md-bracket-close":   func(n int) string { return strings.Repeat("]", n) },
	"md-image-nest":      func(n int) string { return strings.Repeat("![", n) + "a" + strings.Repeat("](b)", n) },
	"md-paren":           func(n int) string { return "[a](" + strings.Repeat("(", n) },
	"md-wiki-open":       func(n int) string { return strings.Repeat("[[a", n) },
	"md-wiki":            func(n int) string { return strings.Repeat("[[a]] ", n) },
	"md-shortcut-lines":  func(n int) string { return strings.Repeat("[a]\n", n) },
	"md-table-wide":      func(n int) string { return table(n/8, n/8) },
	"md-table-long":      func(n int) string { return table(20, n) },
	"md-table-code":      func(n int) string { return "a|b\n-|-\n" + strings.Repeat("`a`\\||\\|\n", n) },
	"md-quote-nest":      func(n int) string { return strings.Repeat("> ", n) + "a" },
	"md-quote-lazy":      func(n int) string { return strings.Repeat("> ", 99) + "a\n" + strings.Repeat("a\n", n) },
	"md-list-line":       func(n int) string { return strings.Repeat("- ", n) + "a" },
	"md-list-stairs":     func(n int) string { return stairs(min(n, 700)) },
	"md-list-blank":      func(n int) string { return stairs(99) + strings.Repeat("\n", n) + "a" },
	"md-emphasis-open":   func(n int) string { return strings.Repeat("*a ", n) },
	"md-emphasis-mixed":  func(n int) string { return strings.Repeat("_a* ", n) },
	"md-emphasis-three":  func(n int) string { return strings.Repeat("a**b*c ", n) },
	"md-emphasis-nest":   func(n int) string { return strings.Repeat("*a **b ", n) + strings.Repeat("c** d* ", n) },
	"md-emphasis-run":    func(n int) string { return strings.Repeat("*", n) + "a" + strings.Repeat("*", n) },
	"md-strike":          func(n int) string { return strings.Repeat("~", n) + "a " + strings.Repeat("~a~", n) },
	"md-setext":          func(n int) string { return strings.Repeat("a\n=\n", n) },
	"md-setext-dash":     func(n int) string { return strings.Repeat("a\n---\n", n) },
	"md-heading-braces":  func(n int) string { return "# " + strings.Repeat("{a=", n) + "}" },
	"md-headings-same":   func(n int) string { return strings.Repeat("# a\n", n) },
	"md-comment-open":    func(n int) string { return strings.Repeat("<!--", n) },
	"md-comment-lines":   func(n int) string { return strings.Repeat("<!-- a\n", n) + "\n--> x" },
	"md-comment-far":     func(n int) string { return strings.Repeat("a <!-- b\n", n) + "\n\n-->" },
	"md-instruction":     func(n int) string { return strings.Repeat("<?", n) },
	"md-tag":             func(n int) string { return strings.Repeat("<a ", n) },
	"md-tag-attributes":  func(n int) string { return "<a" + strings.Repeat(" b=\"c\"", n) },
	"md-autolink":        func(n int) string { return strings.Repeat("<a:", n) },
	"md-bare":            func(n int) string { return strings.Repeat("http://a.b/(", n) },
	"md-at":              func(n int) string { return strings.Repeat("a@b.", n) },
	"md-mail":            func(n int) string { return strings.Repeat("a.", n) + "@b.c" },
	"md-backticks":       func(n int) string { return backticks(min(n, 600)) },
	"md-backticks-lines": func(n int) string { return backticks(99) + strings.Repeat("\na", n) },
	"md-reference":       func(n int) string { return strings.Repeat("[a]: b\n", n) },
	"md-reference-bomb": func(n int) string {
		return "[a]: http://" + strings.Repeat("b", 4000) + "\n\n" + strings.Repeat("[a] ", n)
	},
	"md-title-bomb": func(n int) string {
		return "[a]: b '" + strings.Repeat("c", 60000) + "'\n\n" + strings.Repeat("[a] ", n)
	},
	"md-footnotes":       func(n int) string { return strings.Repeat("[^a] ", n) + "\n\n" + strings.Repeat("[^a]: b\n\n", n) },
	"md-footnotes-many":  footnotes,
	"md-definitions":     func(n int) string { return strings.Repeat("a\n: b\n\n", n) },
	"md-entities":        func(n int) string { return strings.Repeat("&#x26;&amp;&", n) },
	"md-quotes":          func(n int) string { return strings.Repeat(`"'a'" `, n) },
	"md-nul":             func(n int) string { return strings.Repeat("\x00\x01", n) },
	"md-latin1":          func(n int) string { return strings.Repeat("\xe6\xf8\xe5 ", n) },
	"md-return":          func(n int) string { return strings.Repeat("a\r", n) },
	"md-line":            func(n int) string { return strings.Repeat("a", n*10) },
	"md-fences":          func(n int) string { return strings.Repeat("```\n", n) },
	"md-tabs":            func(n int) string { return strings.Repeat("-\t", n) },
	"md-quote-list":      func(n int) string { return strings.Repeat("> - ", n) },
	"md-blank":           func(n int) string { return strings.Repeat("\n", n) },
	"md-html-blocks":     func(n int) string { return strings.Repeat("<div>\n\n", n) },
	"md-task":            func(n int) string { return strings.Repeat("- [ ] a\n", n) },
	"md-links-in-tables": func(n int) string { return "a|b\n-|-\n" + strings.Repeat("[[a\\|b]]|[c](d)\n", n) },
}

func table(columns, rows int) string {
	return strings.Repeat("a|", columns) + "\n" + strings.Repeat("-|", columns) + "\n" + strings.Repeat("a|\n", rows)
}

func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

func backticks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("`", i+1) + " ")
	}
	return b.String()
}

func footnotes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "[^%d] ", i)
	}
	for i := range n {
		fmt.Fprintf(&b, "\n\n[^%d]: b", i)
	}
	return b.String()
}

// TestHostile holds promise B1 of the reliability map: at n and 2n a text is
// either refused with a finding or becomes a page of bounded size. Without the
// limits most of these cases run for minutes, and go test would end them.
func TestHostile(t *testing.T) {
	for name, make := range hostile {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{500, 1000, 2000, 9000, 20_000, 40_000} {
				judgeHostile(t, make(n))
			}
		})
	}
}

func judgeHostile(t *testing.T, text string) {
	t.Helper()
	doc, found := Parse([]byte(text), Origin{File: "x.md", Line: 1}, Options{In: tongues.For("en"), Keep: func(string) bool { return true }})
	if n := len(doc.HTML(nil)); n > maxOutput(len(text))+len(doc.Links)*len(`<span class="broken"></span>`) {
		t.Errorf("%d bytes became %d", len(text), n)
	}
	if refused(found) && doc.prose != (prose{}) {
		t.Error("a refused text has a page")
	}
	inside(t, text, found)
}

func refused(found diag.List) bool {
	for _, f := range found {
		if f.Code == "C015" {
			return true
		}
	}
	return false
}

// inside checks that findings point into the text.
func inside(t *testing.T, text string, found diag.List) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for _, f := range found {
		if f.Pos.Line < 1 || f.Pos.Line > len(lines) || f.Pos.Col < 1 {
			t.Fatalf("%v is outside of %d lines: %s", f.Pos, len(lines), f.Message)
		}
		if n := len([]rune(lines[f.Pos.Line-1])); f.Pos.Col+f.Width > n+2 {
			t.Fatalf("%v+%d is outside of %d characters: %s", f.Pos, f.Width, n, f.Message)
		}
	}
}

// TestLimits holds promise B2: at the limit a text is read, one beyond it is
// refused with the place.
func TestLimits(t *testing.T) {
	refs := func(n int) string { return strings.Repeat("[a](b)\n\n", n) }
	for name, c := range map[string]struct {
		limit int
		text  func(n int) string
	}{
		"quotes": {maxDepth, func(n int) string { return strings.Repeat(">", n) + "a" }},
		"lists":  {maxDepth, stairs},
		"emphasis": {maxDepth, func(n int) string {
			return strings.Repeat("*a **b ", n/2) + strings.Repeat("*a ", n%2) + strings.Repeat("a* ", n%2) + strings.Repeat("c** d* ", n/2)
		}},
		"brackets": {maxDepth, hostile["md-bracket-nest"]},
		"openers":  {maxOpeners, hostile["md-bracket-open"]},
		"parens":   {maxOpeners, func(n int) string { return strings.Repeat("(a\n\n", n) }},
		"links":    {maxLinks, refs},
		"columns":  {maxColumns, func(n int) string { return table(n, 1) }},
		"cells":    {maxCells, func(n int) string { return "a\n:-\n" + strings.Repeat("a\n", n-1) }},
		"body":     {maxBody, func(n int) string { return strings.Repeat("a word \n", n/8) + strings.Repeat("a", n%8) }},
		"line":     {maxLine, func(n int) string { return strings.Repeat("a", n) }},
		"lines":    {maxLines, func(n int) string { return strings.Repeat("\n", n) }},
		"marks": {maxMarks, func(n int) string {
			return strings.Repeat(strings.Repeat("a* ", 100)+"\n\n", n/100) + strings.Repeat("a* ", n%100)
		}},
		"ticks": {maxTicks, func(n int) string { return "a" + strings.Repeat("`", n) }},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "body" {
				c.text = func(n int) string {
					return strings.Repeat(strings.Repeat("a", 63)+"\n", n/64) + strings.Repeat("b", n%64)
				}
			}
			_, found := Parse([]byte(c.text(c.limit)), Origin{File: "x.md", Line: 1}, Options{})
			if refused(found) {
				t.Errorf("refused at the limit: %v", found)
			}
			text := c.text(c.limit + 1)
			doc, found := Parse([]byte(text), Origin{File: "x.md", Line: 1}, Options{})
			if !refused(found) || doc.prose != (prose{}) {
				t.Errorf("not refused beyond the limit: %v", found)
			}
			inside(t, text, found)
		})
	}
}
