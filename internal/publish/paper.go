package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"sync"
)

// spill is how much of a file is held in memory before it goes to the disk.
const spill = 1 << 20

// A paper is a file while it is written. What is small stays in memory until
// its digest tells whether the last site had the same bytes; what is large goes
// to the disk as it comes.
type paper struct {
	disk disk
	to   string
	buf  *bytes.Buffer
	sum  hash.Hash
	size int64
	file io.WriteCloser // nil while everything is in buf
	err  error

	spilled bool // everything is on the disk

	pieces []piece
	before *os.File        // the last site's file, open while pieces are taken from it
	places map[string]span // of its pieces, by what they were made from
	block  []byte          // what is taken at a time
}

// A span is where a piece stands in a file.
type span struct{ from, size int64 }

var papers = sync.Pool{New: func() any { return &paper{buf: new(bytes.Buffer), sum: sha256.New()} }}

func newPaper(d disk, to string) *paper {
	p := papers.Get().(*paper)
	p.disk, p.to, p.size, p.file, p.err, p.spilled = d, to, 0, nil, nil, false
	p.pieces, p.before, p.places, p.block = nil, nil, nil, nil
	p.buf.Reset()
	p.sum.Reset()
	return p
}

func (p *paper) release() {
	if p.before != nil {
		p.before.Close() // it was read only
		p.before = nil
	}
	papers.Put(p)
}

// over lets pieces be carried over from the last site's file, if nobody touched it
// since.
func (p *paper) over(name string, f file) {
	before, err := os.Open(name)
	if err != nil {
		return
	}
	p.before = before // release closes it
	if info, err := before.Stat(); err != nil || !f.untouched(info) {
		return
	}
	places := make(map[string]span, len(f.Pieces))
	at := int64(0)
	for _, x := range f.Pieces {
		if x.Size < 0 {
			return
		}
		places[x.From] = span{at, x.Size}
		at += x.Size
	}
	if at == f.Size {
		p.places = places
	}
}

// Carry writes a piece that is made from inputs: as the last site's file has it,
// where it was made from the same, and else as write makes it.
func (p *paper) Carry(inputs string, write func(io.Writer) error) error {
	start := p.size
	var err error
	if at, ok := p.places[inputs]; ok {
		if p.block == nil {
			p.block = make([]byte, spill/4)
		}
		var n int64
		n, err = io.CopyBuffer(struct{ io.Writer }{p}, io.NewSectionReader(p.before, at.from, at.size), p.block)
		if err == nil && n < at.size {
			err = io.ErrUnexpectedEOF // somebody cuts it off right now
		}
	} else {
		err = write(p)
	}
	p.pieces = append(p.pieces, piece{inputs, p.size - start})
	return err
}

// Write takes bytes of the file. They are handed on in large pieces, since some
// files are written a few bytes at a time.
func (p *paper) Write(b []byte) (int, error) {
	if p.buf.Len()+len(b) > spill {
		p.put(p.buf.Bytes())
		p.buf.Reset()
	}
	if len(b) > spill {
		p.put(b)
	} else {
		p.buf.Write(b)
	}
	if p.err != nil {
		return 0, p.err
	}
	p.size += int64(len(b))
	return len(b), nil
}

// put brings bytes to the disk.
func (p *paper) put(b []byte) {
	if p.file == nil && p.err == nil {
		p.spilled = true
		p.file, p.err = p.disk.Create(p.to)
	}
	if p.err == nil {
		p.sum.Write(b)
		_, p.err = p.file.Write(b)
	}
}

func (p *paper) digest() string {
	if !p.spilled {
		p.sum.Write(p.buf.Bytes())
	}
	return hex.EncodeToString(p.sum.Sum(nil)[:16])
}

// finish ends the writing; what is large is whole on the disk then.
func (p *paper) finish() error {
	if p.file != nil {
		p.put(p.buf.Bytes())
		if err := p.file.Close(); p.err == nil {
			p.err = err
		}
		p.file = nil
	}
	return p.err
}

// save brings what is small to the disk, and returns the time of the file.
func (p *paper) save() (int64, error) {
	if !p.spilled {
		return p.disk.WriteFile(p.to, p.buf.Bytes())
	}
	info, err := os.Lstat(p.to)
	if err != nil {
		return 0, err
	}
	return info.ModTime().UnixNano(), nil
}
