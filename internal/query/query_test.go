package query

import (
	"fmt"
	"strings"
	"testing"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// at is a block whose lines stand from line 11 of a file on, indented by two.
func at(text string) []Place {
	var all []Place
	for i := range strings.Count(text, "\n") + 1 {
		all = append(all, Place{Line: 11 + i, Col: 3})
	}
	return all
}

// write prints a condition with all parentheses.
func write(c *Condition) string {
	if c == nil {
		return ""
	}
	var parts []string
	switch c.Op {
	case And, Or:
		for _, k := range c.Kids {
			parts = append(parts, write(k))
		}
		return "(" + strings.Join(parts, " "+c.Op.String()+" ") + ")"
	case Not:
		return "not " + write(c.Kids[0])
	case Is:
		return c.Left.String()
	}
	for _, v := range c.Right {
		text := v.Text
		if v.Quoted {
			text = `"` + text + `"`
		}
		if v.Currency != "" {
			text += " " + string(v.Currency)
		}
		if v.Sign != 0 {
			text += map[int]string{1: " + ", -1: " - "}[v.Sign] + v.Shift.String()
		}
		parts = append(parts, text)
	}
	return c.Left.String() + " " + c.Op.String() + " " + strings.Join(parts, " ")
}

func TestConditions(t *testing.T) {
	for text, want := range map[string]string{
		"status = active":                                     "status = active",
		"a = 1 and b = 2 or c = 3":                            "((a = 1 and b = 2) or c = 3)",
		"a = 1 and (b = 2 or not c = 3)":                      "(a = 1 and (b = 2 or not c = 3))",
		"not not signed":                                      "not not signed",
		"status in (agreed, active)":                          "status in agreed active",
		"status not in (agreed)":                              "status not in agreed",
		"end < today + 90d and end>=today - 2w":               "(end < today + 90d and end >= today - 2w)",
		`title contains "two words"`:                          `title contains "two words"`,
		"title contains »to ord«":                             `title contains "to ord"`,
		"total >= 500_000.50 DKK":                             "total >= 500_000.50 DKK",
		"share(it) < 1/3 AND signed":                          "(share(it) < 1/3 and signed)",
		"amount(it, 2027) > 0 DKK":                            "amount(it, 2027) > 0 DKK",
		"x.data-class = none":                                 "x.data-class = none",
		"end > start + 12m":                                   "end > start + 12m",
		"(((a = b)))":                                         "a = b",
		"a != b and\n  c <= d":                                "(a != b and c <= d)",
		"lead in (a-b, \"c d\", none) or accountable(x) = it": `(lead in a-b "c d" none or accountable(x) = it)`,
	} {
		q, found := Inline("f.md", "count where "+text, at(text))
		if len(found) > 0 || write(q.Where) != want {
			t.Errorf("%s\nis read as %s, not %s\n%v", text, write(q.Where), want, found)
		}
	}
}

// Each fault is one finding with a hint, at the very character that is wrong.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		text, message string
		line, col     int
		code          diag.Code
	}{
		{"list: charters\nwhere: status active", `"active" cannot follow status`, 12, 17, "Q001"},
		{"list: charters\nwhere: status = active)", `")" is left over`, 12, 25, "Q001"},
		{"list: charters\nwhere: (status = active", `there is no ")" behind this condition`, 12, 26, "Q001"},
		{"list: charters\nwhere: status == active", `"==" does not compare anything`, 12, 17, "Q001"},
		{"list: charters\nwhere: status in agreed", "the values behind in stand in parentheses", 12, 20, "Q001"},
		{"list: charters\nwhere: end < today-90d", `"today-90d" is one word`, 12, 16, "Q001"},
		{"list: charters\nwhere: end < today + 90", `"90" is not a length of time`, 12, 24, "Q001"},
		{"list: charters\nwhere: \"title contains 'x\"", "this quotation mark is not closed", 12, 26, "Q001"},
		{"list: charters\nwhere: status =", "a value is missing at the end", 12, 18, "Q001"},
		{"list: charters\nwhere: >\n  æøå = x and\n  status ~ active", `"~" cannot follow status`, 14, 12, "Q001"},
		{"list: charters\nwhere: status = active and\n   kind is joint", `"is" is no sign of this form`, 13, 11, "Q001"},
		{"list: charters\nwehre: status = active", `"wehre" is not a key of a question`, 12, 3, "Q001"},
		{"where: status = active", "the question does not say what it asks for", 11, 3, "Q001"},
		{"list: charter", `"charter" is not something to ask for`, 11, 9, "Q001"},
		{"list: charters\nlist: charters", `"list" is written twice`, 12, 3, "Q001"},
		{"count: charters\nshow: end", "a count shows a figure, not fields", 12, 3, "Q001"},
		{"table: charters", "a table needs columns", 11, 3, "Q001"},
		{"list: charters\ncount: charters", "a question is one of list, count, sum, table, and this one is a list already", 12, 3, "Q001"},
		{"list: charters\nlimit: 0", "a list of none shows nothing", 12, 10, "Q001"},
		{"list: charters\nlimit: 2000", "2000 is more than 1000", 12, 10, "Q001"},
		{"sum: amount(it", `there is no ")" behind amount(…`, 11, 17, "Q001"},
		{"list: [charters", "", 0, 0, "Q001"},
		{"- a\n- b", "", 0, 0, "Q001"},
		{"list: charters\nwhere: " + strings.Repeat("(", 20) + "a = b" + strings.Repeat(")", 20), "the condition is nested more than 12 levels deep", 12, 23, "Q005"},
		{"list: charters\nwhere: " + strings.Repeat("not ", 200) + "signed", "the condition is nested more than 12 levels deep", 12, 62, "Q005"},
		{"list: charters\nwhere: " + strings.TrimSuffix(strings.Repeat("a = b or ", 100), " or "), "the condition has more than 64 comparisons and values", 0, 0, "Q005"},
		{"list: charters\nwhere: a in (" + strings.Repeat("b, ", 200) + "c)", "the condition has more than 64 comparisons and values", 0, 0, "Q005"},
		{strings.Repeat("x", 64<<10), "the question has 65536 characters, more than 4096", 11, 3, "Q005"},
		{"list: charters\nshow: " + strings.TrimSuffix(strings.Repeat("end, ", 20), ", "), "20 fields do not fit on a page, at most 12 do", 12, 9, "Q005"},
		{"list: charters\nwhere: [" + strings.Repeat("a, ", 400) + "b]", "", 0, 0, "Q005"},
	} {
		q, found := Parse("f.md", c.text, at(c.text))
		short := c.text[:min(len(c.text), 60)]
		if len(found) != 1 || q.Sound {
			t.Errorf("%q: %d findings, sound %v\n%v", short, len(found), q.Sound, found)
			continue
		}
		d := found[0]
		if d.Code != c.code || c.message != "" && d.Message.String() != c.message || c.line > 0 && (d.Pos.Line != c.line || d.Pos.Col != c.col) || d.Hint.String() == "" && c.message != "2000 is more than 1000" {
			t.Errorf("%q:\n%s %s: %s (%s)", short, d.Pos, d.Code, d.Message, d.Hint)
		}
	}
}

func TestForm(t *testing.T) {
	text := "table: charters\nwhere: kind = joint\nshow: [end, \"amount(it, 2027)\", x.class]\nsort: end desc, title\nlimit: 10\ncaption: What ends\n"
	q, found := Parse("f.md", text, at(text))
	if len(found) > 0 {
		t.Fatal(found)
	}
	got := fmt.Sprintln(q.Kind, write(q.Where), q.Show[1], q.Show[2], len(q.Show), q.Sort[0].Term, q.Sort[0].Descending, q.Sort[1].Descending, q.Limit, q.Caption)
	if want := "4 kind = joint amount(it, 2027) x.class 3 end true false 10 What ends\n"; got != want {
		t.Errorf("%s\nnot %s", got, want)
	}
	if m := q.Show[1].Mark; m != (facts.Mark{Line: 13, Col: 16}) {
		t.Errorf("the second field stands at %v", m)
	}
}

func FuzzQuestion(f *testing.F) {
	for _, text := range []string{"list: charters\nwhere: status = active", "sum: amount(it, 2027)\nby: department", "table: charters\nshow: end\nsort: end desc",
		"count: charters\nwhere: >\n  not (a = \"b\" or c in (d, 1/3, 20%)) and end < today + 90d", "list: charters\nwhere: 'a contains ''b'''", "list: {a: b}\n", "\xff\x00: =", "list: charters\nwhere: \"\\u0041 = b\""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, read := range []func() (*Question, diag.List){
			func() (*Question, diag.List) { return Parse("f.md", text, at(text)) },
			func() (*Question, diag.List) { return Inline("f.md", text, at(text)) },
		} {
			q, found := read()
			if q == nil || q.Sound == (len(found) > 0) {
				t.Fatalf("sound %v, but %v", q.Sound, found)
			}
			for _, d := range found {
				if d.Code != "Q001" && d.Code != "Q005" || d.Message.String() == "" || d.Pos.Line < 11 || d.Pos.Line > 11+lines || d.Pos.Col < 1 {
					t.Fatalf("%+v", d)
				}
			}
			if !q.Sound || q.Where == nil {
				continue
			}
			again, found := Inline("f.md", "count where "+write(q.Where), at(""))
			if len(found) == 0 && write(again.Where) != write(q.Where) {
				t.Fatalf("%s\nis written %s", write(q.Where), write(again.Where))
			}
		}
	})
}
