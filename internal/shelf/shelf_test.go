package shelf

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"
)

type color uint8

type inner struct {
	Name  string
	count int
	to    *inner
}

// A thing has a field of each kind that a shelf can hold, seen from outside or
// not.
type thing struct {
	Yes    bool
	A      int8
	b      int16
	c      int32
	D      int64
	e      uint16
	F      uint64
	Color  color
	sum    [4]byte
	pair   [2]int32
	Text   string
	list   []inner
	texts  []string
	Marks  map[string]inner
	next   *thing
	nested struct{ x, y int }
}

// draw makes a thing of any content: nil and empty lists and maps are two.
func draw(t *rapid.T, deep int) thing {
	texts := rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOfN(rapid.String(), 0, 4))
	named := func() inner {
		x := inner{rapid.String().Draw(t, "name"), rapid.Int().Draw(t, "count"), nil}
		if rapid.Bool().Draw(t, "to") {
			x.to = &inner{Name: "other"}
		}
		return x
	}
	x := thing{Yes: rapid.Bool().Draw(t, "yes"), A: rapid.Int8().Draw(t, "a"), b: rapid.Int16().Draw(t, "b"), c: rapid.Int32().Draw(t, "c"), D: rapid.Int64().Draw(t, "d"),
		e: rapid.Uint16().Draw(t, "e"), F: rapid.Uint64().Draw(t, "f"), Color: color(rapid.Uint8().Draw(t, "color")), sum: [4]byte{1, 2, byte(deep)}, pair: [2]int32{-1, math.MaxInt32},
		Text: rapid.String().Draw(t, "text"), texts: texts.Draw(t, "texts")}
	x.nested.x, x.nested.y = math.MinInt, math.MaxInt
	if rapid.Bool().Draw(t, "list") {
		x.list = []inner{}
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			x.list = append(x.list, named())
		}
	}
	if rapid.Bool().Draw(t, "marks") {
		x.Marks = map[string]inner{}
		for _, k := range rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "keys") {
			x.Marks[k] = named()
		}
	}
	if deep > 0 && rapid.Bool().Draw(t, "next") {
		next := draw(t, deep-1)
		x.next = &next
	}
	return x
}

// What is put on a shelf comes back as it was, field by field.
func TestComesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "some", "x.shelf")
	rapid.Check(t, func(t *rapid.T) {
		things := map[Key]*thing{}
		for i := range rapid.IntRange(0, 4).Draw(t, "things") {
			x := draw(t, 2)
			things[Key{byte(i)}] = &x
		}
		if err := Save(path, len(things), maps.All(things)); err != nil {
			t.Fatal(err)
		}
		s := Open[thing](path)
		for key, want := range things {
			if got, ok := s.Get(key); !ok || !reflect.DeepEqual(got, *want) {
				t.Fatalf("%+v came back as %+v, %v", *want, got, ok)
			}
		}
		if _, ok := s.Get(Key{99}); ok || s.Has(Key{99}) {
			t.Fatal("what nobody put there is there")
		}
	})
}

// A value whose texts were gathered is the same, and keeps alive no more than
// they are.
func TestGather(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := draw(t, 2)
		var w writer
		shapeOf[thing]().put(&w, unsafe.Pointer(&x))
		Gather(&x)
		var was thing
		shapeOf[thing]().get(&reader{text: string(w.text)}, unsafe.Pointer(&was))
		if !reflect.DeepEqual(x, was) {
			t.Fatalf("%+v became %+v", was, x)
		}
	})
	whole := strings.Repeat("one two one ", 100)
	x := thing{Text: whole[:3], texts: []string{whole[4:7], ""}, list: []inner{{Name: whole[8:11]}}}
	Gather(&x)
	if unsafe.StringData(x.Text) != unsafe.StringData(x.list[0].Name) || unsafe.StringData(x.Text) == unsafe.StringData(whole) {
		t.Error("a text stands there twice, or where it was cut from")
	}
}

// A shelf that was damaged anywhere loses what was damaged, and gives nothing
// that was not put there.
func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.shelf")
	things := map[Key]*thing{{1}: {Text: "one", texts: []string{"a", "b"}}, {2}: {Text: "two", F: 7}}
	if err := Save(path, len(things), maps.All(things)); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	look := func(what string, i int, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := Open[thing](path)
		for key, want := range things {
			if got, ok := s.Get(key); ok && !reflect.DeepEqual(got, *want) {
				t.Errorf("%s at %d, %+v comes back as %+v", what, i, *want, got)
			}
		}
	}
	for i := range whole {
		look("cut off", i, whole[:i])
		for _, bit := range []byte{1, 0x80} {
			data := append([]byte(nil), whole...)
			data[i] ^= bit
			look("damaged", i, data)
		}
	}
}

// FuzzReader reads any text as a value: it gives one or none, and never more
// than the text has room for.
func FuzzReader(f *testing.F) {
	var w writer
	x := thing{Text: "text", list: []inner{{Name: "a"}}, Marks: map[string]inner{"k": {count: -1}}, next: &thing{}}
	shapeOf[thing]().put(&w, reflect.ValueOf(&x).UnsafePointer())
	f.Add(string(w.text))
	f.Add("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	f.Fuzz(func(t *testing.T, text string) {
		var got thing
		r := reader{text: text}
		shapeOf[thing]().get(&r, reflect.ValueOf(&got).UnsafePointer())
		if len(got.Text) > len(text) || len(got.list) > len(text) || len(got.texts) > len(text) || len(got.Marks) > len(text) {
			t.Errorf("more came out than was there")
		}
		if !r.bad && len(r.text) == 0 { // a whole value is read again as itself
			var w writer
			shapeOf[thing]().put(&w, reflect.ValueOf(&got).UnsafePointer())
			var again thing
			shapeOf[thing]().get(&reader{text: string(w.text)}, reflect.ValueOf(&again).UnsafePointer())
			if !reflect.DeepEqual(got, again) {
				t.Errorf("%+v is read again as %+v", got, again)
			}
		}
	})
}

// Shelves that nobody asks for are thrown away; other files stay.
func TestPrunes(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * kept)
	for _, name := range []string{"old.shelf", "123.new", "mine.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := Save(filepath.Join(dir, "new.shelf"), 0, maps.All(map[Key]*thing{})); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{"old.shelf": false, "123.new": false, "mine.txt": true, "new.shelf": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
			t.Errorf("%s: stays is %v", name, err == nil)
		}
	}
}

// What cannot be kept is told while the program is written, not when it runs.
func TestCannotHold(t *testing.T) {
	for name, make := range map[string]func(){
		"a function":             func() { shapeOf[func()]() },
		"an interface":           func() { shapeOf[struct{ x any }]() },
		"items of no size":       func() { shapeOf[[]struct{}]() },
		"keys that are no texts": func() { shapeOf[map[int]string]() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a shelf seems to hold %s", name)
				}
			}()
			make()
		}()
	}
}
