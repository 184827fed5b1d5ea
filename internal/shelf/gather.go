package shelf

import (
	"sync"
	"unsafe"
)

// Gather makes the texts that a value holds parts of one text of its own, each
// that stands there twice once. The value then keeps nothing alive that it was cut
// from, and of ten thousand values each is not a hundred texts for the garbage
// collector to visit. Nobody else may have the value yet. Texts in maps stay as
// they are.
func Gather[T any](value *T) {
	g := gatherings.Get().(*gathering)
	defer gatherings.Put(g)
	shapeOf[T]().texts(g, unsafe.Pointer(value))
	g.join()
}

// A gathering is the texts of one value after the other.
type gathering struct {
	found []*string
	text  []byte         // what they say, each once
	where map[string]int // in text
}

var gatherings = sync.Pool{New: func() any { return &gathering{where: map[string]int{}} }}

func (g *gathering) add(s *string) {
	if *s == "" {
		return
	}
	g.found = append(g.found, s)
	if _, ok := g.where[*s]; !ok {
		g.where[*s] = len(g.text)
		g.text = append(g.text, *s...)
	}
}

// items adds the texts of n values that lie one behind the other.
func (g *gathering) items(of *shape, first unsafe.Pointer, n int, size uintptr) {
	if of.texts == nil {
		return
	}
	for i := range n {
		of.texts(g, unsafe.Add(first, uintptr(i)*size))
	}
}

// join lets each text found be a part of one, and forgets them.
func (g *gathering) join() {
	text := string(g.text)
	for _, s := range g.found {
		at := g.where[*s]
		*s = text[at : at+len(*s)]
	}
	clear(g.where)
	clear(g.found)
	g.found, g.text = g.found[:0], g.text[:0]
}
