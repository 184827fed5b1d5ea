package charter

import (
	"slices"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// A Naming says what an id in a field names.
type Naming string

// What ids name.
const (
	NoNaming       Naming = ""
	ACharter       Naming = "charter"
	APerson        Naming = "person"
	ADepartment    Naming = "department"
	AnArea         Naming = "area"
	AnObjective    Naming = "objective"
	AMilestone     Naming = "milestone" // of the same charter
	ACostCentre    Naming = "cost centre"
	ALanguage      Naming = "language"
	ACurrency      Naming = "currency"
	APeriod        Naming = "period"
	AStatus        Naming = "status"
	AChapterOfText Naming = "section" // a text that translations carry
)

// namings are the fields of a charter whose values name something.
var namings = map[string]Naming{
	"translation_of": ACharter, "aliases": ACharter, "lang": ALanguage, "owners.*.person": APerson, "owners.*": APerson, "lead": APerson, "steering": APerson,
	"kickoff.presented_to": APerson, "team[].person": APerson, "team[].home": ADepartment,
	"budget.currency": ACurrency, "budget.shares.*.cost_centre": ACostCentre, "budget.spent[].department": ADepartment,
	"milestones[].owner": APerson, "milestones[].after": AMilestone, "risks[].owner": APerson, "deliverables[].owner": APerson,
	"responsibilities[].area": AnArea, "responsibilities[].accountable": ADepartment, "responsibilities[].responsible": ADepartment,
	"responsibilities[].consulted": ADepartment, "responsibilities[].informed": ADepartment,
	"links.part_of": ACharter, "links.depends_on": ACharter, "links.replaces": ACharter, "links.related": ACharter, "links.contributes_to": AnObjective,
	"approvals[].department": ADepartment, "approvals[].person": APerson, "updates[].by": APerson,
}

// keyNamings are the groups whose keys name something.
var keyNamings = map[string]Naming{
	"owners": ADepartment, "budget.shares": ADepartment, "budget.periods": APeriod, "closure.actuals": ADepartment, "translated": AChapterOfText,
}

// Names says what the value of the field at a path names, and KeyNames what the
// keys below it do: those of owners are departments.
func Names(path string) Naming { return namings[path] }

// KeyNames says what the keys of the group at a path name.
func KeyNames(path string) Naming { return keyNamings[path] }

// Short says how a field that may be written as keys with values is written
// short: an owner as a person, a share as a share.
func Short(path string) (typ string, ok bool) {
	typ, ok = map[string]string{"owners.*": "id", "budget.shares.*": "share", "closure.actuals.*": "money", "budget.periods.*": "money", "translated.*": "text", "x.*": "own"}[path]
	return typ, ok
}

// In says where a place of the tree stands among fields: the path with "*" for
// the keys that name something. steps are keys, and "[]" for an item of a list.
// ok is false where no field stands there.
func In(fields []Field, steps []string) (path string, ok bool) {
	for _, s := range steps {
		next := path + "." + s
		switch {
		case s == "[]":
			next = path + "[]"
		case path == "":
			next = s
		}
		if !known(fields, next) && s != "[]" {
			if next = path + ".*"; !known(fields, next) {
				return "", false
			}
		}
		path = next
	}
	return path, true
}

// known reports whether a field stands at a path or below it.
func known(fields []Field, path string) bool {
	if _, short := Short(path); short {
		return true
	}
	return slices.ContainsFunc(fields, func(f Field) bool {
		rest, ok := strings.CutPrefix(f.Path, path)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[') || strings.TrimSuffix(path, "[]") == f.Path && strings.Contains(f.Type, "[]")
	})
}

// FieldAt returns the field at a path, or nil.
func FieldAt(fields []Field, path string) *Field {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Path == path })
	if i < 0 {
		return nil
	}
	return &fields[i]
}

// Below returns the fields directly below a path: those of "team[]" are person,
// home and so on. The path of the whole is empty.
func Below(fields []Field, path string) []Field {
	if path != "" {
		path += "."
	}
	var all []Field
	for _, f := range fields {
		if rest, ok := strings.CutPrefix(f.Path, path); ok && rest != "" && !strings.ContainsAny(rest, ".[") {
			all = append(all, f)
		}
	}
	return all
}

// Key is the last key of a field's path.
func (f Field) Key() string { return f.Path[strings.LastIndexByte(f.Path, '.')+1:] }

// KeysOf returns the keys directly below a path of fields, with what people
// write instead of them.
func KeysOf(fields []Field, path string, of diag.Text, aliases ...string) *facts.Keys {
	k := &facts.Keys{Of: of, Aliases: map[string]string{}}
	for _, f := range Below(fields, path) {
		k.Known = append(k.Known, f.Key())
	}
	for i := 0; i+1 < len(aliases); i += 2 {
		k.Aliases[aliases[i]] = aliases[i+1]
	}
	return k
}
