package rename

import (
	"strings"
	"testing"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

var namings = map[charter.Naming]Kind{charter.ACharter: Charter, charter.APerson: Person, charter.ADepartment: Department, charter.AnArea: Area, charter.AnObjective: Objective}

// What renaming goes by and what the registries say of ids is the same.
func TestPlacesAreTheRegistries(t *testing.T) {
	looks := func(name string, in named, before string) {
		for path, kind := range in.values {
			at := strings.TrimPrefix(path, before)
			if got := portfolio.Naming(name, at); got != charter.NoNaming && namings[got] != kind {
				t.Errorf("%s %s names a %s here, and a %s there", name, at, kind, got)
			}
		}
	}
	looks("charter", inCharter, "")
	for _, f := range charter.Fields() {
		kind, isOurs := namings[charter.Names(f.Path)]
		if got, ok := inCharter.values[f.Path]; isOurs && f.Path != "aliases" && (!ok || got != kind) {
			t.Errorf("%s names a %s, and renaming does not know it", f.Path, kind)
		}
		kind, isOurs = namings[charter.KeyNames(f.Path)]
		if got, ok := inCharter.keys[f.Path]; isOurs && (!ok || got != kind) {
			t.Errorf("the keys of %s name a %s, and renaming does not know it", f.Path, kind)
		}
	}
	for _, name := range portfolio.RegisterNames {
		looks(name, inRegister[name], "[].")
		for _, f := range portfolio.RegisterFields(name) {
			kind, isOurs := namings[portfolio.Naming(name, f.Path)]
			if got, ok := inRegister[name].values["[]."+f.Path]; isOurs && (!ok || got != kind) {
				t.Errorf("%s %s names a %s, and renaming does not know it", name, f.Path, kind)
			}
		}
	}
}
