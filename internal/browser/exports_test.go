package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// E4: a browser reads portfolio.json as Go does, value for value, and no text in it could end a script.
func TestJSONIsReadAlike(t *testing.T) {
	t.Parallel()
	hostile := siteOf(t, hostile())
	tab := open(t, Wide)
	for _, folder := range []string{hostile.dir, built(t).dir} {
		text, err := os.ReadFile(filepath.Join(folder, "portfolio.json"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(string(text), "<>\u2028\u2029") {
			t.Error("a page could not hold it")
		}
		literal, err := json.Marshal(string(text))
		if err != nil {
			t.Fatal(err)
		}
		var here, there any
		if err := json.Unmarshal(text, &here); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(ask[string](t, tab, "JSON.stringify(JSON.parse("+string(literal)+"))")), &there); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(here, there) {
			t.Errorf("%s holds other values in a browser", folder)
		}
	}
}

// What people take along is linked where they look for it, and is there.
func TestExportsAreLinked(t *testing.T) {
	site := built(t)
	for page, wanted := range map[string][]string{
		"rollup/by-department.html":      {"../portfolio.xlsx", "by-department.csv"},
		"rollup/index.html":              {"../portfolio.xlsx", "../rollup/by-period.csv"},
		"da/initiatives/index.html":      {"../portfolio.xlsx", "../initiatives.csv"},
		"departments/it.html":            {"../departments/it.ics", "../portfolio.xlsx"},
		"da/people/lene-brandt.html":     {"../people/lene-brandt.ics"},
		"timeline.html":                  {"calendar.ics", "rollup/milestones.csv"},
		"returns.html":                   {"calendar.ics", "rollup/returns.csv"},
		"ownership.html":                 {"portfolio.xlsx", "rollup/ownership.csv"},
		"goals.html":                     {"rollup/goals.csv"},
		"index.html":                     {"portfolio.xlsx", "calendar.ics", "agreed.atom", "portfolio.json"},
		"da/charters/partnerportal.html": {"../calendar.ics", "../agreed.atom"},
	} {
		p := site.Page(page)
		if p == nil {
			t.Errorf("there is no %s", page)
			continue
		}
		linked := map[string]bool{}
		for n := range p.elements() {
			linked[strings.TrimPrefix(attr(n, "href"), "../rollup/")] = true
			linked[attr(n, "href")] = true
		}
		for _, address := range wanted {
			if !linked[address] {
				t.Errorf("%s has no link to %s", page, address)
			}
		}
	}
}
