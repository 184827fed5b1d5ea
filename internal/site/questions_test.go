package site

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"charterhouse/internal/source"
)

func render(t *testing.T, s *Site, address string) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Render(&b, address); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

// asking is a portfolio whose charters ask about each other.
var asking = fstest.MapFS{
	"charterhouse.yaml":         {Data: []byte("title: T\nlanguages: [en, da]\nfields:\n  class: {type: choice, name: {en: Class, da: Klasse}, values: {high: {en: High, da: Høj}}}\n  buddy: {type: person, name: {en: Buddy, da: Makker}}\n  home: {type: url}\n  cap: {type: money}\n  ok: {type: bool}\n")},
	"registers/departments.yml": {Data: []byte("- {id: it, name: {en: IT, da: It}}\n- {id: legal, name: {en: Legal, da: Jura}}\n")},
	"registers/people.yml":      {Data: []byte("- {id: ann, name: Ann <b>}\n")},
	"charters/a.md": {Data: []byte("---\ntitle: A <i>\nsummary: S.\nstatus: active\ncreated: 2026-01-01\ntimeframe: {start: 2026-01-01, end: 2026-12-31}\nlead: ann\nbudget: {currency: DKK, total: 1234.50, shares: {it: 50%, legal: 50%}}\n" +
		"x: {class: high, buddy: ann, home: 'https://example.com/?a=1&b=2', cap: 12, ok: true}\n---\n\nAsk.\n")},
	"charters/b.md": {Data: []byte("---\ntitle: B\nsummary: S.\nlang: da\nstatus: proposed\ncreated: 2026-01-01\n---\n\nDer er `=count where status = active`, og de koster `=sum amount(it)`.\n\n" +
		"```query\ntable: charters\nwhere: status = active\nshow: end, lead, x.class, amount(it, 2026)\ncaption: Her <u>\n```\n\n```query\nlist: charters\nwhere: tag = nothing\n```\n\n```query\ncount: charters\nby: x.class\n```\n")},
	"questions/q.md": {Data: []byte("---\ntitle: {en: How much, da: Hvor meget}\ndescription: D.\nlang: da\nquery: {sum: amount, by: department}\n---\n\nMere om [[a]] og [her](../charters/b.md), se [oven](#s-nede).\n\n## Nede\n\nI alt `=count`.\n")},
}

// A figure alone is a file of one row; what is listed has its fields; and own
// fields stand in the list of all initiatives.
func TestQuestionFiles(t *testing.T) {
	files := maps.Clone(asking)
	for name, query := range map[string]string{"n": "count: charters", "m": "sum: amount", "l": "list: charters\n  show: x.class, status\n  by: status", "none": "list: charters\n  where: tag = nothing"} {
		files["questions/"+name+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: Q " + name + "\ndescription: D.\nquery:\n  " + query + "\n---\n")}
	}
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	s := siteOf(t, tree)
	for address, want := range map[string]string{
		"questions/n.csv":    "Our own questions,Charters\r\nQ n,2\r\n",
		"questions/m.csv":    "Our own questions,Currency,Agreed amount\r\nQ m,DKK,1234.50\r\n",
		"questions/l.csv":    "Initiative,Class,Status\r\nA <i>,High,Active\r\nB,,Proposed\r\n",
		"questions/none.csv": "Initiative\r\n",
		"da/initiatives.csv": "\ufeffInitiativ;Valuta;Id;Status;Fælles;Med i summerne;Start;Slut;Projektleder;Ejer;Underskrevet;Skal underskrive;Underskrifter;Klasse;Makker;home;cap;ok;It;Jura;I alt\r\n" +
			"B;;b;Foreslået;nej;nej;;;;;;;;;;;;;;;\r\n" +
			"A <i>;DKK;a;I gang;ja;ja;2026-01-01;2026-12-31;Ann <b>;;0;2;Ikke underskrevet;Høj;Ann <b>;https://example.com/?a=1&b=2;12,00;ja;617,25;617,25;1234,50\r\n" +
			"Alle;DKK;;;;;;;;;;;;;;;;;617,25;617,25;1234,50\r\n",
	} {
		if got := render(t, s, address); got != want {
			t.Errorf("%s is\n%s", address, got)
		}
	}
}

func TestQuestionsInProse(t *testing.T) {
	tree, err := source.FromFS(asking, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	s := siteOf(t, tree)
	page := render(t, s, "charters/b.html")
	for _, want := range []string{
		`Der er <a class="fig" href="#q-1">1</a>, og de koster <a class="fig" href="#q-2">617,25 kr.</a>.`,
		`<caption>Her &lt;u&gt;, DKK</caption>`, `A &lt;i&gt;</a></th><td><time datetime="2026-12-31">31. dec. 2026</time></td><td>`, `Ann &lt;b&gt;</a></td><td>Høj</td><td class="n" data-v="617.25">617,25</td>`,
		`>Aftalt beløb, It, 2026</th>`, `Intet charter passer.`, `<caption>Charters efter klasse</caption>`, `<th scope="row">Ikke oplyst</th>`,
		`<div id="q-2">`, `Hvor tallene i teksten kommer fra`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "=count") || strings.Contains(page, "language-query") {
		t.Error("a question stands unanswered")
	}
	own := render(t, s, "charters/a.html")
	for _, want := range []string{`<dt>Class</dt><dd>High</dd>`, `<dt>Buddy</dt><dd><a`, `<dt>home</dt><dd><a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer">`, `<dt>cap</dt><dd>DKK 12</dd>`, `<dt>ok</dt><dd>yes</dd>`} {
		if !strings.Contains(own, want) {
			t.Errorf("the own fields lack %s", want)
		}
	}
}

func TestSavedQuestions(t *testing.T) {
	tree, err := source.FromFS(asking, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	s := siteOf(t, tree)
	addresses := strings.Join(s.Addresses(), "\n")
	for _, want := range []string{"\nquestions/index.html\n", "\nquestions/q.html\n", "\nda/questions/index.html\n", "\nda/questions/q.html"} {
		if !strings.Contains(addresses, want) {
			t.Errorf("there is no %s", strings.TrimSpace(want))
		}
	}
	page := render(t, s, "questions/q.html")
	for _, want := range []string{"<h1>How much</h1>", "DKK 1,234.50", "<caption>Agreed amount by department</caption>", `<section class="prose mt" lang="da">`, `<a href="../charters/a.html">`, `<a href="../questions/q.html#s-nede">`, `I alt <a class="fig" href="#q-1">2</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if page := render(t, s, "da/questions/q.html"); !strings.Contains(page, "<h1>Hvor meget</h1>") || !strings.Contains(page, "1.234,50 kr.") {
		t.Error("the Danish page does not speak Danish")
	}
	if !strings.Contains(page, `<a class="btn s" href="../questions/q.csv" download>`) {
		t.Error("the page does not lead to its CSV")
	}
	if got := render(t, s, "questions/q.csv"); got != "Department,Charters,DKK\r\nIT,1,617.25\r\nLegal,1,617.25\r\nSum,1,1234.50\r\n" {
		t.Errorf("as CSV it is\n%s", got)
	}
	if got := render(t, s, "da/questions/q.csv"); !strings.HasPrefix(got, "\ufeffAfdeling;Charters;DKK\r\nIt;1;617,25\r\n") {
		t.Errorf("in Danish it is\n%s", got)
	}
	if page := render(t, s, "questions/index.html"); !strings.Contains(page, `<a href="../questions/q.html">How much</a>`) {
		t.Error("the list lacks the question")
	}
	if page := render(t, s, "rollup/index.html"); !strings.Contains(page, `<a href="../questions/index.html">`) {
		t.Error("the rollup does not lead to the questions")
	}
}
