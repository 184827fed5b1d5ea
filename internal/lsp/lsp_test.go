package lsp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const insight, login = "charters/customer-insight-360/index.md", "charters/one-login.md"

// A Dane is told in Danish, below one heading: what is wrong, what to write, and
// where else it stands. What can be mended, is, whatever the language.
func TestFindingsInDanish(t *testing.T) {
	c := start(t, nil, "da-DK", capable)
	c.open(insight)
	c.replace(insight, "title: ", "titel: ")
	for _, d := range c.findings(insight, has("C004")) {
		if d.Code == "C004" && d.Message != "\"titel\" er ikke en nøgle i et charter\nmente du title?" {
			t.Error(d.Message)
		}
	}
	c.replace(insight, "titel: ", "title: ")
	c.replace(insight, "title: ", "summary: Again\ntitle: ")
	for _, d := range c.findings(insight, has("C003")) {
		if d.Code == "C003" && (!strings.Contains(d.Message, "står to gange") || len(d.Related) != 1 || d.Related[0].Message != "først skrevet her") {
			t.Errorf("%+v", d)
		}
	}
}

// What is wrong is told while it is typed, in the text that is open and in
// others that it breaks, and no longer once it is mended.
func TestFindingsFollowTheTyping(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open(insight)
	c.findings(insight, lacks("C004"))
	c.replace(insight, "title: ", "titel: ")
	found := c.findings(insight, has("C004"))
	i := slices.IndexFunc(found, func(d diagnostic) bool { return d.Code == "C004" })
	d := found[i]
	if d.Severity != 1 || d.Source != "charterhouse" || !strings.Contains(d.Message, "did you mean title?") || d.About == nil {
		t.Errorf("%+v", d)
	}
	if got := c.pages[insight].text[c.pages[insight].offset(d.Range.Start, utf16s):c.pages[insight].offset(d.Range.End, utf16s)]; got != "titel" {
		t.Errorf("%q is underlined", got)
	}
	path, _ := pathOf(d.About.Href)
	if manual, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(manual), "# C004") {
		t.Errorf("the manual: %v %q", err, manual)
	}
	c.replace(insight, "titel: ", "title: ")
	c.findings(insight, lacks("C004"))
	// half a word: the rest of the rules stays quiet, and nothing else breaks
	before := len(c.findings(insight, lacks("C002")))
	c.replace(insight, "budget:\n", "budget: {\n")
	if found := c.findings(insight, has("C002")); len(found) > 3 {
		t.Errorf("a text that cannot be read has %d findings: %+v", len(found), found)
	}
	c.replace(insight, "budget: {\n", "budget:\n")
	if now := len(c.findings(insight, lacks("C002"))); now != before {
		t.Errorf("%d findings, and %d before", now, before)
	}
	// a register breaks the charters that need it
	people := "registers/people.yml"
	c.open(people)
	c.replace(people, "id: tove-soenderby", "id: tove-soenderbye")
	c.findings(insight, has("P001"))
	c.replace(people, "id: tove-soenderbye", "id: tove-soenderby")
	c.findings(insight, lacks("P001"))
	// a text that is closed counts no longer
	c.replace(insight, "title: ", "titel: ")
	c.findings(insight, has("C004"))
	c.notify("textDocument/didClose", object{"textDocument": object{"uri": c.uri(insight)}})
	delete(c.vers, insight)
	c.findings(insight, lacks("C004"))
}

// Others change files, too: what is not open is read from the disk.
func TestFilesAreWatched(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open(insight)
	c.findings(insight, lacks("C004"))
	file := filepath.Join(c.dir, filepath.FromSlash(login))
	text, _ := os.ReadFile(file)
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "kind:", "kindd:", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	c.findings(login, has("C004"))
}

func TestCompletion(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open(login, "---\ntimeframe: {start: 2027-01-01, end: 2027-12-31}\n---\n")
	c.findings(login, has("C006"))
	c.open(login, `---
schema: charter/1
title: One login 🔑
status: proposed
timeframe:
  start: 2027-01-01
  end: 2027-12-31
owners:
  marketing: len
  
lead: 
budget:
  currency: D
  shares: {marketing: 50%, i: , 
  periods:
    
team:
  - person: 
    ho
responsibilities:
  - {area: data, accountable: i, }
links:
  depends_on: [partner]
  contributes_to:
    - know
x:
  data-class: 
to
---

See [[par and [[person:tov]] and [[customer-insight-360#sco and [here](par

`+"```query\nlist: charters\nwhere: dep\n```\n")
	for _, x := range []struct{ at, label, insert, not string }{
		{"to|\n---", "tolerances", "tolerances:\n  ", "timeframe"},
		{"\n|to\n---", "risks", "risks:\n  - ", "title"}, // what stands there already is not offered
		{"status: |proposed", "on-hold", "on-hold", ""},
		{"status: pro|posed", "proposed", "proposed", "active"},
		{"marketing: len|", "Lene Brandt", "lene-brandt", "Samira Haddad"},
		{"len\n  |\n", "IT", "it: ", "Marketing"},
		{"lead: |\n", "Lene Brandt", "lene-brandt", ""},
		{"currency: D|", "DKK", "DKK", "EUR"},
		{"{marketing: 50%, i|: ", "IT", "it: ", "Marketing"},
		{"50%, i: |, ", "1/3", "1/3", ""},
		{"periods:\n    |\n", "2027-Q2", "2027-Q2: ", "2028-Q1"},
		{"- person: |\n", "Lene Brandt", "lene-brandt", ""},
		{"    ho|\n", "home", "home: ", "role"},
		{"{area: data|,", "Data handling", "data-handling", "Contracts"},
		{"accountable: i|,", "IT", "it", ""},
		{"accountable: i, |}", "consulted", "consulted: ", "accountable"},
		{"[partner|]", "One portal for partners", "partnerportal", ""},
		{"- know|\n", "Know our customers and ask them once", "objective:know-our-customers", ""},
		{"data-class: |\n", "Personal data", "personal", ""},
		{"x:\n  |data-class", "supplier", "supplier: ", ""},
		{"See [[par| and", "One portal for partners", "partnerportal]]", ""},
		{"[[person:tov|]]", "Tove Sønderby", "person:tove-soenderby", ""},
		{"360#sco| and", "Scope: in", "scope-in]]", ""},
		{"[here](par|", "One portal for partners", "partnerportal.md", ""},
		{"where: dep|\n", "department", "department", ""},
	} {
		list := c.complete(login, x.at)
		i := slices.Index(labels(list), x.label)
		if i < 0 && !strings.HasPrefix(x.label, "One portal") {
			t.Errorf("%q: %q is not among %q", x.at, x.label, labels(list))
			continue
		}
		if i < 0 {
			i = slices.IndexFunc(list.Items, func(item completionItem) bool { return item.Edit.NewText == x.insert })
			if i < 0 {
				t.Errorf("%q: %q is not among %q", x.at, x.insert, labels(list))
				continue
			}
		}
		if got := list.Items[i].Edit.NewText; x.insert != "" && got != x.insert {
			t.Errorf("%q: %q is written for %s", x.at, got, x.label)
		}
		if x.not != "" && slices.Contains(labels(list), x.not) {
			t.Errorf("%q: %s is offered, too", x.at, x.not)
		}
	}
}

// A text that translates a charter is offered texts alone.
func TestCompletionInTranslations(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open("charters/one-login.da.md", "---\ntranslation_of: one-login\nlang: da\n---\n")
	c.findings("charters/one-login.da.md", func([]diagnostic) bool { return true })
	c.replace("charters/one-login.da.md", "lang: da\n", "lang: da\n\n")
	if got := labels(c.complete("charters/one-login.da.md", "lang: da\n|")); !slices.Contains(got, "title") || slices.Contains(got, "lead") || slices.Contains(got, "status") {
		t.Errorf("%q", got)
	}
}

// A folder that the editor opens holds the content in a folder of its own; one
// that it closes is spoken of no longer.
func TestFoldersComeAndGo(t *testing.T) {
	c := start(t, map[string]string{"charterhouse.yaml": "title: A\n"}, "en", capable)
	other := filepath.Join(t.TempDir(), "repository")
	bad := filepath.Join(other, "content", "charters", "bad.md")
	if err := os.MkdirAll(filepath.Dir(bad), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, []byte("# No facts\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	name, _ := filepath.Rel(c.dir, bad)
	folder := []object{{"uri": uriOf(other), "name": "other"}}
	c.notify("workspace/didChangeWorkspaceFolders", object{"event": object{"added": folder, "removed": []object{}}})
	c.findings(filepath.ToSlash(name), has("C001"))
	c.notify("workspace/didChangeWorkspaceFolders", object{"event": object{"added": []object{}, "removed": folder}})
	c.findings(filepath.ToSlash(name), lacks("C001"))
}

func TestCompletionInRegisters(t *testing.T) {
	c := start(t, nil, "da", capable)
	c.open("registers/departments.yml", "- id: it\n  name: It\n  chief:\n    - person: sam\n      \n  par\n- id: marketing\n  parent: i\n")
	for _, x := range [][3]string{{"person: sam|", "Samira Haddad", "samira-haddad"}, {"      |\n", "until", "until: "}, {"  par|\n", "parent", "parent: "}, {"parent: i|", "It", "it"}} {
		list := c.complete("registers/departments.yml", x[0])
		if i := slices.Index(labels(list), x[1]); i < 0 || list.Items[i].Edit.NewText != x[2] {
			t.Errorf("%q: %q", x[0], labels(list))
		}
	}
	c.open("charterhouse.yaml", "title: x\nrules:\n  up\nfields:\n  a: {type: per}\nlanguages: [d]\n")
	for _, x := range [][3]string{{"  up|\n", "update_days", "update_days: "}, {"type: per|", "person", "person"}, {"[d|]", "da", "da"}} {
		list := c.complete("charterhouse.yaml", x[0])
		if i := slices.Index(labels(list), x[1]); i < 0 || list.Items[i].Edit.NewText != x[2] {
			t.Errorf("%q: %q", x[0], labels(list))
		}
	}
}

func TestHover(t *testing.T) {
	c := start(t, nil, "da", capable)
	c.open(insight)
	for at, say := range map[string][]string{
		"tit|le: ":             {"Titel", "Skal være der"},
		"lead: to|ve":          {"Tove Sønderby", "Booket"},
		"{mark|eting: 50%":     {"Marketing betaler", "50", "Chef: Lene Brandt"},
		"2027-Q|1":             {"1. kvt. 2027", "50.000,00"},
		"area: data-ha|ndling": {"Datahåndtering", "Fast ejer: It"},
	} {
		got := c.explain(insight, at)
		for _, want := range say {
			if !strings.Contains(got, want) {
				t.Errorf("%q says %q, not %q", at, got, want)
			}
		}
	}
	c.replace(insight, "title: ", "titel: ")
	if got := c.explain(insight, "ti|tel"); !strings.Contains(got, "C004") {
		t.Errorf("a finding is not explained: %q", got)
	}
}

func TestFollowing(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open(login)
	c.open("registers/people.yml")
	go1 := func(name, at string) location {
		var l location
		c.call("textDocument/definition", c.place(name, at), &l)
		return l
	}
	if l := go1(login, "part_of: custo|mer-first"); l.URI != c.uri("charters/customer-first.md") {
		t.Errorf("%+v", l)
	}
	if l := go1(login, "Not before [[part|nerportal]]"); l.URI != c.uri("charters/partnerportal.md") {
		t.Errorf("%+v", l)
	}
	if l := go1(login, "](customer-insight|-360/index.md)"); l.URI != c.uri(insight) {
		t.Errorf("%+v", l)
	}
	if l := go1("registers/people.yml", "department: mark|eting"); l.URI != c.uri("registers/departments.yml") || l.Range.Start.Line < 5 {
		t.Errorf("%+v", l)
	}
	place := c.place("registers/people.yml", "id: lene-bra|ndt")
	place["context"] = object{"includeDeclaration": true}
	var all []location
	c.call("textDocument/references", place, &all)
	files := map[string]bool{}
	for _, l := range all {
		files[l.URI] = true
	}
	if !files[c.uri("registers/people.yml")] || !files[c.uri("registers/departments.yml")] || !files[c.uri(insight)] {
		t.Errorf("%v", files)
	}
	var symbols []workspaceSymbol
	c.call("workspace/symbol", object{"query": "lene"}, &symbols)
	if !slices.ContainsFunc(symbols, func(s workspaceSymbol) bool { return s.Name == "Lene Brandt" }) {
		t.Errorf("%+v", symbols)
	}
	var outline []documentSymbol
	c.call("textDocument/documentSymbol", object{"textDocument": object{"uri": c.uri(login)}}, &outline)
	names := []string{}
	for _, s := range outline {
		names = append(names, s.Name)
	}
	if !slices.Contains(names, "goals") || !slices.Contains(names, "Background") {
		t.Errorf("%q", names)
	}
	var links []documentLink
	c.call("textDocument/documentLink", object{"textDocument": object{"uri": c.uri(login)}}, &links)
	if len(links) != 2 {
		t.Errorf("%+v", links)
	}
}

// apply does what an editor does with an edit of a workspace: to texts that are
// open, or on the disk.
func (c *client) apply(w workspaceEdit) {
	c.t.Helper()
	change := func(uri string, edits []textEdit) {
		path, _ := pathOf(uri)
		data, err := os.ReadFile(path)
		if err != nil {
			c.t.Fatal(err)
		}
		p := newPage(string(data))
		slices.SortFunc(edits, func(a, b textEdit) int { return p.offset(b.Range.Start, utf16s) - p.offset(a.Range.Start, utf16s) })
		for _, e := range edits {
			p = p.changed(contentChange{&e.Range, e.NewText}, utf16s)
		}
		if err := os.WriteFile(path, []byte(p.text), 0o644); err != nil {
			c.t.Fatal(err)
		}
	}
	for uri, edits := range w.Changes {
		change(uri, edits)
	}
	for _, one := range w.DocumentChanges {
		data, _ := json.Marshal(one)
		var r renameFile
		var d textDocumentEdit
		if json.Unmarshal(data, &r); r.Kind == "rename" {
			from, _ := pathOf(r.Old)
			to, _ := pathOf(r.New)
			if err := os.Rename(from, to); err != nil {
				c.t.Fatal(err)
			}
			continue
		}
		_ = json.Unmarshal(data, &d)
		change(d.TextDocument.URI, d.Edits)
	}
}

func TestRename(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open(login)
	place := c.place(login, "depends_on: [partner|portal]")
	var ready object
	c.call("textDocument/prepareRename", place, &ready)
	if ready["placeholder"] != "partnerportal" {
		t.Errorf("%v", ready)
	}
	place["newName"] = "partner-portal"
	var w workspaceEdit
	c.call("textDocument/rename", place, &w)
	c.apply(w)
	text, err := os.ReadFile(filepath.Join(c.dir, "charters/partner-portal.md"))
	if err != nil || !strings.Contains(string(text), "partnerportal]") {
		t.Errorf("%v: the old id is not kept: %s", err, text[:min(len(text), 300)])
	}
	if text, _ := os.ReadFile(filepath.Join(c.dir, login)); !strings.Contains(string(text), "[[partner-portal]]") || strings.Contains(string(text), "partnerportal") {
		t.Errorf("%s", text)
	}
	place["newName"] = "No id!"
	if err := c.try("textDocument/rename", place, &w); err == nil || !strings.Contains(err.Error(), "not an id") {
		t.Errorf("%v", err)
	}
}

// A client that cannot move files gets the texts alone, and the id into the front
// matter.
func TestRenameInPlace(t *testing.T) {
	c := start(t, nil, "en", `"general": {}`)
	c.open(login)
	place := c.place(login, "depends_on: [partner|portal]")
	place["newName"] = "partner-portal"
	var w workspaceEdit
	c.call("textDocument/rename", place, &w)
	if len(w.DocumentChanges) > 0 || len(w.Changes) < 2 {
		t.Errorf("%+v", w)
	}
	c.apply(w)
	if text, err := os.ReadFile(filepath.Join(c.dir, "charters/partnerportal.md")); err != nil || !strings.Contains(string(text), "id: partner-portal") {
		t.Errorf("%v", err)
	}
}

func TestQuickFixes(t *testing.T) {
	text := "---\nschema: charter/1\ntitel: Fixed\nsummary: A charter to be mended.\nkind: joint\nstatus: agreed\ncreated: 2026-11-01\nbudget:\n  currency: EUR\n  total: 90000\n  shares: {it: 33.33%, marketing: 33.33%, sales: 33.33%}\nlead: tove-soenderbi\n---\n"
	for _, x := range []struct{ at, title, want string }{
		{"tit|el", "write title", "\ntitle: Fixed\n"},
		{"sha|res", "write 1/3", "{it: 1/3, marketing: 1/3, sales: 1/3}"},
		{"sha|res", "sales: rest", "{it: 33.33%, marketing: 33.33%, sales: rest}"},
		{"tove-soen|derbi", "write tove-soenderby", "\nlead: tove-soenderby\n"},
		{"agr|eed", "add timeframe:", "\ntimeframe:\n  start: 2026-11-16\n"},
	} {
		t.Run(x.title, func(t *testing.T) {
			c := start(t, nil, "en", capable)
			c.open("charters/fixed.md", text)
			if err := os.WriteFile(filepath.Join(c.dir, "charters/fixed.md"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			place := c.place("charters/fixed.md", x.at)
			at := place["position"].(position)
			var all []codeAction
			c.call("textDocument/codeAction", object{"textDocument": place["textDocument"], "range": textRange{at, at}, "context": object{"diagnostics": []any{}}}, &all)
			var titles []string
			for _, a := range all {
				titles = append(titles, a.Title)
				if a.Title == x.title {
					c.apply(a.Edit)
				}
			}
			got, _ := os.ReadFile(filepath.Join(c.dir, "charters/fixed.md"))
			if !strings.Contains(string(got), x.want) {
				t.Errorf("offered %q\n%s", titles, got)
			}
		})
	}
}

func TestInlayHints(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open("charters/hints.md", "---\nschema: charter/1\ntitle: Hints\nsummary: Amounts beside shares.\nstatus: proposed\ncreated: 2026-11-01\nbudget:\n  currency: EUR\n  total: 100\n  shares:\n    it: 1/3\n    marketing: {share: \"1/3\"}\n    sales: rest\n  periods:\n    2027: 60\n    2028: 40\n---\n")
	var all []inlayHint
	c.call("textDocument/inlayHint", object{"textDocument": object{"uri": c.uri("charters/hints.md")}, "range": textRange{End: position{Line: 100}}}, &all)
	var said []string
	for _, h := range all {
		p := c.pages["charters/hints.md"]
		start, _ := p.line(h.Position.Line)
		said = append(said, strings.TrimSpace(p.text[start:p.offset(h.Position, utf16s)])+" "+strings.ReplaceAll(h.Label, "\u00a0", " "))
	}
	want := []string{"it: 1/3 EUR 33.34", `marketing: {share: "1/3" EUR 33.33`, "sales: rest EUR 33.33", "2027: 60 IT 20.00 · MKT 20.00 · SAL 20.00", "2028: 40 IT 13.34 · MKT 13.33 · SAL 13.33"}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
}

func TestFormatting(t *testing.T) {
	c := start(t, nil, "en", capable)
	c.open("charters/untidy.md", "---\nstatus: proposed # for now\ntitle:   Untidy\nschema: charter/1\n---\n\n## Background\n")
	var edits []textEdit
	c.call("textDocument/formatting", object{"textDocument": object{"uri": c.uri("charters/untidy.md")}, "options": object{}}, &edits)
	p := c.pages["charters/untidy.md"]
	for _, e := range slices.Backward(edits) {
		p = p.changed(contentChange{&e.Range, e.NewText}, utf16s)
	}
	if want := "---\nschema: charter/1\ntitle: Untidy\nstatus: proposed # for now\n---\n\n## Background\n"; p.text != want {
		t.Errorf("%q", p.text)
	}
}

// The protocol's manners: order, refusals, cancelling, the end.
func TestManners(t *testing.T) {
	c := start(t, nil, "en", capable)
	if err := c.try("initialize", object{}, nil); err == nil {
		t.Error("the server is initialized twice")
	}
	if err := c.try("textDocument/nonsense", object{}, nil); err == nil || !strings.Contains(err.Error(), "-32601") {
		t.Errorf("%v", err)
	}
	if err := c.try("textDocument/hover", []int{1}, nil); err == nil {
		t.Error("parameters of another kind are taken")
	}
	c.notify("textDocument/didChange", object{"textDocument": object{"uri": "file:///nowhere.md"}})
	c.notify("$/cancelRequest", object{"id": 77})
	c.notify("$/unheard", object{})
	var nothing any
	c.call("textDocument/hover", object{"textDocument": object{"uri": "untitled:1"}, "position": position{}}, &nothing)
	if nothing != nil {
		t.Errorf("%v", nothing)
	}
	c.call("shutdown", nil, nil)
	if err := c.try("workspace/symbol", object{"query": ""}, nil); err == nil {
		t.Error("the server answers after shutdown")
	}
	c.notify("exit", nil)
	select {
	case code := <-c.end:
		c.end <- code
		if code != 0 {
			t.Errorf("the server ends with %d", code)
		}
	case <-time.After(20 * time.Second):
		t.Error("the server does not end")
	}
}
