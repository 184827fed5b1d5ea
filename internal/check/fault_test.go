package check

import (
	"testing"
	"testing/fstest"

	"charterhouse/internal/calendar"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

// A fault in a rule, also in one that is asked beside the others, comes to the
// caller, who can catch it: a preview must not die of it.
func TestFaultsComeToTheCaller(t *testing.T) {
	tree, err := source.FromFS(fstest.MapFS{"charterhouse.yaml": {Data: []byte("title: T\n")}, "registers/people.yml": {Data: []byte("- {id: ann, name: Ann}\n")}}, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	day, _ := calendar.ParseDate("2026-11-16")
	p := (&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}).Load(tree, day).Portfolio
	m := Memory{people: make([]diag.List, 1), rules: []Rule{{Code: "P005", person: func(*portfolio.Portfolio) glance {
		return func(*portfolio.Person, func(diag.Diagnostic)) { panic("a fault of ours") }
	}}}}
	m.whole = make([]diag.List, 1)
	defer func() {
		if wrong := recover(); wrong != "a fault of ours" {
			t.Errorf("the caller caught %v", wrong)
		}
	}()
	always := func(int) bool { return true }
	m.ask(p, always, always, always, always)
	t.Error("nothing was wrong")
}
