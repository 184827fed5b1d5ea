package check_test

import (
	"charterhouse/internal/locale"
	"charterhouse/internal/theme"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"charterhouse/internal/bench"
	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

// most is how many charters a made portfolio may have.
const most = 7

// A maker draws the parts of charters that tie them to each other and to people:
// few names for many charters, so that each edit touches another one.
type maker struct{ *rapid.T }

func (m maker) one(list ...string) string { return rapid.SampledFrom(list).Draw(m.T, "one") }
func (m maker) n(until int) int           { return rapid.IntRange(0, until).Draw(m.T, "n") }
func (m maker) id() string                { return fmt.Sprintf("c%d", m.n(most)) } // the last is nobody's
func (m maker) title() string             { return fmt.Sprintf("Title %d", m.n(4)) }
func (m maker) person() string            { return m.one("ann", "bo", "cy", "di", "nobody") }
func (m maker) house() string             { return m.one("it", "it", "marketing", "marketing", "legal", "nowhere") }
func (m maker) date(from int) string {
	return fmt.Sprintf("%d-%02d-01", from+m.n(1), 1+m.n(11))
}

// parts are the lines of a charter, each drawn for itself. An empty one is left
// out; the first four are drawn as nothing most of the time.
var parts = []func(m maker) string{
	func(m maker) string { return "aliases: [" + m.one("old", "former", m.id()) + "]" },
	func(m maker) string { return "translation_of: " + m.id() + "\nlang: da" },
	func(m maker) string { return "staus: x" },
	func(m maker) string { return "id: " + m.id() },
	func(m maker) string { return strings.Repeat("# a line that moves the others down\n", m.n(2)) },
	func(m maker) string { return "title: " + m.title() },
	func(m maker) string {
		return "summary: " + m.one("Plain.", "See [["+m.title()+"]].", "See [["+m.id()+"]].")
	},
	func(m maker) string {
		return "status: " + m.one("proposed", "agreed", "active", "active", "active", "completed", "superseded", "cancelled")
	},
	func(m maker) string {
		return fmt.Sprintf("timeframe: {start: %s, end: %s}", m.date(2025), m.date(2027))
	},
	func(m maker) string { return fmt.Sprintf("lead: [%s, %s]", m.person(), m.person()) },
	func(m maker) string { return fmt.Sprintf("owners: {%s: %s}", m.house(), m.person()) },
	func(m maker) string {
		return fmt.Sprintf("budget: {currency: EUR, total: 100, shares: {%s: rest, legal: %s}}", m.one("it", "marketing"), m.one("2%", "20%"))
	},
	func(m maker) string {
		who := func() string {
			return fmt.Sprintf("{person: %s, home: %s, allocation: %s}", m.person(), m.house(), m.one("20%", "60%", "80%"))
		}
		return "team: [" + who() + ", " + who() + "]"
	},
	func(m maker) string {
		claim := func() string {
			return fmt.Sprintf("{area: %s, accountable: %s}", m.one("data", "tools", "texts"), m.house())
		}
		return "responsibilities: [" + claim() + m.one("", ", "+claim()) + "]"
	},
	func(m maker) string {
		return fmt.Sprintf("links: {part_of: %s, depends_on: [%s], replaces: [%s], related: [%s], contributes_to: [grow]}", m.id(), m.id(), m.id(), m.id())
	},
	func(m maker) string {
		return fmt.Sprintf("milestones: [{id: m1, title: M, due: %s, owner: %s}]", m.date(2026), m.person())
	},
	func(m maker) string {
		return "x: {" + m.one("class: low", "class: middle", "size: 3", "size: many", "clas: low", "note: true") + "}"
	},
	func(m maker) string {
		return fmt.Sprintf("approvals: [{department: %s, person: %s, date: %s, terms: jt1-0123456789abcdef}]", m.house(), m.person(), m.date(2026))
	},
}

// prose are the lines below the front matter.
var prose = []func(m maker) string{
	func(m maker) string { return "## " + m.one("Part", "Whole") },
	func(m maker) string { return fmt.Sprintf("This depends on [[%s]] and [[%s]].", m.id(), m.title()) },
	func(m maker) string { return fmt.Sprintf("See [[%s#part]] and [[%s#whole]].", m.id(), m.title()) },
	func(m maker) string {
		return fmt.Sprintf("Or [there](%s.md) and [x](%s.PNG).", m.one("C", "c")+m.id()[1:], m.one("x", "y"))
	},
	func(m maker) string { return "By [[person:" + m.person() + "]]." },
	func(m maker) string {
		return "And `=count where " + m.one("end > 2026-01-01", "end > 5", "tag < red") + "`."
	},
	func(m maker) string {
		return "There are `=count where lead = " + m.person() + " and x." + m.one("class", "size", "nothing") + " != none`."
	},
	func(m maker) string {
		return "```query\nlist: charters\nwhere: part_of = " + m.id() + " or accountable(" + m.one("data", "air") + ") = " + m.house() + "\n```"
	},
}

// A folder is a content folder that hands write in.
type folder struct {
	maker
	files    fstest.MapFS
	charters map[string][]string // the drawn lines, by file
}

func (f *folder) put(name, text string) { f.files[name] = &fstest.MapFile{Data: []byte(text)} }

// draw draws one line of a charter, or all of a new one.
func (f *folder) draw(name string, line int) {
	all := f.charters[name]
	if all == nil {
		all = make([]string, len(parts)+len(prose))
		line = -1
	}
	for i, part := range slices.Concat(parts, prose) {
		if i == line || line < 0 {
			if all[i] = ""; i >= 4 || f.n(19) == 0 {
				all[i] = part(f.maker)
			}
		}
	}
	f.charters[name] = all
	f.put(name, "---\n"+strings.Join(slices.DeleteFunc(slices.Clone(all[:len(parts)]), func(l string) bool { return l == "" }), "\n")+
		"\n---\n\n"+strings.Join(all[len(parts):], "\n\n")+"\n")
}

// translate draws a file that translates a charter, in parts as new as the
// original is now.
func (f *folder) translate() {
	n, record := f.n(2), ""
	of, lang := fmt.Sprintf("c%d", n), "da" // mostly the same, lest all be linked anew
	if f.n(9) == 0 {
		of, lang = f.id(), f.one("da", "de", "en")
	}
	if text := f.files["charters/"+of+".md"]; text != nil && f.n(3) > 0 {
		c, _ := charter.Parse("charters/"+of+".md", text.Data, charter.Options{Lang: "en", Speech: theme.Speech(nil)})
		for _, part := range c.Parts() {
			if part.Key == "title" || part.Key == "summary" {
				record += part.Key + ": " + part.Sum + ", "
			} else if part.Heading != "" {
				record += "body.del: " + part.Sum + ", "
			}
		}
	}
	f.put(fmt.Sprintf("charters/t%d.md", n), fmt.Sprintf("---\ntranslation_of: %s\nlang: %s\ntitle: %s\nsummary: %s\nmilestones: [{id: %s, title: Milepæl}]\ntranslated: {%s}\n---\n\n## Del\n\nSe [[%s#part]], [[%s]], [[%s#%s]], [x](x.PNG) og [her](%s.md).\n",
		of, lang, f.title(), f.one("Jævn.", "Se [["+f.title()+"]]."), f.one("m1", "m1", "m2"), record, f.id(), f.title(), f.id(), f.one("del", "whole"), f.one("c1", "C1", "t1")))
}

func (f *folder) any() string { return fmt.Sprintf("charters/c%d.md", f.n(most-1)) }

// edit does what a hand does between two looks, mostly to one line of a charter.
func (f *folder) edit() {
	name := f.any()
	switch f.n(120) {
	case 0:
		delete(f.files, name)
		delete(f.charters, name)
	case 1: // renamed over another
		if to := f.any(); f.charters[name] != nil && to != name {
			f.files[to], f.charters[to] = f.files[name], f.charters[name]
			delete(f.files, name)
			delete(f.charters, name)
		}
	case 2:
		f.put("registers/people.yml", fmt.Sprintf("- {id: ann, name: Ann, department: it}\n- {id: bo, name: %s, department: marketing, capacity: %s}\n- {id: cy, name: Cy, department: legal, until: 2026-12-01}\n- {id: di, name: Di}\n- {id: di, name: Again}\n",
			f.one("Bo", "Bob"), f.one("100%", "50%")))
	case 3:
		f.put("registers/areas.yml", "- {id: data, name: Data, standing_owner: it}\n- {id: tools, name: Tools, parent: "+f.one("data", "texts")+"}\n- {id: texts, name: Texts}\n")
	case 4:
		f.put("charterhouse.yaml", "title: T\nlanguages: ["+f.one("en", "en, da")+"]\n"+f.one("", "fields: {class: {type: choice, values: [low, high], required: active}, size: number}\n")+f.one(ownRules, ""))
	case 5:
		f.put("approvals/it/c1.yml", fmt.Sprintf("- {department: it, person: %s, date: %s, terms: jt1-0123456789abcdef}\n", f.person(), f.date(2026)))
	case 7:
		f.put("questions/q.md", "---\ntitle: Q\nquery: {list: charters, where: part_of = "+f.id()+" or x.class = low}\n---\n\nSee [["+f.id()+"#part]] and [[person:"+f.person()+"]].\n")
	case 6:
		f.put("charters/x.png", f.one("a picture", "another"))
	case 8:
		delete(f.files, "charters/t1.md")
	default:
		if f.n(11) == 0 {
			f.translate()
			return
		}
		f.draw(name, f.n(len(parts)+len(prose)-1))
	}
}

// ownRules are an organisation's: about a payer, about people over all charters,
// and about areas that nobody has.
const ownRules = `policies:
  X-SHARE: {for: payer, where: status = active, must: share >= 10%, message: "{payer} pays {share} of {title}", examples: {pass: {status: active}, fail: {status: active, budget: {currency: EUR, total: 100, shares: {it: 95%, legal: 5%}}}}}
  X-LEADS: {for: lead, where: status = active, at_most: 1, message: "{lead} leads {charters}", examples: {pass: {status: active, lead: ann}, fail: [{status: active, lead: ann}, {status: active, lead: ann}]}}
  X-ONCE: {for: person, where: "status in (agreed, active)", at_most: 1, at_the_same_time: true, message: "{person} from {from}", examples: {pass: {status: active}, fail: {status: active}}}
  X-AREA: {for: area, at_least: 2, message: "{area} has {count}", examples: {pass: {status: active}, fail: {status: active}}}
`

// Whatever was edited, a Memory finds what is found by asking everything.
func TestMemoryIsRun(t *testing.T) {
	steps, short, elsewhere := 0, 0, 0 // the last: steps whose edit of one charter changed what is found in others
	said := map[diag.Code]int{}
	rapid.Check(t, func(t *rapid.T) {
		f := &folder{maker: maker{t}, files: fstest.MapFS{}, charters: map[string][]string{}}
		f.put("charterhouse.yaml", "title: T\nfields: {class: {type: choice, values: [low, high], required: active}, size: number}\n"+ownRules)
		f.put("questions/q.md", "---\ntitle: Q\nquery: {list: charters}\n---\n\nSee [[c1#part]].\n")
		f.put("registers/departments.yml", "- {id: it, name: IT, chief: [{person: ann, from: 2020-01-01}]}\n- {id: marketing, name: Marketing, chief: [{person: bo}]}\n- {id: legal, name: Legal}\n")
		f.put("registers/people.yml", "- {id: ann, name: Ann, department: it}\n- {id: bo, name: Bo, department: marketing}\n- {id: cy, name: Cy, department: legal}\n- {id: di, name: Di}\n")
		f.put("registers/areas.yml", "- {id: data, name: Data}\n- {id: tools, name: Tools, parent: data}\n- {id: texts, name: Texts}\n")
		f.put("registers/objectives.yml", "- {id: grow, text: Grow}\n")
		for i := range most {
			f.draw(fmt.Sprintf("charters/c%d.md", i), -1)
		}
		f.translate()
		f.translate()
		loader := &portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
		day, _ := calendar.ParseDate("2026-11-16")
		look := func() *portfolio.Portfolio {
			src, err := source.FromFS(f.files, source.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			return loader.Load(src, day).Portfolio
		}
		var memory check.Memory
		before := look()
		last := memory.Run(before)
		for range 40 {
			for range 1 + f.n(5)/4 {
				f.edit()
			}
			if f.n(40) == 0 {
				day = day.AddDays(20)
			}
			p := look()
			got, want := memory.Run(p), check.Run(p)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("a memory finds other than is found afresh:\n%s", apart(got, want))
			}
			steps++
			if p.Follows(before) {
				short++
				if others(p, before, got) != others(p, before, last) {
					elsewhere++
				}
			}
			for _, d := range got {
				said[d.Code]++
			}
			before, last = p, got
		}
	})
	t.Logf("%d steps, %d of them short, %d with findings elsewhere", steps, short, elsewhere)
	if short < steps/3 || elsewhere < steps/25 {
		t.Errorf("of %d steps only %d asked a part, and only %d changed findings elsewhere", steps, short, elsewhere)
	}
	for _, code := range []diag.Code{"T011", "P005", "R005", "L001", "L002", "L003", "L004", "L005", "L007", "L009", "L010", "L011", "A002", "A004", "C017", "C018", "Q002", "Q003", "Q004", "X-SHARE", "X-LEADS", "X-ONCE", "X-AREA", "K005"} {
		if said[code] < 10 {
			t.Errorf("%s was found %d times only", code, said[code])
		}
	}
}

// others is what was found in the charters that are the same in both.
func others(p, before *portfolio.Portfolio, found diag.List) string {
	same := map[string]bool{}
	for i, c := range p.Charters() {
		same[c.File] = c == before.Charters()[i]
	}
	for i, t := range p.Translations() {
		same[t.File.File] = t.File == before.Translations()[i].File
	}
	var b strings.Builder
	for _, d := range found {
		if same[d.Pos.File] {
			fmt.Fprintln(&b, d)
		}
	}
	return b.String()
}

// apart lists what only one of two lists has.
func apart(got, want diag.List) string {
	var b strings.Builder
	only := func(word string, list, other diag.List) {
		for _, d := range list {
			if !slices.ContainsFunc(other, func(o diag.Diagnostic) bool { return reflect.DeepEqual(d, o) }) {
				fmt.Fprintf(&b, "only %s: %+v\n", word, d)
			}
		}
	}
	only("remembered", got, want)
	only("afresh", want, got)
	return b.String()
}

// What a Memory gives is the caller's: giving it severities does not change
// what is remembered.
func TestRunGivesAway(t *testing.T) {
	src, err := source.FromFS(fstest.MapFS{"charterhouse.yaml": {Data: []byte("title: T\n")}, "charters/a.md": {Data: []byte("---\ntitle: A\nstatus: active\n---\n\n[[b]]\n")}}, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	p := new(portfolio.Loader).Load(src, calendar.Date{}).Portfolio
	var m check.Memory
	check.Finish(p, m.Run(p))
	if again, want := m.Run(p), check.Run(p); len(want) == 0 || !reflect.DeepEqual(again, want) {
		t.Errorf("after Finish:\n%v\nwant\n%v", again, want)
	}
}

// BenchmarkEdit asks all rules of ten thousand charters, after one charter was
// edited in some way. The day is so late that thousands of findings stand.
func BenchmarkEdit(b *testing.B) {
	const size = 10_000
	dir := b.TempDir()
	if err := bench.Generate(dir, size, 1); err != nil {
		b.Fatal(err)
	}
	src, err := source.Open(dir, source.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	day, _ := calendar.ParseDate("2028-01-01")
	start := (&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}).Load(src, day).Portfolio
	c := start.Charters()[size/2+slices.IndexFunc(start.Charters()[size/2:], func(c *charter.Charter) bool { return len(c.Links.DependsOn) > 0 })]
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.File)))
	if err != nil {
		b.Fatal(err)
	}
	edited := func(old, new string) *charter.Charter {
		if !strings.Contains(string(text), old) {
			b.Fatalf("%s has no %q", c.File, old)
		}
		made, _ := charter.Parse(c.File, []byte(strings.Replace(string(text), old, new, 1)), charter.Options{Lang: "en"})
		return made
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			check.Run(start)
		}
	})
	for _, edit := range []struct{ name, old, new string }{
		{"prose", "\n---\n", "\n---\n\nA word more.\n"},
		{"title", "\ntitle: ", "\ntitle: New "},
		{"allocation", "allocation: ", "allocation: 9"},
		{"relation", "depends_on: [", "depends_on: [nowhere, "},
		{"accountable", "accountable: ", "accountable: x"},
	} {
		b.Run(edit.name, func(b *testing.B) {
			versions := [2]*charter.Charter{edited(edit.old, edit.new), c}
			p, m := start, check.Memory{}
			m.Run(p)
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				p = p.With(versions[i%2])
				b.StartTimer()
				m.Run(p)
			}
		})
	}
	b.Run("finish", func(b *testing.B) {
		found := check.Run(start)
		copied := make(diag.List, len(found))
		for b.Loop() {
			copy(copied, found)
			check.Finish(start, copied)
		}
		b.ReportMetric(float64(len(found)), "findings")
	})
}
