package charter

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
	"charterhouse/internal/markdown"
)

// Schema is the version of the model that this program reads.
const Schema = 1

func (p *parser) identity() {
	c, top := p.c, p.root
	p.schema(top.Get("schema"))
	p.Word(top.Get("type"), "C005", diag.Say("a kind of document"), []string{"charter"})
	p.id(top.Get("id"))
	c.Title = p.limited(p.Text(top.Get("title")), diag.Say("the title"), 120)
	c.ShortTitle = p.limited(p.Text(top.Get("short_title")), diag.Say("the short title"), 40)
	c.Summary = p.limited(p.inline(p.Text(top.Get("summary"))), diag.Say("the summary"), 280)
	c.Lang = p.Text(top.Get("lang"))
	c.Aliases = p.IDs(top.Get("aliases"), diag.Say("the list of former ids"))
	if mark := c.Keys.Of("translated"); mark.Written() {
		p.finding(mark, "C006", diag.Say("translated says what was translated, but no charter is named in translation_of"), diag.Say("add translation_of: with the id of the original, or remove translated"))
	}
	c.Tags = p.IDs(top.Get("tags"), diag.Say("the list of tags"))
	c.Created = p.Date(top.Get("created"))

	i, m := p.Word(top.Get("kind"), "C005", diag.Say("a kind of charter"), kindWords)
	c.Kind = At[Kind]{Value: Kind(i + 1), Mark: m}
	i, m = p.Word(top.Get("status"), "S001", diag.Say("a status"), StatusWords())
	c.Status = At[Status]{Value: Status(i + 1), Mark: m}
	i, m = p.Word(top.Get("confidential"), "C005", diag.Say("a degree of confidentiality"), confidentialWords)
	c.Restricted = At[bool]{Value: i == 1, Mark: m}
	p.own(top.Get("x"))
}

var (
	kindWords         = []string{"joint", "single"}
	confidentialWords = []string{"internal", "restricted"}
)

// schema judges the version of the model (C011). A file without one is read as
// the present version.
func (p *parser) schema(n *facts.Node) {
	v := p.Text(n)
	if v.Value == "" || v.Value == "charter/1" {
		return
	}
	newer := false
	if rest, ok := strings.CutPrefix(v.Value, "charter/"); ok {
		number, err := strconv.Atoi(rest)
		newer = err == nil && number > Schema
	}
	if newer {
		p.Report(n, "C011", diag.Say("this charter is written for the model %s, which is newer than this program", v.Value), diag.Say("update the program, or write charter/1"))
		return
	}
	d := p.Report(n, "C011", diag.Say("%q is not a known model", v.Value), diag.Say("write charter/1"))
	p.Replace(d, n, "charter/1")
}

// id takes the id from the front matter, else from the path (C009 where they
// differ).
func (p *parser) id(n *facts.Node) {
	id, name := p.ID(n), p.fileName()
	switch {
	case id.Value == "":
		id.Value = p.fileID()
		if string(id.Value) != name && !id.Written() {
			p.finding(Mark{}, "C007", diag.Say("the file is named %q, which gives no id", name), diag.Say("name it %s.md, or write id: %s", id.Value, id.Value))
		}
	case string(id.Value) != name && !p.loose:
		p.Report(n, "C009", diag.Say("the id is %s, but the file is named %s", id.Value, name), diag.Say("name the file %s.md; links and signatures use the id, so keep that", id.Value))
	}
	p.c.ID = id
}

// limited warns of a text that is too long for where it is shown (C016).
func (p *parser) limited(text At[string], what diag.Text, most int) At[string] {
	if len(text.Value) <= most {
		return text
	}
	if n := utf8.RuneCountInString(text.Value); n > most {
		p.finding(text.Mark, "C016", diag.Say("%s has %d characters, lists and cards have room for %d", what, n, most), diag.Say("shorten it by %d; the body has room for the rest", n-most))
	}
	return text
}

// inline reports what is wrong with a value's Markdown. The pages read it
// again when they show it.
func (p *parser) inline(text At[string]) At[string] {
	if strings.ContainsAny(text.Value, "[<") {
		_, found := markdown.Inline(text.Value, p.c.Pos(text.Mark), nil)
		p.Found = append(p.Found, found...)
	}
	return text
}

// own takes the fields under x:, which the site's configuration may show.
func (p *parser) own(n *facts.Node) {
	if n == nil || n.Kind == facts.Null {
		return
	}
	if n.Kind != facts.Map {
		p.Report(n, "C005", diag.Say("your own fields are keys with values, but this is %s", n.Kind), diag.Say("write each field on its own line below x:, indented by two blanks"))
		return
	}
	for _, f := range n.Fields {
		own := OwnField{Key: f.Key, Mark: f.Mark}
		for _, item := range p.OneOrMore(f.Value) {
			v := facts.Value(p.Reader, item, "C005", diag.Say("a text"), func(s string) (string, error) { return strings.Join(strings.Fields(s), " "), nil })
			if !v.Written() {
				continue
			}
			if len(own.Values) > 0 {
				own.Text += ", "
			}
			own.Text += v.Value
			own.Values = append(own.Values, OwnValue{v.Value, item.Plain, v.Mark})
		}
		p.c.Own = append(p.c.Own, own)
	}
}
