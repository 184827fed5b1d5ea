package markdown

import (
	"bytes"
)

// sections returns the plain text of the sections that the caller keeps.
func (r *renderer) sections() []Section {
	keep := r.opts.Keep
	if keep == nil {
		return nil
	}
	var kept []Section
	if keep("") {
		kept = append(kept, Section{Text: r.normalised(0, r.body)})
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
		kept = append(kept, Section{Heading: h, Text: r.normalised(r.starts[i].end, end)})
	}
	return kept
}

// normalised returns a part of the text and the footnotes it refers to.
func (r *renderer) normalised(start, end int) string {
	if start >= end {
		return ""
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
	return normalise(text)
}
