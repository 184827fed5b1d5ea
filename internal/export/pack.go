package export

import (
	"archive/zip"
	"io"
	"io/fs"
	"time"

	"github.com/klauspost/compress/flate"
)

// A pack is the archive that a workbook is. Sheets are written into it by us, row
// by row, so that nothing of them stays in memory, and with the decimals of an
// amount as they are: the library keeps what it writes, and knows whole numbers and
// floats only, and no float may hold an amount. What is around them it writes
// itself. All parts stand in one order and at one time, so that the same workbook is
// the same bytes.
type pack struct {
	zip  *zip.Writer
	have map[string]bool // parts that are written
}

func newPack(w io.Writer) *pack {
	p := &pack{zip: zip.NewWriter(w), have: map[string]bool{}}
	press, err := flate.NewWriter(nil, flate.BestSpeed) // of one part after the other, since it is large
	p.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		press.Reset(w)
		return press, err
	})
	return p
}

// Create begins a part; the one before has ended. The library has a sheet of its
// own for each that is written already.
func (p *pack) Create(name string) (io.Writer, error) {
	if p.have[name] {
		return io.Discard, nil
	}
	p.have[name] = true
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	h.Modified = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // the first day that an archive knows
	return p.zip.CreateHeader(h)
}

// AddFS is never asked for.
func (p *pack) AddFS(fs.FS) error { return fs.ErrInvalid }

// Close ends the archive.
func (p *pack) Close() error { return p.zip.Close() }
