package export

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A pack is the archive that a workbook is. It does two things that the library
// does not: the parts stand in one order and at one time, so that the same
// workbook is the same bytes; and amounts get their decimal point. The library
// knows whole numbers and floats, and no float may hold an amount, so amounts
// go in as whole minor units, and the style of a cell says how many of its
// digits are decimals.
type pack struct {
	w     io.Writer
	shift map[int]int // by style: how many digits are decimals
	parts []*packed
	press *flate.Writer // of one part after the other, since it is large
}

// A packed is one part of the archive, compressed.
type packed struct {
	name  string
	data  bytes.Buffer
	press *flate.Writer
	sum   uint32
	size  uint64
	rest  []byte // of a sheet: a cell that has not ended
	shift map[int]int
}

// Create begins a part; the one before has ended.
func (p *pack) Create(name string) (io.Writer, error) {
	if err := p.end(); err != nil {
		return nil, err
	}
	part := &packed{name: name}
	if strings.HasPrefix(name, "xl/worksheets/") {
		part.shift = p.shift
	}
	if p.press == nil {
		p.press, _ = flate.NewWriter(nil, flate.BestSpeed) // fails only for a level that is none
	}
	p.press.Reset(&part.data)
	part.press = p.press
	p.parts = append(p.parts, part)
	return part, nil
}

// AddFS is never asked for.
func (p *pack) AddFS(fs.FS) error { return fs.ErrInvalid }

// end ends the part that was begun last.
func (p *pack) end() error {
	if len(p.parts) == 0 {
		return nil
	}
	return p.parts[len(p.parts)-1].end()
}

// Close writes the archive.
func (p *pack) Close() error {
	if err := p.end(); err != nil {
		return err
	}
	slices.SortFunc(p.parts, func(a, b *packed) int { return cmp.Compare(a.name, b.name) })
	out := zip.NewWriter(p.w)
	for _, part := range p.parts {
		h := &zip.FileHeader{Name: part.name, Method: zip.Deflate, CRC32: part.sum, CompressedSize64: uint64(part.data.Len()), UncompressedSize64: part.size}
		h.Modified = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // the first day that an archive knows
		w, err := out.CreateRaw(h)
		if err != nil {
			return err
		}
		if _, err := part.data.WriteTo(w); err != nil {
			return err
		}
	}
	return out.Close()
}

// Write takes the text of a part.
func (p *packed) Write(text []byte) (int, error) {
	if p.shift == nil {
		return len(text), p.put(text)
	}
	n := len(text)
	if len(p.rest) > 0 {
		text = append(p.rest, text...)
	}
	whole := max(bytes.LastIndex(text, []byte("</c>")), 0)
	if err := p.cells(text[:whole]); err != nil {
		return 0, err
	}
	p.rest = bytes.Clone(text[whole:])
	return n, nil
}

func (p *packed) put(text []byte) error {
	p.sum = crc32.Update(p.sum, crc32.IEEETable, text)
	p.size += uint64(len(text))
	_, err := p.press.Write(text)
	return err
}

func (p *packed) end() error {
	if err := p.put(p.rest); err != nil {
		return err
	}
	return p.press.Close()
}

// cells puts the points into the numbers of whole cells. What an author wrote
// cannot look like one: in a text < is written &lt;.
func (p *packed) cells(text []byte) error {
	last := 0
	for at := 0; ; {
		n := bytes.Index(text[at:], []byte("<v>"))
		if n < 0 {
			break
		}
		value := at + n + len("<v>")
		end := value + bytes.IndexByte(text[value:], '<')
		open := bytes.LastIndex(text[:value], []byte("<c "))
		decimals := p.shift[styleOf(text[open:value])]
		at = end
		if decimals == 0 {
			continue
		}
		if err := p.put(text[last:value]); err != nil {
			return err
		}
		if err := p.put(withPoint(text[value:end], decimals)); err != nil {
			return err
		}
		last = end
	}
	return p.put(text[last:])
}

// styleOf reads the style out of a cell's tag.
func styleOf(tag []byte) int {
	_, rest, ok := bytes.Cut(tag, []byte(` s="`))
	if !ok {
		return 0
	}
	digits, _, _ := bytes.Cut(rest, []byte(`"`))
	n, _ := strconv.Atoi(string(digits))
	return n
}

// withPoint puts a point before the last digits of a whole number, and leaves
// out what says nothing.
func withPoint(digits []byte, decimals int) []byte {
	sign := ""
	if rest, ok := bytes.CutPrefix(digits, []byte("-")); ok {
		sign, digits = "-", rest
	}
	text := string(digits)
	if len(text) <= decimals {
		text = strings.Repeat("0", decimals+1-len(text)) + text
	}
	cut := len(text) - decimals
	return []byte(sign + strings.TrimRight(strings.TrimRight(text[:cut]+"."+text[cut:], "0"), "."))
}

// decimalsOf says how many digits of a whole number are decimals in a format:
// as many as it shows. Percentages are counted in thousandths of a per cent,
// however many of them show. A format of two parts is that of a number that has
// its point.
func decimalsOf(format string) int {
	if strings.Contains(format, ";") {
		return 0
	}
	if strings.HasSuffix(format, "%") {
		return 5
	}
	_, frac, _ := strings.Cut(format, ".")
	return len(frac)
}

func int64Of(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64) // of at most fifteen digits
	return n
}
