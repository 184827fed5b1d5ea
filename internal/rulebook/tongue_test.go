package rulebook

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// saidForms walks our sources and returns each form that a text is made of, with
// one of its places. A form must be written out where Say is called, since
// nobody could find it otherwise.
func saidForms(t *testing.T) map[string]string {
	t.Helper()
	forms := map[string]string{}
	root := os.DirFS("../..")
	for _, top := range []string{"internal", "cmd"} {
		err := fs.WalkDir(root, top, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			collect(t, name, text, forms)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return forms
}

func collect(t *testing.T, name string, text []byte, forms map[string]string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ours := file.Name.Name == "diag"
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !isSay(call.Fun, ours) {
			return true
		}
		at := set.Position(call.Pos()).String()
		form, ok := literal(call.Args[0])
		switch {
		case !ok && ours: // Or, And and Listed put their own forms together
		case !ok:
			t.Errorf("%s: the form is not written out", at)
		case len(verbs(form)) != len(call.Args)-1 && call.Ellipsis == 0:
			t.Errorf("%s: %q has %d parts, and %d are given", at, form, len(verbs(form)), len(call.Args)-1)
		default:
			forms[form] = at
		}
		return true
	})
	for _, d := range file.Decls { // the forms of And and Or
		if f, ok := d.(*ast.FuncDecl); ok && ours && (f.Name.Name == "And" || f.Name.Name == "Or") {
			ast.Inspect(f, func(n ast.Node) bool {
				if form, ok := n.(*ast.BasicLit); ok {
					s, _ := strconv.Unquote(form.Value)
					forms[s] = set.Position(form.Pos()).String()
				}
				return true
			})
		}
	}
}

func isSay(fun ast.Expr, ours bool) bool {
	switch fun := fun.(type) {
	case *ast.Ident:
		return ours && fun.Name == "Say"
	case *ast.SelectorExpr:
		in, ok := fun.X.(*ast.Ident)
		return ok && in.Name == "diag" && fun.Sel.Name == "Say"
	}
	return false
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?(.)`)

// verbs are the parts that a form takes, in their order: "1s", "2q".
func verbs(form string) []string {
	var all []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(form, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		all = append(all, strconv.Itoa(next)+m[2])
		next++
	}
	return all
}

// worded reports whether a form has words of its own, which languages differ in.
func worded(form string) bool {
	return strings.ContainsFunc(verb.ReplaceAllString(form, ""), func(c rune) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' })
}

func catalog(t *testing.T, lang string) map[string]string {
	t.Helper()
	said := map[string]string{}
	data, err := catalogs.ReadFile("words/" + lang + ".toml")
	if err == nil {
		err = toml.Unmarshal(data, &said)
	}
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// Whatever a finding can say has words in every language of the manual, with the
// same parts, and no catalog holds what nobody says.
func TestEveryFormIsTranslated(t *testing.T) {
	forms := saidForms(t)
	if len(forms) < 500 {
		t.Fatalf("only %d forms were found", len(forms))
	}
	for form, at := range forms {
		for _, v := range verbs(form) {
			if !strings.Contains("sqd", v[len(v)-1:]) {
				t.Errorf("%s: %q: Say knows %%s, %%q and %%d only", at, form)
			}
		}
	}
	for _, lang := range Languages[1:] {
		said := catalog(t, lang)
		for _, form := range slices.Sorted(maps.Keys(forms)) {
			other, ok := said[form]
			parts, there := slices.Sorted(slices.Values(verbs(form))), slices.Sorted(slices.Values(verbs(other)))
			switch {
			case !ok && worded(form):
				t.Errorf("%s: words/%s.toml lacks %q", forms[form], lang, form)
			case ok && !slices.Equal(parts, slices.Compact(there)):
				t.Errorf("words/%s.toml: %q has the parts %q, but %q has %q", lang, form, parts, other, there)
			}
		}
		for form, other := range said {
			if forms[form] == "" {
				t.Errorf("words/%s.toml: nobody says %q", lang, form)
			}
			if other == "" || strings.HasSuffix(other, ".") != strings.HasSuffix(form, ".") || strings.TrimSpace(other) != other {
				t.Errorf("words/%s.toml: %q: %q", lang, form, other)
			}
		}
	}
}
