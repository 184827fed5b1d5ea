package portfolio

import (
	"strings"
	"testing"

	"charterhouse/internal/charter"
	"charterhouse/internal/history"
)

const deed = `---
title: One
aliases: [first]
status: agreed
timeframe: {start: 2026-08-01, end: 2026-12-31}
owners: {customer-service: ida, it: bo}
budget: {currency: DKK, total: 100, shares: {customer-service: 1/2, it: 1/2}}
approvals:
  - {department: kundeservice, person: ida, date: 2026-06-01, terms: TERMS}
---
`

// signed is a charter of two departments, one of which was renamed.
func signed(t *testing.T, text string, beside map[string]string, past *history.Book) (*Portfolio, *charter.Charter) {
	t.Helper()
	terms := load(t, new(Loader), tree(map[string]string{"charters/one.md": deed})).Portfolio.Charter("one").Terms.Short()
	files := map[string]string{
		"charterhouse.yaml": "title: T\n",
		"registers/departments.yml": "- {id: customer-service, name: Service, aliases: [kundeservice], chief: [{person: ida, until: 2026-06-30}, {person: ib, from: 2026-07-01}]}\n" +
			"- {id: it, name: IT, chief: [{person: ib}], deputies: [{person: bo, title: Second in command}]}\n",
		"registers/people.yml": "- {id: ida, name: Ida}\n- {id: ib, name: Ib}\n- {id: bo, name: Bo}\n",
		"charters/one.md":      strings.ReplaceAll(text, "TERMS", terms),
	}
	for name, text := range beside {
		files[name] = strings.ReplaceAll(text, "TERMS", terms)
	}
	l := &Loader{Past: func(charter.Options) *history.Book { return past }}
	loaded := load(t, l, tree(files))
	for _, d := range loaded.Found {
		if d.Code == "L001" {
			t.Errorf("%s: %s", d.Pos, d.Message)
		}
	}
	return loaded.Portfolio, loaded.Portfolio.Charter("one")
}

// What was signed under a department's or a charter's former name still counts.
func TestFormerNames(t *testing.T) {
	p, c := signed(t, deed, map[string]string{"approvals/it/first.yml": "{person: bo, date: 2026-06-02, terms: TERMS}\n"}, history.None)
	all := p.Signatures(c)
	if all[0].State != Valid || all[1].State != Valid || p.Agreement(c) != FullySigned {
		t.Errorf("former names: %v %v, %s", all[0].State, all[1].State, p.Agreement(c))
	}
	if post, deputy, ok := p.Office("it", "bo", c.Timeframe.Start.Value); !ok || !deputy || post.Title.In("en") != "Second in command" {
		t.Errorf("Bo is %v, deputy %v, %v", post, deputy, ok)
	}
	if p.Called("kundeservice") != "customer-service" || p.Called("it") != "it" || p.Called("x") != "x" || p.Called("") != "" {
		t.Error("departments are called otherwise")
	}
}

// A forge lets a department's chief decide about its folder. So a signature for
// another department counts for nothing there, nor in a folder that is nobody's.
func TestMisplaced(t *testing.T) {
	const other = "[{department: customer-service, person: ida, date: 2026-06-03, terms: jt1-0123456789abcdef}, {department: it, person: bo, date: 2026-06-02, terms: TERMS}]\n"
	for folder, want := range map[string]SignatureState{"it": Valid, "customer-service": Missing, "kundeservice": Missing, "nobody": Missing} {
		p, c := signed(t, deed, map[string]string{"approvals/" + folder + "/one.yml": other}, history.None)
		first := map[bool]SignatureState{true: Outdated, false: Valid}[folder == "customer-service" || folder == "kundeservice"]
		if all := p.Signatures(c); all[0].State != first || all[1].State != want {
			t.Errorf("in the folder of %s: %v, %v", folder, all[0].State, all[1].State)
		}
	}
}

// An outdated signature whose text nobody has is unverified; the latest signature
// of a department is the one that counts.
func TestWorth(t *testing.T) {
	p, c := signed(t, strings.Replace(deed, "total: 100", "total: 100.01", 1), nil, history.None)
	all := p.Signatures(c)
	if state, then := p.Worth(c, all[0]); all[0].State != Outdated || state != Unverified || then != nil {
		t.Errorf("the signature is %v and %v", all[0].State, state)
	}
	if state, _ := p.Worth(c, all[1]); state != Missing || p.Agreement(c) != ResignNeeded {
		t.Errorf("the other is %v; together %s", state, p.Agreement(c))
	}
	old := "  - {department: kundeservice, person: ida, date: 2026-06-01, terms: TERMS}\n"
	later := strings.Replace(deed, old, old+"  - {department: customer-service, person: ib, date: 2026-07-02, terms: jt1-0123456789abcdef}\n", 1)
	if p, c = signed(t, later, nil, history.None); p.Signatures(c)[0].State != Outdated {
		t.Error("an earlier signature counts more than the latest")
	}
	earlier := strings.Replace(deed, old, "  - {department: customer-service, person: ib, date: 2026-05-02, terms: jt1-0123456789abcdef}\n"+old, 1)
	if p, c = signed(t, earlier, nil, history.None); p.Signatures(c)[0].State != Valid {
		t.Error("an earlier signature undoes the latest")
	}
}

// Who must sign now is the owner, if still entitled, else the chief of today.
func TestSigner(t *testing.T) {
	p, c := signed(t, deed, nil, history.None)
	all := p.Signatures(c)
	if p.Signer(c, all[0]) != "ib" || p.Signer(c, all[1]) != "bo" {
		t.Errorf("to sign: %s and %s", p.Signer(c, all[0]), p.Signer(c, all[1]))
	}
	if p.Signing(c, all[0]) != "" || p.Signing(c, all[1]) != "charterhouse sign one --as bo" {
		t.Errorf("to type: %q and %q", p.Signing(c, all[0]), p.Signing(c, all[1]))
	}
	p, c = signed(t, strings.Replace(deed, "it: bo}\nb", "it: ib}\nb", 1), nil, history.None)
	if typed := p.Signing(c, p.Signatures(c)[1]); typed != "charterhouse sign one --as ib --for it" {
		t.Errorf("to type: %q", typed)
	}
	if p, c = signed(t, strings.Replace(deed, "status: agreed", "status: proposed", 1), nil, history.None); p.Signing(c, p.Signatures(c)[1]) != "" {
		t.Error("a proposal is to be signed")
	}
}
