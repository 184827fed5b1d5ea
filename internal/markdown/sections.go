package markdown

import (
	"bytes"
)

// sections returns the sections that the caller keeps. Their texts go behind the
// HTML.
func (r *renderer) sections() []Section {
	keep := r.opts.Keep
	if keep == nil {
		return nil
	}
	var kept []Section
	enter := func(h Heading, text []byte) {
		r.out = append(r.out, text...)
		kept = append(kept, Section{h, int32(len(text))})
	}
	if keep("") {
		enter(Heading{}, r.normalised(0, r.body))
	}
	for i, h := range r.outline {
		if !keep(h.Text) {
			continue
		}
		end := r.body
		for j := i + 1; j < len(r.outline); j++ {
			if r.outline[j].Level <= h.Level {
				end = min(end, r.starts[j].start)
				break
			}
		}
		enter(h, r.signed(r.starts[i].end, end))
	}
	return kept
}

// signed is normalised with the signs that stand in that part of the text: what
// is struck out is no longer said, though all of its words are there.
func (r *renderer) signed(start, end int) []byte {
	if len(r.signs) == 0 || start >= end {
		return r.normalised(start, end)
	}
	var text []byte
	add := func(start, end int) {
		for _, s := range r.signs {
			if s.at > start && s.at <= end {
				text = append(append(text, r.plain[start:s.at]...), s.text...)
				start = s.at
			}
		}
		text = append(text, r.plain[start:end]...)
	}
	add(start, end)
	for _, n := range r.notes {
		if n.at >= start && n.at < end {
			s := r.noteText[n.index]
			text = append(text, '\n')
			add(s.start, s.end)
		}
	}
	return r.normalise(text)
}

// parts gives each heading that begins a part the digest of it, and returns that
// of what stands above the first.
func (r *renderer) parts() (lead Sum) {
	until := r.body
	for i := len(r.outline) - 1; i >= 0; i-- {
		if r.outline[i].Level <= 2 {
			r.outline[i].Sum = sumOf(r.normalised(r.starts[i].start, until))
			until = r.starts[i].start
		}
	}
	if text := r.normalised(0, until); len(text) > 0 {
		lead = sumOf(text)
	}
	return lead
}

// normalised returns a part of the text and the footnotes it refers to, until it
// is asked again.
func (r *renderer) normalised(start, end int) []byte {
	if start >= end {
		return nil
	}
	text := r.plain[start:end]
	own := false
	for _, n := range r.notes {
		if n.at < start || n.at >= end {
			continue
		}
		if !own {
			text, own = bytes.Clone(text), true
		}
		s := r.noteText[n.index]
		text = append(append(text, '\n'), r.plain[s.start:s.end]...)
	}
	return r.normalise(text)
}
