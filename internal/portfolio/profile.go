package portfolio

import (
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// A Profile says what one audience may read. Package redact makes the folder
// that it describes.
type Profile struct {
	ID         ID
	Pos        diag.Pos
	Name       Text // for whom it is; the id where nothing is said
	Title      string
	Restricted Restriction
	Roles      bool     // people appear as what they do
	Withhold   []string // keys of charters that are left out, as withholdable spells them
	Doubtful   bool     // something is wrong with it, so that it may mean to hide more
}

// A Restriction is what becomes of restricted charters.
type Restriction uint8

// What may become of them; leaving them out is what happens where nothing is said.
const (
	Omitted  Restriction = iota
	Outlined             // title, status, days and departments stay
	Shown
)

var (
	restrictionWords = []string{"omit", "outline", "show"}
	nameWords        = []string{"show", "roles"}
)

// Withholds reports whether a key of charters, such as "budget.spent", is left out.
func (f *Profile) Withholds(key string) bool {
	return slices.ContainsFunc(f.Withhold, func(w string) bool { return key == w || strings.HasPrefix(key, w+".") })
}

// What may be withheld besides keys of charters.
const (
	TheBody        = "body"        // what stands below the front matter
	TheAttachments = "attachments" // pictures and files beside charters
)

// Unwritten spells the path of a field as profiles name it: "team.role" for
// "team[].role" and "budget.shares.cost_centre" for "budget.shares.*.cost_centre".
func Unwritten(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "[]", ""), ".*", "")
}

// needed are the keys without which a charter is none; telling, those that the
// rest of the budget gives away.
var (
	needed  = []string{"schema", "type", "id", "title", "lang", "translation_of", "translated", "status", "confidential", "created", "kind"}
	telling = []string{"budget.total", "budget.currency", "budget.shares", "budget.shares.share", "budget.shares.amount"}
)

// withholdable lists what profiles may withhold: keys of charters, own fields,
// the body and attachments.
func withholdable(own []*Field) []string {
	all := []string{TheBody, TheAttachments}
	for _, f := range charter.Fields() {
		if key := Unwritten(f.Path); !slices.Contains(needed, key) && !slices.Contains(telling, key) && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	for _, f := range own {
		all = append(all, "x."+f.Key)
	}
	return all
}

var profileKeys = keysOf(configFields, "profiles.*", diag.Say("a profile"), "for", "name", "people", "names", "confidential", "restricted", "hide", "withhold", "without", "withhold")

// profiles reads for whom a site may be built.
func (r *configReader) profiles(n *facts.Node) []*Profile {
	if n.Kind != facts.Map {
		r.Report(n, "C005", diag.Say("profiles are written as name: {…}, but this is %s", n.Kind), diag.Say("write each profile on a line of its own, such as public: {names: roles}"))
		return nil
	}
	var all []*Profile
	for id, v := range r.ByID(n, diag.Say("the profiles")) {
		if id.Value == "" {
			continue
		}
		p := &Profile{ID: id.Value, Pos: id.Mark.In(r.File), Name: Text{"": string(id.Value)}}
		before := len(r.Found)
		if v.Kind != facts.Null {
			r.profile(v, p)
		}
		p.Doubtful = len(r.Found) > before
		all = append(all, p)
	}
	return all
}

// profile reads one. What cannot be read hides more rather than less.
func (r *configReader) profile(n *facts.Node, p *Profile) {
	for f := range r.Map(n, &profileKeys) {
		switch f.Key {
		case "name":
			p.Name = words(r.Reader, f.Value)
		case "title":
			p.Title = r.Text(f.Value).Value
		case "restricted":
			if i, _ := r.Word(f.Value, "K001", diag.Say("what becomes of restricted charters"), restrictionWords); i >= 0 {
				p.Restricted = Restriction(i)
			}
		case "names":
			i, _ := r.Word(f.Value, "K001", diag.Say("how people appear"), nameWords)
			p.Roles = i != 0
		case "withhold":
			for _, item := range r.OneOrMore(f.Value) {
				if key := strings.TrimSpace(r.Text(item).Value); key != "" {
					p.Withhold = append(p.Withhold, Unwritten(key))
				}
			}
		}
	}
}

// judgeProfiles names what no profile can withhold. Own fields are known only
// when all of the file is read.
func (r *configReader) judgeProfiles(n *facts.Node, c *Config) {
	known := withholdable(c.Fields)
	if n == nil {
		return
	}
	for i := range n.Fields {
		before := len(r.Found)
		for _, item := range r.OneOrMore(orNull(n.Fields[i].Value.Get("withhold"))) {
			key := Unwritten(strings.TrimSpace(item.Text))
			switch {
			case item.Kind != facts.Scalar || slices.Contains(known, key):
			case slices.Contains(telling, key):
				r.Report(item, "K001", diag.Say("%s alone cannot be withheld: the rest of the budget gives it away", key), diag.Say("write budget"))
			case slices.Contains(needed, key):
				r.Report(item, "K001", diag.Say("%s cannot be withheld: without it there is no charter", key), diag.Say("mark such charters confidential: restricted"))
			default:
				hint := diag.Say("write a key of charters such as budget, budget.spent, team, risks, updates or x.vendor, or body or attachments")
				if near, ok := diag.Nearest(key, known); ok {
					hint = diag.Meant(near)
				} else if strings.HasPrefix(key, "x.") {
					hint = diag.Say("declare that field under fields: first, or write x to withhold all fields of your own")
				}
				r.Report(item, "K001", diag.Say("charters have no key %q that could be withheld", key), hint)
			}
		}
		if p := c.Profile(n.Fields[i].Key); p != nil && len(r.Found) > before {
			p.Doubtful = true
		}
	}
}

func orNull(n *facts.Node) *facts.Node {
	if n == nil {
		return &facts.Node{}
	}
	return n
}

// Profile returns the profile called id, or nil.
func (c *Config) Profile(id string) *Profile {
	for _, f := range c.Profiles {
		if string(f.ID) == id {
			return f
		}
	}
	return nil
}

// A Veil says what a portfolio is without. What it hides is nowhere in the
// portfolio that lies under it; it only tells that something was taken out, and
// what was judged before.
type Veil struct {
	Profile  *Profile
	Outlines map[ID]bool                  // charters of which only an outline is left
	Judged   map[ID]map[ID]SignatureState // what the signatures of each department were worth
	Roles    map[ID]Text                  // what the people do who stand in for others
}

// Veil returns what the portfolio is without; nil where nothing was taken out.
func (p *Portfolio) Veil() *Veil { return p.veil }

// Withheld reports whether a key of c, such as "budget", was taken out, so that
// it may have said something. The digest of the terms is always.
func (p *Portfolio) Withheld(c *charter.Charter, key string) bool {
	switch {
	case p.veil == nil:
		return false
	case key == "terms", p.veil.Outlines[c.ID.Value]:
		return true
	}
	return p.veil.Profile.Withholds(key)
}

// Anonymous reports whether people appear as what they do.
func (p *Portfolio) Anonymous() bool { return p.veil != nil && p.veil.Profile.Roles }

// Unnamed reports whether nobody is named for c: only an outline of it is left, and
// people do not appear as what they do. Whose name the register holds is no answer to
// who signed.
func (p *Portfolio) Unnamed(c *charter.Charter) bool {
	return p.veil != nil && p.veil.Outlines[c.ID.Value] && !p.veil.Profile.Roles
}

// CalledIn says what a person is called in a language: by name, or by what the
// person does where the portfolio is without names.
func (p *Portfolio) CalledIn(x *Person, lang string) string {
	if p.veil != nil {
		if role, ok := p.veil.Roles[x.ID]; ok {
			return role.In(lang)
		}
	}
	return x.Name
}

// lift puts back what signatures were worth before something was taken out.
func (p *Portfolio) lift(c *charter.Charter, all []Signature) []Signature {
	if p.veil == nil {
		return all
	}
	if p.veil.Profile.Withholds("approvals") {
		return nil
	}
	for i := range all {
		if all[i].Approval != nil {
			all[i].State = p.veil.Judged[c.ID.Value][all[i].Department]
		}
	}
	return all
}
