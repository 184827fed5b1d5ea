package portfolio

import (
	"strings"
	"testing"

	"charterhouse/internal/locale"
)

func forged(t *testing.T, repository string) (*Forge, string) {
	t.Helper()
	c, found := ReadConfig("charterhouse.yaml", []byte("title: T\nrepository: "+repository+"\n"), func(string) *locale.Set { return nil })
	said := ""
	for _, d := range found {
		said += d.Message.String() + "; " + d.Hint.String() + "\n"
	}
	return c.Repository, said
}

// The addresses are those that each forge gives the same page.
func TestForges(t *testing.T) {
	for _, x := range [][4]string{
		{"https://github.com/acme/charters.git", "blå/æ b.md", "https://github.com/acme/charters/edit/main/content/bl%C3%A5/%C3%A6%20b.md", "https://github.com/acme/charters/blob/main/content/bl%C3%A5/%C3%A6%20b.md?plain=1#L7"},
		{"{url: https://gitlab.acme.dk/a/b/charters/, branch: rel/2027, folder: .}", "charters/a.md", "https://gitlab.acme.dk/a/b/charters/-/edit/rel/2027/charters/a.md", "https://gitlab.acme.dk/a/b/charters/-/blob/rel/2027/charters/a.md?plain=1#L7"},
		{"{url: http://git.acme.dk/x/y, forge: gitea}", "charters/a.md", "http://git.acme.dk/x/y/_edit/main/content/charters/a.md", "http://git.acme.dk/x/y/src/branch/main/content/charters/a.md?display=source#L7"},
		{"https://codeberg.org/x/y", "charters/a.md", "https://codeberg.org/x/y/_edit/main/content/charters/a.md", "https://codeberg.org/x/y/src/branch/main/content/charters/a.md?display=source#L7"},
		{"{url: https://bitbucket.org/x/y, branch: a/b}", "charters/a.md", "https://bitbucket.org/x/y/src/a%2Fb/content/charters/a.md?mode=edit&spa=0&at=a%2Fb", "https://bitbucket.org/x/y/src/a%2Fb/content/charters/a.md#lines-7"},
		{"https://bitbucket.acme.dk/ctx/scm/ch/charters.git", "charters/a.md", "https://bitbucket.acme.dk/ctx/projects/CH/repos/charters/browse/content/charters/a.md?at=refs%2Fheads%2Fmain", "https://bitbucket.acme.dk/ctx/projects/CH/repos/charters/browse/content/charters/a.md?at=refs%2Fheads%2Fmain#7"},
		{"https://dev.azure.com/acme/Shop%20One/_git/charters", "charters/a.md", "https://dev.azure.com/acme/Shop%20One/_git/charters?path=%2Fcontent%2Fcharters%2Fa.md&version=GBmain&_a=contents", "https://dev.azure.com/acme/Shop%20One/_git/charters?path=%2Fcontent%2Fcharters%2Fa.md&version=GBmain&_a=contents&line=7&lineEnd=8&lineStartColumn=1&lineEndColumn=1"},
	} {
		f, said := forged(t, x[0])
		if f == nil || said != "" {
			t.Errorf("%s: %s", x[0], said)
			continue
		}
		if edit, line := f.Edit("content", x[1]), f.Line("content", x[1], 7); edit != x[2] || line != x[3] {
			t.Errorf("%s:\n%s\n%s", x[0], edit, line)
		}
	}
}

// What is no address of a forge is said, and no password is repeated.
func TestNoForge(t *testing.T) {
	for repository, want := range map[string]string{
		"git@github.com:acme/charters.git":             "not the address",
		"javascript:alert(1)":                          "not the address",
		"https://tove:secret@github.com/acme/charters": "https://github.com/acme/charters",
		"https://git.acme.dk/x/y":                      "forge: gitlab",
		"{forge: github}":                              "no address",
		"{url: https://github.com/a/b, branch: a b}":   "branch",
		"{url: https://github.com/a/b, folder: ../x}":  "folder",
		"{url: https://github.com/a/b, forge: cvs}":    "forge",
		"{url: https://github.com/a/b, brunch: main}":  "branch",
	} {
		if _, said := forged(t, repository); !strings.Contains(said, want) || strings.Contains(said, "secret") {
			t.Errorf("%s: %q", repository, said)
		}
	}
}
