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

	writer func(w io.Writer, best bool) io.WriteCloser
}

// Packings are all that we write, in the order that a server should prefer.
// Endings are those that nginx and Caddy look for.
var Packings = []Packing{
	{"br", ".br", func(w io.Writer, best bool) io.WriteCloser {
		if best { // thirty times slower than the next, so only for what stays
			return brotli.NewWriterLevel(w, brotli.BestCompression)
		}
		return brotli.NewWriterLevel(w, 9)
	}},
	{"zstd", ".zst", func(w io.Writer, _ bool) io.WriteCloser {
		// One goroutine for the same bytes everywhere, and a window that every
		// browser grants.
		z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(8<<20))
		if err != nil {
			panic(err) // the options are constants
		}
		return z
	}},
	{"gzip", ".gz", func(w io.Writer, _ bool) io.WriteCloser {
		z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
		if err != nil {
			panic(err) // so is the level
		}
		return z
	}},
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
	w := p.writer(b, Hashed(name))
	if _, err := w.Write(data); err != nil {
		return nil // a buffer takes everything
	}
	if err := w.Close(); err != nil || b.Len() >= len(data) {
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
