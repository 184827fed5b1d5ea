package wire

import (
	"bytes"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A Packing is one way to pack a file.
type Packing struct {
	Name   string // in Content-Encoding
	Ending string // of the file beside the plain one

	pack func(to *bytes.Buffer, data []byte, best bool)
}

// Packings are all that we write, in the order that a server should prefer.
// Endings are those that nginx and Caddy look for.
var Packings = []Packing{
	{"br", ".br", func(to *bytes.Buffer, data []byte, best bool) {
		if best { // thirty times slower than the next, so only for what stays
			with(&brotliBest, to, data)
		} else {
			with(&brotliGood, to, data)
		}
	}},
	{"zstd", ".zst", func(to *bytes.Buffer, data []byte, _ bool) { to.Write(zstdWriter().EncodeAll(data, nil)) }},
	{"gzip", ".gz", func(to *bytes.Buffer, data []byte, _ bool) { with(&gzipBest, to, data) }},
}

// Writers are used again: making one costs more than packing a page.
var (
	brotliBest = sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, brotli.BestCompression) }}
	brotliGood = sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, 9) }}
	gzipBest   = sync.Pool{New: func() any { return must(gzip.NewWriterLevel(nil, gzip.BestCompression)) }}
	zstdWriter = sync.OnceValue(func() *zstd.Encoder { // a window that every browser grants
		return must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20)))
	})
)

// must takes what constant options cannot fail to give.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// with packs by a writer of the pool. A buffer takes everything, so nothing
// fails.
func with(pool *sync.Pool, to *bytes.Buffer, data []byte) {
	w := pool.Get().(interface {
		io.WriteCloser
		Reset(io.Writer)
	})
	defer pool.Put(w)
	w.Reset(to)
	_, _ = w.Write(data)
	_ = w.Close()
}

// Gzip is what every browser and tool can unpack.
var Gzip = Packings[2]

// smallest is the size from which packing saves a packet.
const smallest = 1 << 10

// Packs reports whether a file of this name and size is worth packing: pictures,
// fonts and workbooks are packed already.
func Packs(name string, size int64) bool {
	if size < smallest {
		return false
	}
	t, _, _ := strings.Cut(Type(name), ";")
	switch t {
	case "application/json", "application/manifest+json", "application/xml", "application/atom+xml", "application/yaml", "application/wasm", "image/svg+xml":
		return true
	}
	return strings.HasPrefix(t, "text/")
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Pack packs the bytes of a file; nil means that the plain file serves better.
// The same bytes give the same.
func (p Packing) Pack(name string, data []byte) []byte {
	if !Packs(name, int64(len(data))) {
		return nil
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	p.pack(b, data, Hashed(name))
	if b.Len() >= len(data) {
		return nil
	}
	return bytes.Clone(b.Bytes())
}

// Plain splits the name of a packed variant into the plain file's name and its
// packing.
func Plain(name string) (string, Packing, bool) {
	for _, p := range Packings {
		if plain, ok := strings.CutSuffix(name, p.Ending); ok && path.Ext(plain) != "" {
			return plain, p, true
		}
	}
	return name, Packing{}, false
}
