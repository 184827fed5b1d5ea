package locale

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	xlanguage "golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"charterhouse/internal/diag"
	"charterhouse/internal/money"
)

// Messages are a language's words by key. In those that this package reads, ~
// stands for a no-break space.
type Messages map[string]string

// Chapters are the recommended sections of a charter's body, in the order of the
// manual; the message "section.background" says what the first one is called. A
// heading is the chapter also by a name of "section.background.also".
var Chapters = [...]string{"background", "scope", "out", "together", "demarcation", "benefits", "exit", "decisions"}

// english is what a language falls back on, message by message.
var english = Messages{
	"format.money": "{currency}~{amount}", "format.symbols": "EUR EUR", "format.million": "{n}m", "format.thousand": "{n}k",
	"format.months":       "January, February, March, April, May, June, July, August, September, October, November, December",
	"format.months.short": "Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec",
	"format.months.alone": "January, February, March, April, May, June, July, August, September, October, November, December",
	"format.date":         "{d}~{month} {y}", "format.daymonth": "{d}~{month}", "format.month": "{month} {y}", "format.month.short": "{month}~{y}",
	"format.quarter": "Q{q} {y}", "format.and": "and", "format.possessive": "{name}’s", "format.possessive.s": "{name}’", "format.possessive.short": "{name}’s", "format.quotes": "“ ” ‘ ’ ’",
	"prose.table": "Table", "prose.footnotes": "Footnotes", "prose.back": "Back to the text", "prose.done": "Done", "prose.open": "Open",
	"section.background": "Background", "section.scope": "Scope", "section.out": "Out of scope", "section.together": "How we work together",
	"section.demarcation": "Demarcation", "section.benefits": "Benefits", "section.exit": "Exit", "section.decisions": "Decisions",
	"section.scope.also": "in scope, scope in", "section.out.also": "out, scope out, not in scope",
}

// English is the language of findings, and of whatever has no other.
var English, _ = New("en", nil)

// Ours reports whether a key is one that this package reads.
func Ours(key string) bool {
	_, known := english[key]
	if name, also := strings.CutPrefix(key, "section."); also {
		known = known || slices.Contains(Chapters[:], strings.TrimSuffix(name, ".also"))
	}
	return known || key == "format.decimal" || key == "format.group"
}

// New makes the language of a BCP 47 tag from its messages. What they leave out
// is English, or CLDR's where it is digits. wrong says, by key, which message
// cannot be used as it is; English then stands in for it.
func New(tag string, m Messages) (l *Locale, wrong map[string]diag.Text) {
	l, wrong = &Locale{tag: tag}, map[string]diag.Text{}
	text := func(key string) string {
		s, ok := m[key]
		if !ok {
			s = english[key]
		}
		return strings.ReplaceAll(s, "~", nbsp)
	}
	list := func(to []string, key, sep string) {
		parts := split(text(key), sep)
		if len(parts) != len(to) {
			wrong[key] = diag.Say("it has %d parts, but there must be %d", len(parts), len(to))
			parts = split(strings.ReplaceAll(english[key], "~", nbsp), sep)
		}
		copy(to, parts)
	}
	pattern := func(key string, names ...string) string {
		for _, name := range names {
			if !strings.Contains(text(key), "{"+name+"}") {
				wrong[key] = diag.Say("it does not say where {%s} stands", name)
				return strings.ReplaceAll(english[key], "~", nbsp)
			}
		}
		return text(key)
	}
	l.digits()
	if s, ok := m["format.decimal"]; ok {
		l.decimal = s
	}
	if s, ok := m["format.group"]; ok {
		l.group = strings.ReplaceAll(s, "~", nbsp)
	}
	l.money, l.million, l.thousand = pattern("format.money", "amount", "currency"), pattern("format.million", "n"), pattern("format.thousand", "n")
	l.symbols = map[money.Currency]string{}
	for _, pair := range split(text("format.symbols"), ",") {
		code, symbol, ok := strings.Cut(pair, " ")
		if !ok {
			wrong["format.symbols"] = diag.Say("each currency is followed by a blank and its symbol, and a comma parts them")
		}
		l.symbols[money.Currency(code)] = strings.TrimSpace(symbol)
	}
	list(l.months[:], "format.months", ",")
	list(l.short[:], "format.months.short", ",")
	l.alone = l.months
	if _, ok := m["format.months.alone"]; ok {
		list(l.alone[:], "format.months.alone", ",")
	}
	l.date, l.dayMonth = pattern("format.date", "d", "month", "y"), pattern("format.daymonth", "d", "month")
	l.month, l.brief, l.quarter = pattern("format.month", "month", "y"), pattern("format.month.short", "month", "y"), pattern("format.quarter", "q", "y")
	l.and = text("format.and")
	l.possessive = [3]string{pattern("format.possessive", "name"), pattern("format.possessive.s", "name"), pattern("format.possessive.short", "name")}
	list(l.prose.Marks[:], "format.quotes", " ")
	l.prose.Table, l.prose.Footnotes, l.prose.Back = text("prose.table"), text("prose.footnotes"), text("prose.back")
	l.prose.Done, l.prose.Open = text("prose.done"), text("prose.open")
	return l, wrong
}

// digits asks CLDR how the language writes numbers.
func (l *Locale) digits() {
	p := message.NewPrinter(xlanguage.Make(l.tag))
	written := strings.Split(p.Sprint(number.Decimal(1234567.8, number.MinFractionDigits(1))), "")
	l.group, l.decimal = between(written, "1", "2"), between(written, "7", "8")
	before, behind, _ := strings.Cut(p.Sprint(number.Percent(0.5)), "50")
	l.percent = [2]string{before, behind}
}

// between returns what stands between two digits.
func between(written []string, a, b string) string {
	from, to := slices.Index(written, a), slices.Index(written, b)
	if from < 0 || to < from {
		return ""
	}
	return strings.Join(written[from+1:to], "")
}

func split(s, sep string) []string {
	if sep == " " {
		return strings.Split(s, " ") // a quotation mark may hold a no-break space
	}
	parts := strings.Split(s, sep)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// A Set is the languages that texts may be written in. It is immutable; nil is
// English alone.
type Set struct {
	tags     []string
	locales  map[string]*Locale
	chapters map[string]int      // by name in lower case
	headings map[string][]string // what a language calls each chapter
	sum      [32]byte
}

// NewSet makes a set of layers of messages, by tag: what a later layer words
// anew is its own, but a heading is known by the names of every layer, since
// signatures stand on what it means.
func NewSet(layers ...map[string]Messages) *Set {
	s := &Set{locales: map[string]*Locale{}, chapters: map[string]int{}, headings: map[string][]string{}}
	all := map[string]Messages{"en": {}}
	h := sha256.New()
	s.name(english)
	for _, layer := range layers {
		for _, tag := range slices.Sorted(maps.Keys(layer)) {
			base, _, region := strings.Cut(tag, "-")
			if all[tag] == nil {
				all[tag] = Messages{}
				if region {
					maps.Copy(all[tag], all[base])
				}
			}
			maps.Copy(all[tag], layer[tag])
			s.name(layer[tag])
			write(h, tag, layer[tag])
		}
	}
	for tag, m := range all {
		s.locales[tag], _ = New(tag, m)
		s.tags = append(s.tags, tag)
		for _, c := range Chapters {
			name := m["section."+c]
			if name == "" {
				name = english["section."+c]
			}
			s.headings[tag] = append(s.headings[tag], name)
		}
	}
	slices.Sort(s.tags)
	s.sum = [32]byte(h.Sum(nil))
	return s
}

// name enters what messages call the chapters. The first to take a name has it.
func (s *Set) name(m Messages) {
	for i, c := range Chapters {
		for _, name := range append([]string{m["section."+c]}, split(m["section."+c+".also"], ",")...) {
			name = strings.ToLower(name)
			if _, taken := s.chapters[name]; !taken && name != "" {
				s.chapters[name] = i
			}
		}
	}
}

func write(w io.Writer, tag string, m Messages) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(w, "%s\x00%s\x00%s\x00", tag, key, m[key])
	}
}

// Tags lists the languages, in order.
func (s *Set) Tags() []string {
	if s == nil {
		return []string{"en"}
	}
	return s.tags
}

// Same reports whether two sets read texts alike.
func (s *Set) Same(other *Set) bool { return s == other || s.Sum() == other.Sum() }

// Sum is the digest of what a set was made from; no set has none.
func (s *Set) Sum() [32]byte {
	if s == nil {
		return [32]byte{}
	}
	return s.sum
}

// For returns the language of a BCP 47 tag, else the one that it is a form of;
// English where neither is known.
func (s *Set) For(tag string) *Locale {
	if s == nil {
		return English
	}
	return s.locales[s.known(tag)]
}

func (s *Set) known(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	for _, t := range []string{tag, strings.ToLower(base)} {
		if s.locales[t] != nil {
			return t
		}
	}
	return "en"
}

// Chapter returns the number of the chapter that a heading in lower case names
// in any language, or -1.
func (s *Set) Chapter(heading string) int {
	if s == nil {
		s = alone
	}
	if i, ok := s.chapters[heading]; ok {
		return i
	}
	return -1
}

// Headings are what a language calls the chapters, in order.
func (s *Set) Headings(tag string) []string {
	if s == nil {
		s = alone
	}
	return s.headings[s.known(tag)]
}

// alone is English alone.
var alone = NewSet()
