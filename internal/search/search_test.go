package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/locale"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
	"charterhouse/internal/theme"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"Kunde-data, og »kundens« ID.": "kunde data og kundens id",
		"ÆØÅ Müller 360° e-mail":       "æøå müller 360 e mail",
		"A\u030Arhus":                  "århus",
		"x\xffy __proto__ <b>":         "x y proto b",
		"日本語 Ελληνικά":                 "日本語 ελληνικά",
		strings.Repeat("a", 41) + " b": "b",
		strings.Repeat("å", 40):        strings.Repeat("å", 40),
	} {
		if got := strings.Join(Words(text), " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestStem(t *testing.T) {
	for _, c := range [][3]string{
		{"da", "initiativerne", "initiativ"}, {"da", "kunderne", "kund"}, {"da", "samtykker", "samtyk"}, {"da", "løsninger", "løsning"},
		{"en", "policies", "polici"}, {"en", "policy", "polici"}, {"de", "häuser", "haus"}, {"sv", "husen", "husen"}, {"", "husene", "husene"}, {"da", "b55er", "b55er"},
	} {
		if got := Stem(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// Each way to write a word leads to one place; and what is typed so far leads
// to where the whole word stands.
func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"køge", "koge", "koege", "köge"}, {"århus", "aarhus", "arhus", "a\u030arhus"}, {"æble", "aeble", "able", "äble"},
		{"müller", "mueller", "muller"}, {"straße", "strasse"}, {"café", "cafe"},
	} {
		for _, w := range same {
			if Fold(w) != Fold(same[0]) {
				t.Errorf("%s becomes %s, %s becomes %s", w, Fold(w), same[0], Fold(same[0]))
			}
		}
	}
	for _, w := range []string{"ærø", "baaede", "oeuvre", "åæø", "neue", "straße"} {
		for i := range w {
			if !strings.HasPrefix(Fold(w), Fold(w[:i])) {
				t.Errorf("%s is not the beginning of %s", Fold(w[:i]), Fold(w))
			}
		}
		if Fold(Fold(w)) != Fold(w) {
			t.Errorf("%s is folded again to %s", Fold(w), Fold(Fold(w)))
		}
	}
}

// folder makes an index of charters by id, each a title and a text.
func folder(t *testing.T, charters map[string][2]string) *Index {
	t.Helper()
	files := fstest.MapFS{"charterhouse.yaml": {Data: []byte("languages: [da, en]\n")},
		"registers/departments.yml": {Data: []byte("- {id: it, name: {en: IT, da: It}}\n")}}
	for id, c := range charters {
		text := fmt.Sprintf("---\nschema: charter/1\ntitle: %s\nsummary: Et charter\nstatus: proposed\ncreated: 2026-01-01\n---\n\n%s\n", c[0], c[1])
		files["charters/"+id+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := source.FromFS(files, source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return index(t, tree)
}

func index(t *testing.T, tree *source.Tree) *Index {
	t.Helper()
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return New(loader.Load(tree, day).Portfolio, func() Site { return Site{Languages: []string{"da", "en"}} })
}

var call = regexp.MustCompile(`^charterhouseIndex\("([a-z0-9-]+)","[0-9a-f]{10}",`)

// file is a file as a reader gets it.
func file(x *Index, address string) ([]byte, bool) {
	var b bytes.Buffer
	ok, err := x.File(&b, address)
	return b.Bytes(), ok && err == nil
}

// data decodes a file as a browser does.
func data[T any](t *testing.T, x *Index, name string) (v T) {
	t.Helper()
	text, ok := file(x, Folder+name+".js")
	if !ok {
		t.Fatalf("there is no file %s", name)
	}
	head := call.FindSubmatch(text)
	if head == nil || string(head[1]) != name || !bytes.HasSuffix(text, []byte(");\n")) {
		t.Fatalf("%s is no call: %.80s", name, text)
	}
	if err := json.Unmarshal(text[len(head[0]):len(text)-3], &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// A hit is a posting as the browser reads it.
type hit struct {
	charter int
	mask    uint64
}

// decode reads a shard: its terms with their postings.
func decode(s shard) (map[string][]hit, error) {
	all := map[string][]hit{}
	terms := strings.Fields(s.Terms)
	rest := s.Postings
	next := func() (v uint64) {
		for i := 0; len(rest) > 0 && i < 10; i++ {
			c := rest[0]
			rest = rest[1:]
			v |= uint64(c&127) << (7 * i)
			if c < 128 {
				return v
			}
		}
		return v
	}
	counts := make([]int, len(terms))
	for i := range terms {
		counts[i] = int(next())
		next()
	}
	for i, term := range terms {
		at := 0
		for range counts[i] {
			if len(rest) == 0 {
				return nil, fmt.Errorf("%s ends early", term)
			}
			at += int(next())
			all[term] = append(all[term], hit{at, next()})
		}
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes are left", len(rest))
	}
	return all, nil
}

// lookup returns the ids of charters that have a term.
func lookup(t *testing.T, x *Index, term string) []string {
	t.Helper()
	b := bucket(Fold(strings.TrimPrefix(term, ending))) & (x.shards - 1)
	all, err := decode(data[shard](t, x, shardName(b)))
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, h := range all[term] {
		ids = append(ids, string(x.p.Charters()[h.charter].ID.Value))
	}
	return ids
}

func TestTerms(t *testing.T) {
	x := folder(t, map[string][2]string{
		"a": {"Kundedata i Køge", "## Baggrund\n\nVi samler samtykker og kunderne."},
		"b": {"Data for alle", "Ingen kunde, intet initiativ. Se [[a]]."},
		"c": {"Persondatabasen", "Personer og **initia**tiverne."},
	})
	for term, want := range map[string]string{
		"kund": "[a b]", "initiativ": "[b c]", "samtyk": "[a]", "køg": "[a]", "og": "[]", "it": "[]",
		"+data": "[a]", "data": "[b]", "+databas": "[c]", "^k": "[a]", "^kø": "[]", "^ko": "[a]", "^kun": "[a]", "^kund": "[]", "^per": "[c]",
	} {
		if got := fmt.Sprint(lookup(t, x, term)); got != want {
			t.Errorf("%s stands in %s, want %s", term, got, want)
		}
	}
	if words := data[string](t, x, "v-3"); !strings.Contains(" "+words+" ", " kundedata ") || strings.ContainsAny(words, "+^3") {
		t.Errorf("the vocabulary is %s", words)
	}
}

// The mask of a posting leads to the passage that has the word.
func TestMasksLeadToPassages(t *testing.T) {
	tree, err := source.Open("../../content", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	x := index(t, tree)
	texts := map[int][][3]string{}
	for i := range parts(len(x.p.Charters()), textsInFile) {
		for j, c := range data[[][][3]string](t, x, fmt.Sprintf("x-%d", i)) {
			texts[i*textsInFile+j] = c
		}
	}
	seen := 0
	for i := range x.shards {
		all, err := decode(data[shard](t, x, shardName(i)))
		if err != nil {
			t.Fatal(err)
		}
		for term, hits := range all {
			if !slices.IsSortedFunc(hits, func(a, b hit) int { return a.charter - b.charter }) {
				t.Errorf("%s: charters are out of order", term)
			}
			for _, h := range hits {
				c := x.p.Charters()[h.charter]
				lang := base(x.p.Lang(c))
				for j, g := range (&cutter{p: x.p}).cut(c)[2:] { // as read, without the titles of other charters
					if texts[h.charter][j][0] != g.anchor {
						t.Fatalf("%s: passage %d is %s, shown is %s", c.ID.Value, j, g.anchor, texts[h.charter][j][0])
					}
					has := slices.ContainsFunc(Words(strings.Join(slices.Concat([]string{g.heading}, g.texts, g.also), " ")), func(w string) bool { return !isStop[w] && Stem(lang, w) == term })
					if is := h.mask>>(j+2)&1 == 1; is != has && term[0] != '+' {
						t.Errorf("%s stands in %s#%s: %v, the index says %v", term, c.ID.Value, g.anchor, has, is)
					}
					seen++
				}
			}
		}
	}
	if seen < 10_000 {
		t.Errorf("%d postings were looked at", seen)
	}
}

// Whatever is asked for is made of the same bytes; names of files are the same
// on systems that know no capitals; and no text ends its script.
func TestFiles(t *testing.T) {
	charters := map[string][2]string{}
	for i := range 60 {
		charters[fmt.Sprintf("c%02d", i)] = [2]string{`"</script><!--" ` + fmt.Sprint(i), "__proto__ constructor \u2028 </script> data" + fmt.Sprint(i)}
	}
	one, two := folder(t, charters), folder(t, charters)
	names := one.Names()
	if !slices.IsSorted(names) {
		t.Error("names are out of order")
	}
	backwards := map[string][]byte{}
	for _, name := range slices.Backward(names) {
		backwards[name], _ = file(two, name)
	}
	for _, name := range names {
		text, ok := file(one, name)
		if !ok || !bytes.Equal(text, backwards[name]) {
			t.Errorf("%s is not the same in another order", name)
		}
		if strings.ToLower(name) != name || bytes.ContainsAny(text, "<>\u2028") {
			t.Errorf("%s holds what a script must not", name)
		}
	}
	for _, name := range []string{"", "search/", "search/start", "search/t-0.js", "search/t-100.js", "search/d-99.js", "search/x--1.js", "search/../start.js", "start.js"} {
		if _, ok := file(one, name); ok {
			t.Errorf("there is a file %q", name)
		}
	}
}

// After an edit the index says what a new one would, and only one run of
// charters is read again, by this run of the program or the next.
func TestEdits(t *testing.T) {
	files := fstest.MapFS{"charterhouse.yaml": {Data: []byte("languages: [da]\n")}}
	write := func(i int, word string) {
		text := fmt.Sprintf("---\nschema: charter/1\ntitle: Charter %d\nsummary: Et\nstatus: proposed\ncreated: 2026-01-01\n---\n%s\n", i, word)
		files[fmt.Sprintf("charters/c%04d.md", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	for i := range 1100 {
		write(i, "gammelt")
	}
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	look := func(l *portfolio.Loader) *Index {
		tree, err := source.FromFS(files, source.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		return New(l.Load(tree, day).Portfolio, func() Site { return Site{Languages: []string{"da"}} })
	}
	before := look(&loader)
	for _, name := range before.Names() {
		file(before, name)
	}
	keep := &portfolio.Keep{Path: filepath.Join(t.TempDir(), "words.shelf"), Ground: "ground", Text: func(c *charter.Charter) [32]byte { return [32]byte(c.Sum) }}
	random := rand.New(rand.NewPCG(1, 2))
	for step := range 5 {
		i := random.IntN(1100)
		write(i, fmt.Sprintf("nyhed%c", 'a'+i%20))
		after, anew := look(&loader), look(&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }})
		shared := 0
		for k, r := range after.p.Runs() {
			if before.p.Runs()[k] == r {
				shared++
			}
		}
		if want := len(after.p.Runs()) - 1; shared != want {
			t.Errorf("%d runs are shared, want %d", shared, want)
		}
		next := look(&portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }})
		next.Keep = keep
		if known := onShelf(next); step > 0 && known != shared {
			t.Errorf("%d runs are on the shelf, want %d", known, shared)
		}
		for _, name := range anew.Names() {
			got, _ := file(after, name)
			want, _ := file(anew, name)
			if !bytes.Equal(got, want) {
				t.Errorf("after an edit of charter %d, %s is not what a new index says", i, name)
			}
			if got, _ = file(next, name); !bytes.Equal(got, want) {
				t.Errorf("after an edit of charter %d, %s of what was kept is not what a new index says", i, name)
			}
		}
		before = after
	}
}

// onShelf counts the runs of which the shelf has the entries.
func onShelf(x *Index) (n int) {
	kept := portfolio.OpenKept[list](x.Keep, x.p)
	for i := range x.p.Runs() {
		if _, ok := kept.Get(i); ok {
			n++
		}
	}
	return n
}

// An empty portfolio has an index, too.
func TestEmpty(t *testing.T) {
	x := folder(t, nil)
	for _, name := range x.Names() {
		if _, ok := file(x, name); !ok {
			t.Errorf("%s is missing", name)
		}
	}
	if s := data[start](t, x, "start"); s.Charters != 0 || len(s.Departments) != 1 {
		t.Errorf("%+v", s)
	}
}

func FuzzSearchQuery(f *testing.F) {
	for _, s := range []string{"data", "Køge", "__proto__", "\x00\xff", "a\u030a", "ﬁ", "İstanbul", "ß", "<script>alert(1)</script>", strings.Repeat("å", 99)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, w := range Words(query) {
			if n := utf8.RuneCountInString(w); n == 0 || n > maxWord || !utf8.ValidString(w) {
				t.Fatalf("%q holds the word %q", query, w)
			}
			for _, lang := range []string{"da", "de", "en", ""} {
				fold := Fold(Stem(lang, w))
				if b := bucket(fold); b < 0 || b >= buckets {
					t.Fatalf("%q stands in file %d", fold, b)
				}
			}
			fold := Fold(w)
			if Fold(fold) != fold {
				t.Fatalf("%q is folded to %q and then to %q", w, fold, Fold(fold))
			}
			for i := range w {
				if !strings.HasPrefix(fold, Fold(w[:i])) {
					t.Fatalf("%q does not lead to %q", Fold(w[:i]), fold)
				}
			}
		}
	})
}
