package source

import (
	"path"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/diag"
)

// device is what Windows keeps for a device, whatever ending follows.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

func reserved(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.TrimRight(stem, " ")
	return len(stem) <= 4 && device.MatchString(stem)
}

// assetName is what may be published as it is.
var assetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// badName refuses a path that cannot be checked out, served or addressed the
// same everywhere.
func (t *Tree) badName(name string, kind Kind) bool {
	var message diag.Text
	hint := diag.Say("rename it")
	if len(name) > t.limits.Path {
		message, hint = diag.Say("this path has %d bytes, more than %d", len(name), t.limits.Path), diag.Say("shorten the names")
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case reserved(part):
			message = diag.Say("Windows keeps this name for a device, so colleagues there cannot check it out")
		case strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || strings.HasPrefix(part, " "):
			message = diag.Say("this name starts or ends with a blank or a dot")
		case strings.ContainsAny(part, `:*?"<>|\`) || printable(part) != part:
			message, hint = diag.Say("this name holds a character that not every system allows"), diag.Say("use letters, digits and hyphens")
		case kind == Asset && !assetName.MatchString(part):
			message, hint = diag.Say("this file's name becomes part of an address"), diag.Say("use the letters a to z, digits, hyphens, underscores and dots")
		}
	}
	if !message.IsZero() {
		t.report(name, "D004", message, hint)
	}
	return !message.IsZero()
}

// printable keeps a hostile file name from reaching a page or a terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xfffd || turns(r) || invisible(r) {
			return '?'
		}
		return r
	}, name)
}

// collisions finds paths that are one file on some systems: equal but for case
// or for the way accents are composed. A folder spelled in two ways is found
// once, not for each file in it.
func (t *Tree) collisions() {
	spelled := make(map[string]string, len(t.entries))
	other := func(name string) (string, bool) {
		folded := strings.ToLower(norm.NFC.String(name))
		before, taken := spelled[folded]
		if !taken {
			spelled[folded] = name
		}
		return before, taken && before != name
	}
	folder := ""
	for _, e := range t.entries {
		if dir := path.Dir(e.Path); dir != folder {
			folder = dir
			if before, clash := other(dir); clash {
				t.collide(dir, before)
			}
		}
		if before, clash := other(e.Path); clash && path.Dir(before) == path.Dir(e.Path) {
			t.collide(e.Path, before)
		}
	}
}

func (t *Tree) collide(name, before string) {
	t.found.Add(diag.Diagnostic{Pos: diag.Pos{File: name}, Code: "D004",
		Message: diag.Say("this and %s are one name on some systems", before), Hint: diag.Say("rename one of the two"),
		Related: []diag.At[diag.Text]{{Value: diag.Say("the other one"), Pos: diag.Pos{File: before}}}})
}
