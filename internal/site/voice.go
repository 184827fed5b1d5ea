package site

import (
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// A voice is how one page speaks: its words, its formats, and the way to other
// pages from where it stands. What recurs on thousands of pages (a department's
// mark, a person's link, a day) is rendered once a voice and remembered.
// A voice is safe for concurrent use.
type voice struct {
	site   *Site
	tree   string // "" or "da/"
	lang   string // of labels, amounts and dates
	depth  int
	root   string // to the site's root: "../../"
	home   string // to the tree's root
	words  *theme.Words
	locale *locale.Locale

	mu   sync.RWMutex
	memo [parts]map[ID]theme.Fragment
	days map[calendar.Date]theme.Fragment
}

type voiceKey struct {
	tree, lang string
	depth      int
}

// A part is a small template whose renderings are remembered, each in a table of
// its own: a page asks for some hundred, so that finding one must be quick.
type part int

const (
	partDept part = iota
	partDeptMark
	partDeptCode
	partDeptBoth
	partPerson
	partArea
	partCharter
	partObjective
	partStatus
	partMilestone
	partInitiative
	parts // how many there are
)

var partNames = [parts]string{"dept", "dept-mark", "dept-code", "dept-both", "person", "area", "charter-link", "objective", "status", "milestone", "initiative"}

// voice returns the voice of pages at depth in tree that speak lang. base is
// spoken where the theme has no words for lang.
func (s *Site) voice(tree, base, lang string, depth int) *voice {
	if s.theme.Words(lang) == nil {
		lang = base
	}
	key := voiceKey{tree, lang, depth}
	if v, ok := s.voices.Load(key); ok {
		return v.(*voice)
	}
	v := &voice{site: s, tree: tree, lang: lang, depth: depth, words: s.theme.Words(lang), locale: s.theme.Words(lang).Locale(), days: map[calendar.Date]theme.Fragment{}}
	for p := range v.memo {
		v.memo[p] = map[ID]theme.Fragment{}
	}
	for range depth {
		v.home += "../"
	}
	v.root = v.home
	if tree != "" {
		v.root += "../"
	}
	kept, _ := s.voices.LoadOrStore(key, v)
	return kept.(*voice)
}

// speaking returns the voice at the same place that speaks lang.
func (v *voice) speaking(lang string) *voice {
	if lang == v.lang {
		return v
	}
	return v.site.voice(v.tree, v.lang, lang, v.depth)
}

// href returns the way to an address within this tree.
func (v *voice) href(address string) string { return v.home + address }

// addressOf says where a target stands within a tree; ok is false for what has
// no page.
func addressOf(t portfolio.Target) (address string, ok bool) {
	switch t.Kind {
	case portfolio.ToCharter:
		address = "charters/" + string(t.ID) + ".html"
	case portfolio.ToPerson:
		address = "people/" + string(t.ID) + ".html"
	case portfolio.ToDepartment:
		address = "departments/" + string(t.ID) + ".html"
	case portfolio.ToArea:
		address = "areas/" + string(t.ID) + ".html"
	case portfolio.ToQuestion:
		address = "questions/" + string(t.ID) + ".html"
	case portfolio.ToObjective:
		address = "goals.html#objective-" + string(t.ID)
	default:
		return "", false
	}
	if t.Anchor != "" {
		address += "#" + t.Anchor
	}
	return address, true
}

// once renders a small part and remembers it. A part that fails shows as
// nothing; the theme is run over a sample when it is loaded, so it was told.
func (v *voice) once(p part, id ID, data func() any) theme.Fragment {
	return recall(v, v.memo[p], id, partNames[p], data)
}

// forget lets go of all that was rendered of a part.
func (v *voice) forget(p part) {
	v.mu.Lock()
	clear(v.memo[p])
	v.mu.Unlock()
}

func recall[K comparable](v *voice, memo map[K]theme.Fragment, key K, part string, data func() any) theme.Fragment {
	v.mu.RLock()
	f, ok := memo[key]
	v.mu.RUnlock()
	if ok {
		return f
	}
	f, err := v.site.theme.Part(v.lang, part, data())
	if err != nil {
		return ""
	}
	v.mu.Lock()
	memo[key] = f
	v.mu.Unlock()
	return f
}

// A mark is what the parts that name something are given. Href is empty where
// there is no page to go to.
type mark struct {
	Href, Text, Lang, Code, Title, Class string
}

// dept is a department's mark with a link to its page.
func (v *voice) dept(id ID) theme.Fragment {
	return v.once(partDept, id, func() any { return v.deptData(id) })
}

// deptMark is a department's mark without a link.
func (v *voice) deptMark(id ID) theme.Fragment {
	return v.once(partDeptMark, id, func() any { return v.deptData(id) })
}

// deptCode is a department's mark with its short form, for heads of columns.
func (v *voice) deptCode(id ID) theme.Fragment {
	return v.once(partDeptCode, id, func() any { return v.deptData(id) })
}

func (v *voice) deptData(id ID) mark {
	d := v.site.p.Department(id)
	if d == nil {
		return mark{Text: string(id), Code: string(id), Class: "c0"}
	}
	return mark{Href: v.href("departments/" + string(id) + ".html"), Text: d.Name.In(v.lang), Code: d.Code, Class: slotClass(d.Slot)}
}

// deptName is a department's name as plain text.
func (v *voice) deptName(id ID) string { return v.deptData(id).Text }

// slotClass is the colour class of a department. From the ninth on the eight
// colours repeat with a stripe.
func slotClass(slot int) string {
	if slot < 1 {
		return "c0"
	}
	class := "c" + string(rune('1'+(slot-1)%8))
	if slot > 8 {
		class += " striped"
	}
	return class
}

// deptClass is the colour class of a department, for figures.
func (v *voice) deptClass(id ID) string {
	if d := v.site.p.Department(id); d != nil {
		return slotClass(d.Slot)
	}
	return "c0"
}

// person is a person's name with a link to the page.
func (v *voice) person(id ID) theme.Fragment {
	return v.once(partPerson, id, func() any {
		x := v.site.p.Person(id)
		if x == nil {
			return mark{Text: string(id)}
		}
		if v.site.p.Anonymous() {
			return mark{Text: v.site.p.CalledIn(x, v.lang)}
		}
		return mark{Href: v.href("people/" + string(id) + ".html"), Text: x.Name}
	})
}

// personName is a person's name as plain text.
func (v *voice) personName(id ID) string {
	if x := v.site.p.Person(id); x != nil {
		return v.site.p.CalledIn(x, v.lang)
	}
	return string(id)
}

// area is an area's name with a link to its page.
func (v *voice) area(id ID) theme.Fragment {
	return v.once(partArea, id, func() any {
		a := v.site.p.Area(id)
		if a == nil {
			return mark{Text: string(id)}
		}
		return mark{Href: v.href("areas/" + string(id) + ".html"), Text: a.Name.In(v.lang)}
	})
}

// charter is a charter's title with a link to its page, marked with its
// language where that is another than the page's.
func (v *voice) charter(c *charter.Charter) theme.Fragment {
	return v.once(partCharter, c.ID.Value, func() any { return v.charterData(c) })
}

func (v *voice) charterData(c *charter.Charter) mark {
	m := mark{Href: v.href("charters/" + string(c.ID.Value) + ".html")}
	m.Text, m.Lang = v.name(c)
	return m
}

// target is a link to whatever t names, with its own name as text.
func (v *voice) target(t portfolio.Target) theme.Fragment {
	switch t.Kind {
	case portfolio.ToCharter:
		if c := v.site.p.Charter(t.ID); c != nil {
			return v.charter(c)
		}
	case portfolio.ToPerson:
		return v.person(t.ID)
	case portfolio.ToDepartment:
		return v.dept(t.ID)
	case portfolio.ToArea:
		return v.area(t.ID)
	case portfolio.ToObjective:
		if o := v.site.p.Objective(t.ID); o != nil {
			return v.objectiveLink(o)
		}
	}
	return theme.Escape(string(t.ID))
}

// date is a day as a time element, or nothing for no day.
func (v *voice) date(d calendar.Date) theme.Fragment {
	if d.IsZero() {
		return ""
	}
	return recall(v, v.days, d, "date", func() any { return mark{Href: d.String(), Text: v.locale.Date(d)} })
}

// money writes an amount with its currency.
func (v *voice) money(m money.Money) string { return v.locale.Money(m) }

// status is a charter's status as glyph and word.
func (v *voice) status(s charter.Status) theme.Fragment {
	return v.once(partStatus, ID(s.String()), func() any {
		return struct{ Key, Word string }{s.String(), v.words.T("status." + s.String())}
	})
}
