package serve

import (
	"container/list"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/singleflight"

	"charterhouse/internal/wire"
)

// Limits: what is very large is read once a month.
const (
	packedLimit = 64 << 20 // bytes of packed texts that are kept
	mostPacked  = 16 << 20
)

// packed keeps texts in packed form, by the digest of what they were. The ones
// that nobody asked for the longest go first.
type packed struct {
	limit  int
	flight singleflight.Group

	mu    sync.Mutex
	size  int
	order *list.List // of *parcel, the last one asked for in front
	kept  map[string]*list.Element
}

type parcel struct {
	key  string
	data []byte
}

func newPacked(limit int) *packed {
	return &packed{limit: limit, order: list.New(), kept: map[string]*list.Element{}}
}

// pick returns the best form that the browser takes, and the bytes in it, or
// nothing where the file as it is would be better.
func (p *packed) pick(v *version, name string, file *os.File, info fs.FileInfo, digest, accepts string) (form string, data []byte) {
	if info.Size() > mostPacked {
		return "", nil
	}
	for _, f := range wire.Packings {
		if !takes(accepts, f.Name) {
			continue
		}
		key := digest + f.Ending
		data, ok := p.get(key)
		if !ok {
			made, err, _ := p.flight.Do(key, func() (any, error) { return p.make(v, name, file, info, f) })
			if err != nil {
				continue
			}
			data = made.([]byte)
			p.put(key, data)
		}
		if len(data) > 0 {
			return f.Name, data
		}
	}
	return "", nil
}

// make reads the packed file that stands beside, or packs. Nothing is an answer,
// too: the text does not get smaller.
func (p *packed) make(v *version, name string, file *os.File, info fs.FileInfo, form wire.Packing) ([]byte, error) {
	if beside, about, err := v.open(name + form.Ending); err == nil {
		defer beside.Close()
		if about.Size() < info.Size() && !about.ModTime().Before(info.ModTime()) {
			return io.ReadAll(beside)
		}
	}
	text := make([]byte, info.Size())
	if _, err := io.ReadFull(io.NewSectionReader(file, 0, info.Size()), text); err != nil {
		return nil, err
	}
	return form.Pack(name, text), nil
}

func (p *packed) get(key string) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.kept[key]
	if !ok {
		return nil, false
	}
	p.order.MoveToFront(e)
	return e.Value.(*parcel).data, true
}

func (p *packed) put(key string, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.kept[key]; ok || len(data) > p.limit/4 {
		return
	}
	p.kept[key] = p.order.PushFront(&parcel{key, data})
	p.size += len(data) + len(key)
	for p.size > p.limit {
		last := p.order.Remove(p.order.Back()).(*parcel)
		delete(p.kept, last.key)
		p.size -= len(last.data) + len(last.key)
	}
}

// takes reports whether a browser takes a form, by its Accept-Encoding.
func takes(accepts, form string) bool {
	for one := range strings.SplitSeq(accepts, ",") {
		words := strings.Split(one, ";")
		if !strings.EqualFold(strings.TrimSpace(words[0]), form) {
			continue
		}
		return !slices.ContainsFunc(words[1:], func(w string) bool {
			q, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(w)), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return ok && (err != nil || weight <= 0)
		})
	}
	return false
}
