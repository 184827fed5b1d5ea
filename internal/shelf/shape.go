package shelf

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"charterhouse/internal/facts"
)

// A shape writes and reads the values of one type. It is worked out once from
// the type, unexported fields included: what a value is, not what it shows. The
// reader writes through pointers into memory of the very type that it was made
// for, and never past what it reads.
type shape struct {
	put   func(w *writer, at unsafe.Pointer)
	get   func(r *reader, at unsafe.Pointer)
	texts func(g *gathering, at unsafe.Pointer) // finds them; nil where there are none
	parts []part                                // of a struct
}

// A part is a field of a struct, or of a struct that lies in it.
type part struct {
	offset uintptr
	*shape
}

var shapes struct {
	sync.Mutex
	known map[reflect.Type]*shape
}

func shapeOf[T any]() *shape {
	shapes.Lock()
	defer shapes.Unlock()
	if shapes.known == nil {
		shapes.known = map[reflect.Type]*shape{}
	}
	return shaped(reflect.TypeFor[T]())
}

// shaped finds or makes the shape of a type. It is entered before it is made,
// since a type may hold itself.
func shaped(t reflect.Type) *shape {
	if s := shapes.known[t]; s != nil {
		return s
	}
	s := &shape{}
	shapes.known[t] = s
	switch t.Kind() {
	case reflect.Bool:
		s.put = func(w *writer, at unsafe.Pointer) { w.number(uint64(*(*uint8)(at))) }
		s.get = func(r *reader, at unsafe.Pointer) { *(*bool)(at) = r.number() != 0 }
	case reflect.Int:
		signed[int](s)
	case reflect.Int8:
		signed[int8](s)
	case reflect.Int16:
		signed[int16](s)
	case reflect.Int32:
		signed[int32](s)
	case reflect.Int64:
		signed[int64](s)
	case reflect.Uint:
		unsigned[uint](s)
	case reflect.Uint8:
		unsigned[uint8](s)
	case reflect.Uint16:
		unsigned[uint16](s)
	case reflect.Uint32:
		unsigned[uint32](s)
	case reflect.Uint64:
		unsigned[uint64](s)
	case reflect.String:
		s.put = func(w *writer, at unsafe.Pointer) { w.string(*(*string)(at)) }
		s.get = func(r *reader, at unsafe.Pointer) { *(*string)(at) = r.string() }
		s.texts = func(g *gathering, at unsafe.Pointer) { g.add((*string)(at)) }
	case reflect.Struct:
		if t == reflect.TypeFor[facts.Mark]() {
			s.mark()
		} else {
			s.fields(t)
		}
	case reflect.Array:
		s.array(t)
	case reflect.Slice:
		s.slice(t)
	case reflect.Map:
		s.mapping(t)
	case reflect.Pointer:
		s.pointer(t)
	default:
		panic(fmt.Sprintf("a shelf cannot hold %s", t)) // a test holds every type that is kept
	}
	return s
}

func unsigned[N uint | uint8 | uint16 | uint32 | uint64](s *shape) {
	s.put = func(w *writer, at unsafe.Pointer) { w.number(uint64(*(*N)(at))) }
	s.get = func(r *reader, at unsafe.Pointer) { *(*N)(at) = N(r.number()) }
}

// signed keeps small numbers short, negative ones too.
func signed[N int | int8 | int16 | int32 | int64](s *shape) {
	s.put = func(w *writer, at unsafe.Pointer) {
		n := int64(*(*N)(at))
		w.number(uint64(n<<1) ^ uint64(n>>63))
	}
	s.get = func(r *reader, at unsafe.Pointer) {
		n := r.number()
		*(*N)(at) = N(int64(n>>1) ^ -int64(n&1))
	}
}

// mark writes a place, of which a value has hundreds.
func (s *shape) mark() {
	s.put = func(w *writer, at unsafe.Pointer) {
		m := *(*facts.Mark)(at)
		if w.anywhere && m.Written() {
			m = facts.Mark{Line: 1}
		}
		w.number(uint64(uint32(m.Line)))
		w.number(uint64(uint32(m.Col)))
	}
	s.get = func(r *reader, at unsafe.Pointer) {
		*(*facts.Mark)(at) = facts.Mark{Line: int32(uint32(r.number())), Col: int32(uint32(r.number()))}
	}
}

func (s *shape) fields(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		of := shaped(f.Type)
		if of.parts == nil {
			s.parts = append(s.parts, part{f.Offset, of})
		}
		for _, inner := range of.parts {
			s.parts = append(s.parts, part{f.Offset + inner.offset, inner.shape})
		}
	}
	all := s.parts
	s.put = func(w *writer, at unsafe.Pointer) {
		for _, f := range all {
			f.put(w, unsafe.Add(at, f.offset))
		}
	}
	s.get = func(r *reader, at unsafe.Pointer) {
		for _, f := range all {
			f.get(r, unsafe.Add(at, f.offset))
		}
	}
	s.texts = func(g *gathering, at unsafe.Pointer) {
		for _, f := range all {
			if f.texts != nil {
				f.texts(g, unsafe.Add(at, f.offset))
			}
		}
	}
}

func (s *shape) array(t reflect.Type) {
	of, size, n := shaped(t.Elem()), t.Elem().Size(), t.Len()
	if t.Elem().Kind() == reflect.Uint8 { // digests are as they are
		s.put = func(w *writer, at unsafe.Pointer) { w.text = append(w.text, unsafe.Slice((*byte)(at), n)...) }
		s.get = func(r *reader, at unsafe.Pointer) { copy(unsafe.Slice((*byte)(at), n), r.take(n)) }
		return
	}
	s.put = func(w *writer, at unsafe.Pointer) {
		for i := range n {
			of.put(w, unsafe.Add(at, uintptr(i)*size))
		}
	}
	s.get = func(r *reader, at unsafe.Pointer) {
		for i := range n {
			of.get(r, unsafe.Add(at, uintptr(i)*size))
		}
	}
	s.texts = func(g *gathering, at unsafe.Pointer) { g.items(of, at, n, size) }
}

// items is how any slice lies in memory.
type items struct {
	first    unsafe.Pointer
	len, cap int
}

// slice tells a nil slice from an empty one.
func (s *shape) slice(t reflect.Type) {
	if t.Elem().Size() == 0 {
		panic(fmt.Sprintf("a shelf cannot hold %s: its items take no room", t)) // so many of them could be made of nothing
	}
	of, size := shaped(t.Elem()), t.Elem().Size()
	s.put = func(w *writer, at unsafe.Pointer) {
		all := (*items)(at)
		if all.first == nil {
			w.number(0)
			return
		}
		w.number(uint64(all.len) + 1)
		for i := range all.len {
			of.put(w, unsafe.Add(all.first, uintptr(i)*size))
		}
	}
	s.get = func(r *reader, at unsafe.Pointer) {
		n, ok := r.length()
		if !ok {
			return
		}
		all := (*items)(at)
		*all = items{reflect.MakeSlice(t, n, n).UnsafePointer(), n, n}
		for i := range n {
			of.get(r, unsafe.Add(all.first, uintptr(i)*size))
		}
	}
	s.texts = func(g *gathering, at unsafe.Pointer) {
		all := (*items)(at)
		g.items(of, all.first, all.len, size)
	}
}

// mapping writes a map in the order of its keys, which are texts.
func (s *shape) mapping(t reflect.Type) {
	if t.Key().Kind() != reflect.String {
		panic(fmt.Sprintf("a shelf cannot hold %s: its keys are no texts", t))
	}
	key, of := shaped(t.Key()), shaped(t.Elem())
	s.put = func(w *writer, at unsafe.Pointer) {
		v := reflect.NewAt(t, at).Elem()
		if v.IsNil() {
			w.number(0)
			return
		}
		w.number(uint64(v.Len()) + 1)
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			w.string(k.String())
			item := reflect.New(t.Elem())
			item.Elem().Set(v.MapIndex(k))
			of.put(w, item.UnsafePointer())
		}
	}
	s.get = func(r *reader, at unsafe.Pointer) {
		n, ok := r.length()
		if !ok {
			return
		}
		v := reflect.MakeMapWithSize(t, n)
		k, item := reflect.New(t.Key()), reflect.New(t.Elem())
		for range n {
			item.Elem().SetZero()
			key.get(r, k.UnsafePointer())
			of.get(r, item.UnsafePointer())
			v.SetMapIndex(k.Elem(), item.Elem())
		}
		reflect.NewAt(t, at).Elem().Set(v)
	}
}

func (s *shape) pointer(t reflect.Type) {
	of := shaped(t.Elem())
	s.put = func(w *writer, at unsafe.Pointer) {
		to := *(*unsafe.Pointer)(at)
		if to == nil {
			w.number(0)
			return
		}
		w.number(1)
		of.put(w, to)
	}
	s.get = func(r *reader, at unsafe.Pointer) {
		if r.number() == 0 || r.bad {
			return
		}
		to := reflect.New(t.Elem()).UnsafePointer()
		*(*unsafe.Pointer)(at) = to
		of.get(r, to)
	}
	s.texts = func(g *gathering, at unsafe.Pointer) {
		if to := *(*unsafe.Pointer)(at); to != nil && of.texts != nil {
			of.texts(g, to)
		}
	}
}

// A writer gathers the text of a value.
type writer struct {
	text     []byte
	anywhere bool // a place says only whether it is one
}

func (w *writer) number(n uint64) {
	for n >= 0x80 {
		w.text = append(w.text, byte(n)|0x80)
		n >>= 7
	}
	w.text = append(w.text, byte(n))
}

func (w *writer) string(s string) {
	w.number(uint64(len(s)))
	w.text = append(w.text, s...)
}

// A reader takes a text apart. Once it has met what cannot be, it gives zeroes.
type reader struct {
	text string
	bad  bool
}

func (r *reader) number() (n uint64) {
	if len(r.text) > 0 && r.text[0] < 0x80 { // as nearly all are
		n, r.text = uint64(r.text[0]), r.text[1:]
		return n
	}
	for i := 0; i < len(r.text); i++ {
		c := r.text[i]
		n |= uint64(c&0x7f) << (7 * uint(i))
		if c < 0x80 {
			r.text = r.text[i+1:]
			return n
		}
		if i == 9 {
			break
		}
	}
	r.fail()
	return 0
}

// length reads how many items follow; not ok for a nil slice or map. Each item
// takes a byte at least, so a length can ask for no more room than the text has.
func (r *reader) length() (int, bool) {
	n := r.number()
	if n == 0 {
		return 0, false
	}
	if n-1 > uint64(len(r.text)) || n > math.MaxInt32 {
		r.fail()
		return 0, false
	}
	return int(n - 1), true
}

func (r *reader) string() string { return r.take(int(min(r.number(), math.MaxInt32))) }

func (r *reader) take(n int) string {
	if n > len(r.text) {
		r.fail()
		return ""
	}
	s := r.text[:n]
	r.text = r.text[n:]
	return s
}

func (r *reader) fail() { r.text, r.bad = "", true }
