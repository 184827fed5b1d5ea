package redact_test

import (
	"slices"
	"strings"
	"testing"

	"charterhouse/internal/change"
	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/redact"
	"charterhouse/internal/source"
)

// house is a folder of two charters, one of them restricted and in a folder that is
// not called as it is.
func house() folder {
	return folder{
		"charterhouse.yaml":          []byte("title: House\nlanguages: [en]\ndepartments: [marketing, it]\n"),
		"registers/departments.yml":  []byte("- {id: marketing, name: Marketing, chief: lena-brandt}\n- {id: it, name: IT, chief: samir-haddad}\n"),
		"registers/people.yml":       []byte("- {id: lena-brandt, name: Lena Brandt, department: marketing}\n- {id: samir-haddad, name: Samir Haddad, department: it}\n- {id: aase-moe, name: Åse Møe, department: it}\n- {id: jens-holt, name: Jens Holt, department: it}\n- {id: bfa, name: Bo Falk, department: it}\n"),
		"charters/loud/index.md":     []byte(loud),
		"charters/other.md":          []byte("---\nschema: charter/1\ntitle: Other\nsummary: It is.\nstatus: proposed\ncreated: 2026-01-05\n---\n\nSee [the costs](loud/costs.csv) and [it](loud/open.csv).\n"),
		"charters/vault/index.md":    []byte(vault),
		"charters/loud/open.csv":     []byte("a;1\n"),
		"charters/loud/costs.csv":    []byte("a;1234567EUR\n"),
		"charters/loud/c1234567.csv": []byte("a;1\n"),
		"charters/loud/drawn.svg":    []byte(`<svg xmlns="http://www.w3.org/2000/svg"><text><tspan x="0" dy="1.2em">Lena</tspan><tspan x="0" dy="1.2em">Brandt</tspan></text></svg>`),
		"charters/loud/danish.csv":   []byte("navn\n\xc5se M\xf8e\n"),
		"charters/loud/excel.txt":    []byte("L\x00e\x00n\x00a\x00 \x00B\x00r\x00a\x00n\x00d\x00t\x00"),
		"charters/vault/plan.svg":    []byte(`<svg xmlns="http://www.w3.org/2000/svg"><text>Plan</text></svg>`),
	}
}

const loud = `---
schema: charter/1
title: Loud
summary: It costs EUR1234567.
status: proposed
created: 2026-01-05
owners: {marketing: lena-brandt, it: samir-haddad}
budget: {currency: EUR, total: 1234567, shares: {marketing: 50%, it: rest}}
---

1.234.567kr., 1234567EUR, DKK1,234,567. Lena                                Brandt said so, and BFA, and Holt, Jens.

See [a](open.csv), [b](c1234567.csv), [c](drawn.svg), [d](danish.csv), [e](excel.txt), [f](../vault/plan.svg).
`

const vault = `---
schema: charter/1
id: p-17
title: Big hidden takeover
summary: Nobody shall know.
confidential: restricted
status: agreed
created: 2026-01-05
timeframe: {start: 2026-02-01, end: 2027-03-01}
owners: {marketing: aase-moe, it: samir-haddad}
lead: jens-holt
budget: {currency: EUR, total: 7654321, shares: {marketing: 50%, it: rest}}
approvals: [{department: it, person: jens-holt, date: 2026-01-10, terms: jt1-0123456789abcdef, note: Hush}]
---

Prose.
`

// told is all texts and names of a folder.
func told(t *testing.T, tree *source.Tree) string {
	var b strings.Builder
	for _, e := range tree.Entries() {
		text, _, ok := tree.Read(e)
		if !ok {
			t.Fatalf("%s cannot be read", e.Path)
		}
		b.WriteString(e.Path + "\n" + string(text) + "\n")
	}
	return b.String()
}

// What is hidden is hidden however it is spelt and wherever it lies: an amount with
// its currency attached, a name in two pieces of a drawing or in the encoding of a
// spreadsheet, an amount in the name of a file or in a file that another charter leads
// to, a file of a restricted charter in a folder of another name.
func TestHiddenHoweverSpelt(t *testing.T) {
	f := house()
	p, tree := f.load(t)
	less, _ := redact.Folder(p, tree, &portfolio.Profile{ID: "x", Roles: true, Withhold: []string{"budget"}}, say)
	said := told(t, less)
	for _, secret := range []string{"1234567", "1.234.567", "1,234,567", "Brandt", "BFA", "Holt", "\xc5se", "B\x00r\x00a", "plan.svg", "Plan"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is told:\n%s", secret, said)
		}
	}
	if !strings.Contains(said, "charters/loud/open.csv") {
		t.Error("a file that tells nothing is gone, too")
	}
}

// Of a restricted charter in outline nobody is named, neither in it nor as who signed
// or must sign: the register's chief need not be who did.
func TestOutlineNamesNobody(t *testing.T) {
	f := house()
	f["charters/vault/index.md"] = []byte(strings.Replace(vault, "lead:", "aliases: [acme-bid]\nlead:", 1))
	f["charters/loud/index.md"] = []byte(loud + "\nAfter [[acme-bid]].\n")
	f["approvals/marketing/p-17.yml"] = []byte("- {department: marketing, person: aase-moe, date: 2026-01-11, terms: jt1-0123456789abcdef}\n")
	for _, roles := range []bool{false, true} {
		p, tree := f.load(t)
		less, veil := redact.Folder(p, tree, &portfolio.Profile{ID: "x", Restricted: portfolio.Outlined, Roles: roles}, say)
		l := portfolio.Loader{Speech: speech, Veil: veil}
		shown := l.Load(less, today).Portfolio
		for _, e := range less.Entries() {
			text, _, _ := less.Read(e)
			for _, name := range []string{"lena-brandt", "aase-moe", "samir-haddad", "jens-holt", "Hush"} {
				if (strings.Contains(e.Path, "vault") || strings.Contains(e.Path, "p-17")) && strings.Contains(string(text), name) {
					t.Errorf("roles %v: %s names %s: %s", roles, e.Path, name, text)
				}
			}
		}
		if said := told(t, less); strings.Contains(said, "acme") || !strings.Contains(said, "[[p-17]]") {
			t.Errorf("a former id is told, or the link to it is lost: %s", said)
		}
		c := shown.Charter("p-17")
		signed := shown.Signatures(c)
		if len(signed) != 2 {
			t.Fatalf("the outline has %d departments to sign, not 2", len(signed))
		}
		for _, s := range signed {
			if s.Approval == nil || s.Approval.Date.Value.IsZero() {
				t.Errorf("roles %v: that %s signed is lost", roles, s.Department)
			}
			if who := shown.Signer(c, s); !roles && who != "" {
				t.Errorf("%s is named as who must sign", who)
			}
		}
	}
}

// What stands for a secret stays the same when others come and go and lists are in
// another order, so that no comparison tells of a change that there was not, and no
// address leads to another charter.
func TestStandInsStay(t *testing.T) {
	const team = `- {person: jens-holt, home: it, role: Engineer, allocation: 50%, from: 2026-02-01, until: 2027-03-01}
  - {person: aase-moe, home: it, role: Designer, allocation: 100%, from: 2026-02-01, until: 2027-03-01}`
	lines := strings.SplitAfter(team+"\n", "\n")
	write := func(title, team string) []byte {
		return []byte("---\nschema: charter/1\ntitle: " + title + "\nsummary: It is.\nstatus: proposed\ncreated: 2026-01-05\nteam:\n  " + team + "\n---\n\nProse.\n")
	}
	before, after := house(), house()
	before["charters/b-after-p-17.md"] = write("Bravo", team)
	after["charters/b-after-p-17.md"] = write("Bravo", strings.TrimSpace(lines[1])+"\n  "+strings.TrimSpace(lines[0]))
	after["charters/a-after-p-17.md"] = write("Alpha", team)
	profile := &portfolio.Profile{ID: "x", Roles: true}
	was, then := before.load(t)
	is, now := after.load(t)
	present := &portfolio.Then{Portfolio: is, Tree: now}
	of := func(p *portfolio.Portfolio, tree *source.Tree, also ...*portfolio.Then) change.Side {
		less, veil := redact.Folder(p, tree, profile, say, also...)
		l := portfolio.Loader{Speech: speech, Veil: veil}
		return change.Side{Portfolio: l.Load(less, today).Portfolio, Tree: less}
	}
	alone, at, past := of(was, then), of(is, now), of(was, then, present)
	bravo := func(s change.Side) portfolio.ID {
		all := s.Portfolio.Charters()
		i := slices.IndexFunc(all, func(c *charter.Charter) bool { return c.Title.Value == "Bravo" })
		return all[i].ID.Value
	}
	if bravo(alone) != bravo(at) || bravo(past) != bravo(at) {
		t.Errorf("the charter is called %s, %s, and %s", bravo(alone), bravo(past), bravo(at))
	}
	if d := change.Portfolios(past, at); len(d.Charters) != 1 {
		t.Errorf("%d charters are said to differ, and one is new: %+v", len(d.Charters), d.Charters)
	}
}

// What is secret today was always, also where it had another id and nobody wrote down
// which: by its title.
func TestSecretUnderAnotherID(t *testing.T) {
	before, after := house(), house()
	delete(before, "charters/vault/index.md")
	before["charters/takeover.md"] = []byte(strings.NewReplacer("id: p-17\n", "", "confidential: restricted\n", "").Replace(vault))
	was, then := before.load(t)
	is, now := after.load(t)
	less, _ := redact.Folder(was, then, &portfolio.Profile{ID: "x"}, say, &portfolio.Then{Portfolio: is, Tree: now})
	if said := told(t, less); strings.Contains(said, "takeover") || strings.Contains(said, "7654321") {
		t.Errorf("it is told:\n%s", said)
	}
}

// A restricted charter that is called as an area and a department are takes neither
// out of the site of others: both are there under another id, the same in each file.
func TestRecordsCalledAsASecret(t *testing.T) {
	f := house()
	f["charters/vault/index.md"] = []byte(strings.NewReplacer("Big hidden takeover", "Web shop", "p-17", "it").Replace(vault))
	f["registers/areas.yml"] = []byte("- {id: web-shop, name: Web shop}\n- {id: checkout, name: Checkout, parent: web-shop}\n")
	f["registers/objectives.yml"] = []byte("- {id: web-shop-first, text: Sell, owner: it}\n")
	f["approvals/it/loud.yml"] = []byte("- {department: it, person: samir-haddad, date: 2026-01-10, terms: jt1-0123456789abcdef}\n")
	f["charters/loud/index.md"] = []byte(strings.Replace(loud, "budget:", "links: {contributes_to: [objective:web-shop-first]}\nresponsibilities: [{area: web-shop, accountable: it, consulted: [marketing]}]\nbudget:", 1) + "\nOf [[area:web-shop]] and [[dept:it|us]].\n")
	p, tree := f.load(t)
	less, veil := redact.Folder(p, tree, &portfolio.Profile{ID: "x"}, say)
	l := portfolio.Loader{Speech: speech, Veil: veil}
	loaded := l.Load(less, today)
	shown := loaded.Portfolio
	c := shown.Charter("loud")
	if said := told(t, less); strings.Contains(said, "web-shop") || strings.Contains(said, "Web shop") {
		t.Errorf("it is told:\n%s", said)
	}
	if r := c.Responsibilities; len(r) != 1 || shown.Area(r[0].Area.Value) == nil || len(r[0].Accountable) != 1 || shown.Department(r[0].Accountable[0].Value) == nil {
		t.Errorf("nobody answers for the area any more: %+v", r)
	}
	if o := c.Links.ContributesTo; len(o) != 1 || shown.Objective(o[0].Value) == nil {
		t.Errorf("the objective is lost: %+v", o)
	}
	for _, party := range c.Budget.Parties {
		if shown.Department(party.Department.Value) == nil {
			t.Errorf("%s pays, and no register has it", party.Department.Value)
		}
	}
	signed := 0
	for _, s := range shown.Signatures(c) {
		if s.Approval != nil {
			signed++
		}
	}
	if signed != 1 {
		t.Errorf("%d have signed, not 1", signed)
	}
	for _, f := range loaded.Found {
		if strings.HasPrefix(string(f.Code), "L001") || f.Pos.File == "charterhouse.yaml" {
			t.Errorf("%s: %s", f.Pos, f.Message)
		}
	}
}
