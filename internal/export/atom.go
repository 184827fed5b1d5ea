package export

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
)

// A news is a change that departments agreed on, or the end of a charter.
type news struct {
	day     calendar.Date
	key     string // the same for as long as the charter keeps its id
	kind    string // the key of its word: "news.agreed"
	charter *charter.Charter
	text    string
	lang    string // of text
}

// latest is how many entries a feed holds: readers keep what they have seen.
const latest = 300

// Feed writes the newest agreed changes as an Atom feed (RFC 4287): charters
// that all payers have signed, amendments, and charters that came to an end,
// as far as front matter says when. within is the feed's own address in its
// tree.
//
// A site does not know where it is published, so its links are relative, which
// the feed's own address resolves; ids are names and not addresses, and stay
// what they are when the site moves.
func Feed(w io.Writer, s Speech, within string) error {
	all := changes(s)
	f := atomFeed{Lang: s.Words.Lang(), ID: urn("feed/" + s.title() + "/" + s.Words.Lang()), Title: s.title() + ": " + s.Words.T("feed.title"), Updated: moment(s.Portfolio.AsOf()), Author: s.title(),
		Links: []atomLink{{"self", "application/atom+xml", within}, {"alternate", "text/html", "index.html"}}}
	for _, n := range all[:min(len(all), latest)] {
		lang := s.Portfolio.Lang(n.charter)
		f.Entries = append(f.Entries, atomEntry{ID: urn(n.key), Title: s.Words.T(n.kind) + ": " + n.charter.Name(), Updated: moment(n.day),
			Link: atomLink{"alternate", "text/html", "charters/" + string(n.charter.ID.Value) + ".html"}, Category: atomCategory{strings.TrimPrefix(n.kind, "news."), s.Words.T(n.kind)},
			Summary: atomText{cmp.Or(n.lang, lang), n.text}})
	}
	if len(all) > 0 {
		f.Updated = moment(all[0].day)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", " ")
	if err := out.Encode(f); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// changes lists what happened until today, newest first.
func changes(s Speech) []news {
	p := s.Portfolio
	var all []news
	for _, c := range p.Charters() {
		id := string(c.ID.Value)
		if day, who := sealed(s, c); !day.IsZero() {
			all = append(all, news{day, id + "/agreed/" + agreedAs(p, c, day), "news.agreed", c, s.Words.T("news.signed") + " " + s.Locale.List(who), s.Words.Lang()})
		}
		for _, a := range c.Amendments {
			all = append(all, news{a.Date.Value, id + "/amendment/" + cmp.Or(string(a.ID.Value), a.Date.Value.String()), "news.amended", c, strings.TrimSpace(markdown.Plain(a.Summary.Value) + " " + markdown.Plain(a.Reason.Value)), ""})
		}
		if kind, ok := ends[c.Status.Value]; ok {
			all = append(all, news{c.Closure.Date.Value, id + "/" + c.Status.Value.String(), kind, c, markdown.Plain(c.Closure.Outcome.Value), ""})
		}
	}
	all = slices.DeleteFunc(all, func(n news) bool { return n.day.IsZero() || n.day.After(p.AsOf()) })
	slices.SortStableFunc(all, func(a, b news) int { return cmp.Or(b.day.Compare(a.day), cmp.Compare(a.key, b.key)) })
	return all
}

// agreedAs tells one agreement of a charter from the next: by the digest of its
// terms, or by its day where that is withheld.
func agreedAs(p *portfolio.Portfolio, c *charter.Charter, day calendar.Date) string {
	if p.Withheld(c, "terms") {
		return day.String()
	}
	return c.Terms.Short()
}

var ends = map[charter.Status]string{charter.Completed: "news.completed", charter.Cancelled: "news.cancelled", charter.Superseded: "news.superseded"}

// sealed is the day on which the last payer signed the terms as they are now,
// and who signed; no day while a signature is missing.
func sealed(s Speech, c *charter.Charter) (last calendar.Date, who []string) {
	if s.Portfolio.Agreement(c) != portfolio.FullySigned {
		return last, nil
	}
	for _, x := range s.Portfolio.Signatures(c) {
		if day := x.Approval.Date.Value; day.After(last) {
			last = day
		}
		name := s.name(portfolio.Target{Kind: portfolio.ToDepartment, ID: x.Department})
		if by := x.Approval.Person.Value; by != "" { // who signed need not be told
			name = s.person(by) + " (" + name + ")"
		}
		who = append(who, name)
	}
	return last, who
}

func moment(d calendar.Date) string { return d.String() + "T00:00:00Z" }

// urn is a name for ever: a UUID of version 5, made from a key in a space of
// our own.
func urn(key string) string {
	space := [16]byte{0x9d, 0x0c, 0x3b, 0x5e, 0x6f, 0x1a, 0x4e, 0x57, 0x8e, 0x02, 0x43, 0x68, 0x61, 0x72, 0x74, 0x72}
	sum := sha1.Sum(append(space[:], key...))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	x := hex.EncodeToString(sum[:16])
	return "urn:uuid:" + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// What follows is Atom as encoding/xml writes it. It replaces what XML cannot
// hold by U+FFFD.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID       string       `xml:"id"`
	Title    string       `xml:"title"`
	Updated  string       `xml:"updated"`
	Link     atomLink     `xml:"link"`
	Category atomCategory `xml:"category"`
	Summary  atomText     `xml:"summary"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

type atomText struct {
	Lang string `xml:"xml:lang,attr"`
	Text string `xml:",chardata"`
}
