// Package shelf keeps on disk what was worked out once from bytes, so that the
// next run of the program need not do it again.
//
// A [Shelf] is one file in the user's cache folder, with a value for each key; a
// key is the digest of everything that the value was made from. It holds for one
// build of the program: another one, whose values may look different, finds it
// empty. Nothing depends on it. It may be deleted at any time, a damaged entry is
// as good as none, two programs may use it at once, and the shelf of a folder
// that nobody has looked at for a month is thrown away.
//
// Values are written as their types lie in memory, field by field, so that they
// come back in a tenth of the time that it takes to parse a charter. The texts
// of a value that was taken from a shelf are parts of the file's one text.
package shelf

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// A Key is the digest of what a value was made from.
type Key [32]byte

// A Shelf holds values of one type. It is safe for concurrent use.
type Shelf[T any] struct {
	text  string // the whole file
	where map[Key]place
}

type place struct{ from, until int }

// The head of the file: a name, the build of the program, and how many entries
// follow. An entry's head is its key, its length and its sum.
const (
	magic = "charterhouse shelf 1\n"
	head  = len(magic) + 32 + 8
	label = 32 + 4 + 4
)

// kept is how long a shelf is kept that nobody asks for.
const kept = 30 * 24 * time.Hour

// Path is the shelf of a folder, an absolute path of this machine; empty where
// the user has no cache folder.
func Path(folder string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(folder))
	return filepath.Join(dir, "charterhouse", hex.EncodeToString(sum[:12])+Ending)
}

// Ending is what the names of shelves end in.
const Ending = ".shelf"

// Open reads the shelf at path. Whatever is wrong with it, it is empty then.
func Open[T any](path string) *Shelf[T] {
	s := &Shelf[T]{}
	mark, err := build()
	if err != nil {
		return s
	}
	data, err := os.ReadFile(path)
	if err != nil || len(data) < head || string(data[:len(magic)]) != magic || string(data[len(magic):len(magic)+32]) != string(mark[:]) {
		return s
	}
	s.text = unsafe.String(&data[0], len(data)) // nobody else has data, so it never changes
	s.index(binary.LittleEndian.Uint64(data[head-8:]))
	now := time.Now()
	_ = os.Chtimes(path, now, now) // it is in use; whether that is noted does not matter
	return s
}

// index finds the entries. Those behind a length that cannot be are lost.
func (s *Shelf[T]) index(count uint64) {
	s.where = make(map[Key]place, min(count, uint64(len(s.text)/label)))
	for at := head; at+label <= len(s.text); {
		n := int(binary.LittleEndian.Uint32([]byte(s.text[at+32 : at+36])))
		if n > len(s.text)-at-label {
			return
		}
		s.where[Key([]byte(s.text[at:at+32]))] = place{at, at + label + n}
		at += label + n
	}
}

// Get returns the value of a key. No shelf is an empty one.
func (s *Shelf[T]) Get(key Key) (value T, ok bool) {
	if s == nil {
		return value, false
	}
	at, ok := s.where[key]
	if !ok {
		return value, false
	}
	text := s.text[at.from+label : at.until]
	if crc32.Checksum(unsafe.Slice(unsafe.StringData(text), len(text)), castagnoli) != binary.LittleEndian.Uint32([]byte(s.text[at.from+36:at.from+40])) {
		return value, false
	}
	r := reader{text: text}
	shapeOf[T]().get(&r, unsafe.Pointer(&value))
	if r.bad || len(r.text) > 0 {
		var none T
		return none, false
	}
	return value, true
}

// Keys goes through the keys that there are values for, in no order.
func (s *Shelf[T]) Keys() iter.Seq[Key] {
	if s == nil {
		return func(func(Key) bool) {}
	}
	return maps.Keys(s.where)
}

// Has reports whether there is a value for a key.
func (s *Shelf[T]) Has(key Key) bool {
	_, ok := s.where[key]
	return ok
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Save writes a shelf with the values of all in the place of the one at path.
// Shelves of long ago go away.
func Save[T any](path string, count int, all iter.Seq2[Key, *T]) error {
	mark, err := build()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "*.new") // for the user's eyes only
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	_, err = fmt.Fprintf(out, "%s%s%s", magic, mark[:], binary.LittleEndian.AppendUint64(nil, uint64(count)))
	if err == nil {
		err = write(out, all)
	}
	if err = errors.Join(err, out.Flush(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("cache: %w", err)
	}
	prune(filepath.Dir(path))
	return nil
}

func write[T any](out io.Writer, all iter.Seq2[Key, *T]) error {
	shape := shapeOf[T]()
	var w writer
	for key, value := range all {
		w.text = append(w.text[:0], key[:]...)
		w.text = append(w.text, make([]byte, label-32)...)
		shape.put(&w, unsafe.Pointer(value))
		text := w.text[label:]
		binary.LittleEndian.PutUint32(w.text[32:], uint32(len(text)))
		binary.LittleEndian.PutUint32(w.text[36:], crc32.Checksum(text, castagnoli))
		if _, err := out.Write(w.text); err != nil {
			return err
		}
	}
	return nil
}

// Sum is a digest of a value, whatever it lies in: of what it is, not what it shows,
// and wherever in its file it was written.
func Sum[T any](value *T) [32]byte {
	w := writers.Get().(*writer)
	defer writers.Put(w)
	w.text = w.text[:0]
	shapeOf[T]().put(w, unsafe.Pointer(value))
	return sha256.Sum256(w.text)
}

var writers = sync.Pool{New: func() any { return &writer{anywhere: true} }}

// prune removes shelves that nobody has opened for long, and what a program
// that was killed left behind.
func prune(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		ours := strings.HasSuffix(e.Name(), Ending) || strings.HasSuffix(e.Name(), ".new")
		if err == nil && ours && info.Mode().IsRegular() && time.Since(info.ModTime()) > kept {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// build is the digest of the running program.
var build = sync.OnceValues(func() (sum [32]byte, err error) {
	path, err := os.Executable()
	if err != nil {
		return sum, err
	}
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	return [32]byte(h.Sum(nil)), nil
})
