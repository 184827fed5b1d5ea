package export

import (
	"archive/zip"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
)

// A pack is the archive that a workbook is. Sheets are written into it by us, row
// by row, so that little of them stays in memory, and with the decimals of an
// amount as they are: the library keeps what it writes, and knows whole numbers and
// floats only, and no float may hold an amount. What is around them it writes
// itself. All parts stand in one order and at one time, so that the same workbook is
// the same bytes.
type pack struct {
	zip   *zip.Writer
	have  map[string]bool // parts that are written
	press *flate.Writer   // of one part after the other, since it is large
}

func newPack(w io.Writer) *pack {
	press, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // there is such a level
	}
	p := &pack{have: map[string]bool{}, press: press}
	p.zip = p.archive(w)
	return p
}

func (p *pack) archive(w io.Writer) *zip.Writer {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		p.press.Reset(w)
		return p.press, nil
	})
	return z
}

func create(z *zip.Writer, name string) (io.Writer, error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	h.Modified = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // the first day that an archive knows
	return z.CreateHeader(h)
}

// bind makes a part that can be put into archives as it is: one of its own, with
// nothing else in it. It comes before what the library writes.
func (p *pack) bind(name string, write func(io.Writer) error) (string, error) {
	var b strings.Builder
	z := p.archive(&b)
	w, err := create(z, name)
	if err == nil {
		err = write(w)
	}
	if err == nil {
		err = z.Close()
	}
	return b.String(), err
}

// put writes a part that was bound.
func (p *pack) put(part string) error {
	z, err := zip.NewReader(strings.NewReader(part), int64(len(part)))
	if err != nil {
		return err
	}
	for _, f := range z.File {
		p.have[f.Name] = true
		if err := p.zip.Copy(f); err != nil {
			return err
		}
	}
	return nil
}

// Create begins a part; the one before has ended. The library has a sheet of its
// own for each that is written already.
func (p *pack) Create(name string) (io.Writer, error) {
	if p.have[name] {
		return io.Discard, nil
	}
	p.have[name] = true
	return create(p.zip, name)
}

// AddFS is never asked for.
func (p *pack) AddFS(fs.FS) error { return fs.ErrInvalid }

// Close ends the archive.
func (p *pack) Close() error { return p.zip.Close() }
