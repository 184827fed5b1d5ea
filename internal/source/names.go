package source

import (
	"path"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/diag"
)

// reserved are names that Windows keeps for devices, with or without an ending.
var reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)

// assetName is what may be published as it is.
var assetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// badName refuses a path that cannot be checked out, served or addressed the
// same everywhere.
func (t *Tree) badName(name string, kind Kind) bool {
	say := func(message, hint string) bool {
		t.report(name, "D004", message, hint)
		return true
	}
	if len(name) > t.limits.Path {
		return say("this path is too long", "shorten the names; 200 bytes are the limit")
	}
	for _, part := range strings.Split(name, "/") {
		switch {
		case reserved.MatchString(part):
			return say("Windows keeps this name for a device, so colleagues there cannot check it out", "rename it")
		case strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || strings.HasPrefix(part, " "):
			return say("this name starts or ends with a blank or a dot", "rename it")
		case strings.ContainsAny(part, `:*?"<>|\`) || printable(part) != part:
			return say("this name holds a character that not every system allows", "use letters, digits and hyphens")
		case kind == Asset && !assetName.MatchString(part):
			return say("a published file's name is part of an address", "use the letters a to z, digits, hyphens, underscores and dots")
		}
	}
	return false
}

// collisions finds paths that are one file on some systems: equal but for case
// or for the way accents are composed.
func (t *Tree) collisions() {
	first := make(map[string]string, len(t.entries))
	kept := t.entries[:0]
	for _, e := range t.entries {
		folded := strings.ToLower(norm.NFC.String(e.Path))
		if stem, ok := strings.CutSuffix(folded, "/index.md"); ok {
			folded = stem + ".md" // charters/x.md and charters/x/index.md are one charter
		}
		if before, taken := first[folded]; taken {
			t.found.Add(diag.Diagnostic{Pos: diag.Pos{File: printable(e.Path)}, Code: "D004",
				Message: "this file and " + printable(before) + " are the same on some systems", Hint: "rename or remove one of the two",
				Related: []diag.At[string]{{Value: "the other file", Pos: diag.Pos{File: printable(before)}}}})
			if path.Dir(before) == path.Dir(e.Path) {
				continue
			}
		}
		first[folded] = e.Path
		kept = append(kept, e)
	}
	t.entries = kept
}
