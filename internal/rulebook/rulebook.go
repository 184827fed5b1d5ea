// Package rulebook is the manual of the coded rules: how grave each is, whether
// a site may change that, and what it says at length in English and Danish.
//
// Whoever finds something only names the code; the rulebook gives it its
// severity, once, for every command alike. A rule marked Draft is mild while a
// charter is proposed and hardens at agreement. A rule marked Fixed guards a
// figure and cannot be softened.
//
// It also holds what findings say in other languages than English; see [Tongue].
//
// Adding a rule is one line in the table and one text for each language in
// manual/: the first line is the title, the rest explains.
package rulebook

import (
	"embed"
	"slices"
	"strings"

	"charterhouse/internal/diag"
)

// A Rule is one entry of the manual.
type Rule struct {
	Code     diag.Code
	Severity diag.Severity // from agreement on, where Draft
	Draft    bool          // a warning while the charter is proposed
	Fixed    bool          // its severity cannot be configured
	NeedsGit bool          // judged only where the history is known
	OptIn    bool          // off unless a site's configuration asks for it
}

//go:embed manual
var manual embed.FS

// Languages are those that the manual is written in.
var Languages = []string{"en", "da"}

// All lists the rules in the manual's order.
func All() []Rule { return rules }

// Lookup returns the rule with a code, in either case.
func Lookup(code string) (Rule, bool) {
	at, ok := byCode[diag.Code(strings.ToUpper(strings.TrimSpace(code)))]
	if !ok {
		return Rule{}, false
	}
	return rules[at], true
}

var byCode = func() map[diag.Code]int {
	m := make(map[diag.Code]int, len(rules))
	for i, r := range rules {
		m[r.Code] = i
	}
	return m
}()

// Title says in one line what the rule asks.
func (r Rule) Title(lang string) string {
	title, _, _ := strings.Cut(r.text(lang), "\n")
	return title
}

// Manual explains the rule at length, as Markdown without its title.
func (r Rule) Manual(lang string) string {
	_, rest, _ := strings.Cut(r.text(lang), "\n")
	return strings.TrimSpace(rest)
}

func (r Rule) text(lang string) string {
	if !slices.Contains(Languages, lang) {
		lang = Languages[0]
	}
	data, err := manual.ReadFile("manual/" + string(r.Code) + "." + lang + ".md")
	if err != nil {
		return string(r.Code) // a test holds that every text is there
	}
	return strings.TrimSpace(string(data))
}

// Severity returns how grave a finding is by default, for a charter that is
// proposed or for any other text.
func Severity(code diag.Code, proposed bool) diag.Severity {
	at, ok := byCode[code]
	if !ok {
		return diag.Error
	}
	return rules[at].severity(proposed)
}

func (r Rule) severity(proposed bool) diag.Severity {
	switch {
	case r.OptIn:
		return diag.Off
	case r.Draft && proposed:
		return diag.Warning
	}
	return r.Severity
}

// A Policy is what a site has decided about severities. Its zero value is the
// rulebook's own.
type Policy struct{ set map[diag.Code]diag.Severity }

var severityWords = map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "note": diag.Note, "off": diag.Off}

// NewPolicy reads the severities of a configuration: code to word. What cannot
// be is a finding, and the rulebook's own severity stays.
func NewPolicy(words map[string]diag.At[string]) (Policy, diag.List) {
	p := Policy{set: map[diag.Code]diag.Severity{}}
	var found diag.List
	for code, word := range words {
		rule, known := Lookup(code)
		severity, spelled := severityWords[word.Value]
		d := diag.Diagnostic{Pos: word.Pos, Code: "K001"}
		switch {
		case !known:
			d.Message, d.Hint = diag.Say("there is no rule %q", code), diag.Say("list the rules with: charterhouse explain")
			if near, ok := diag.Nearest(strings.ToUpper(code), codes()); ok {
				d.Hint = diag.Meant(near)
			}
		case !spelled:
			d.Message, d.Hint = diag.Say("%q is not a severity", word.Value), diag.Say("write error, warning, note or off")
		case rule.Fixed && severity != rule.Severity:
			d.Message, d.Hint = diag.Say("%s guards a figure, so its severity cannot be changed", rule.Code), diag.Say("remove this line")
		default:
			p.set[rule.Code] = severity
			continue
		}
		found.Add(d)
	}
	found.Sort()
	return p, found
}

func codes() []string {
	all := make([]string, len(rules))
	for i, r := range rules {
		all[i] = string(r.Code)
	}
	return all
}

// Apply gives every finding that has none its severity and drops those that are
// switched off. proposed says whether a file is a charter still proposed.
func (p Policy) Apply(l diag.List, proposed func(file string) bool) diag.List {
	kept := l[:0]
	for _, d := range l {
		if own, ok := p.set[d.Code]; ok {
			d.Severity = own
		} else if d.Severity == diag.Unset {
			d.Severity = Severity(d.Code, proposed(d.Pos.File))
		}
		if d.Severity != diag.Off {
			kept = append(kept, d)
		}
	}
	return kept
}
