package markdown

import (
	"sync"

	"github.com/klauspost/compress/s2"
)

// A prose is HTML and what stands behind it, packed where it is long: of a large
// portfolio the prose is most of what lives, and each is read a few times only.
type prose struct {
	kept string
	long int32 // how long kept is when it is unpacked; 0 where it is not packed
	html int32 // how much of that is HTML
}

// little is up to which length packing gains nothing.
const little = 256

func short(html string) prose { return prose{kept: html, html: int32(len(html))} }

// packed keeps all, of which so much is HTML.
func packed(all []byte, html int) prose {
	if len(all) <= little {
		return prose{kept: string(all), html: int32(html)}
	}
	p := papers.Get().(*paper)
	defer papers.Put(p)
	p.packed = s2.Encode(p.packed[:cap(p.packed)], all)
	return prose{string(p.packed), int32(len(all)), int32(html)}
}

// A paper is what a text is unpacked on. It goes back when nobody reads it any more.
type paper struct {
	packed, all []byte
	html, rest  []byte // parts of all
}

var papers = sync.Pool{New: func() any { return new(paper) }}

// open unpacks it.
func (t *prose) open() *paper {
	p := papers.Get().(*paper)
	if t.long == 0 {
		p.all = append(p.all[:0], t.kept...)
	} else {
		p.packed = append(p.packed[:0], t.kept...)
		all, err := s2.Decode(p.all[:cap(p.all)], p.packed)
		if err != nil {
			panic("markdown: " + err.Error()) // nobody but packed makes one
		}
		p.all = all
	}
	p.html, p.rest = p.all[:t.html:t.html], p.all[t.html:]
	return p
}

// Texts returns the plain text of each of d.Sections, normalised: NFC, runs of
// space collapsed to one space, no markup.
func (d *Document) Texts() []string {
	if len(d.Sections) == 0 {
		return nil
	}
	p := d.prose.open()
	defer papers.Put(p)
	all, rest := make([]string, len(d.Sections)), string(p.rest)
	for i, s := range d.Sections {
		all[i], rest = rest[:s.length], rest[s.length:]
	}
	return all
}
