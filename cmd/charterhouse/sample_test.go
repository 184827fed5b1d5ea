package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// The sample shows real disagreements on purpose. This is all that check may
// say of it: each thing that is meant, and nothing else.
func TestSampleShowsWhatItMeans(t *testing.T) {
	meant := []string{
		"A004 charters/hurtig-maanedslukning.md",    // an amendment whose signatures are being collected
		"A004 charters/hurtig-maanedslukning.md",    // by both chiefs
		"F012 charters/parcel-carbon/index.md",      // a token share
		"G001 charters/shared-photo-library.md",     // the smallest proposal
		"L011 charters/samtykkeregister.en.md",      // a translation behind its original
		"P005 charters/one-product-record.md",       // one person in two charters, beyond capacity
		"P005 charters/partnerportal.md",            //
		"P008 charters/leverandoerfaktura.md",       // somebody who should be back
		"R005 charters/one-product-record.md",       // two departments own one area
		"R005 charters/partnerportal.md",            //
		"S003 charters/de-foerste-hundrede-dage.md", // no word for too long
		"T005 charters/chat-after-hours.md",         // active past its end
		"T009 charters/returns-desk.md",             // a milestone overdue
	}
	var out, errs bytes.Buffer
	if code := run([]string{"check", "../../content", "--as-of", "2026-11-16", "--format", "json"}, os.Stdin, &out, &errs); code != exitClean {
		t.Fatalf("check ends with %d\n%s%s", code, out.String(), errs.String())
	}
	var report struct {
		Errors   int
		Findings []struct{ Code, File, Message string }
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, f := range report.Findings {
		said = append(said, f.Code+" "+f.File)
	}
	slices.Sort(said)
	if !slices.Equal(said, meant) {
		t.Errorf("check says\n%s\nbut the sample means\n%s", strings.Join(said, "\n"), strings.Join(meant, "\n"))
	}
}

// The sample is what the issue promises, whoever edits it next.
func TestSampleIsLargeEnough(t *testing.T) {
	w, err := findContent([]string{"../../content"}, "2026-11-16")
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.read()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Tree.Close()
	p := r.Portfolio
	danish, parties := 0, map[int]bool{}
	statuses, currencies, formats := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range p.Charters() {
		if p.Lang(c) == "da" {
			danish++
		}
		statuses[c.Status.Value.String()], formats[c.Format] = true, true
		if c.Budget.Sound {
			parties[len(c.Budget.Parties)] = true
			currencies[string(c.Budget.Currency.Value)] = true
		}
	}
	n := len(p.Charters())
	switch {
	case n < 28 || danish*3 < n:
		t.Errorf("%d charters, %d of them in Danish", n, danish)
	case len(p.Registers().Departments) < 7 || len(p.Registers().People) < 30 || len(p.Registers().Areas) < 12:
		t.Error("the registers have shrunk")
	case len(statuses) != 7 || len(currencies) != 3 || len(formats) != 3:
		t.Errorf("statuses %v, currencies %v, formats %v", statuses, currencies, formats)
	case !parties[2] || !parties[3] || !parties[4] || !parties[5]:
		t.Errorf("numbers of payers: %v", parties)
	}
}
