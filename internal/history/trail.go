package history

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
)

// A Book is what is known of the past at one commit. It is safe for concurrent
// use, and answers the same at any time; what old texts say is read when it is
// asked for first.
type Book struct {
	Unknown Reason // empty where the book is complete

	log    *log // nil where nothing is known
	as     charter.Options
	said   *memory
	former func() (by map[charter.ID][]*line, all bool) // files that are gone, by the id that their last text had
}

func newBook(why Reason, l *log, as charter.Options, said *memory) *Book {
	b := &Book{Unknown: why, log: l, as: as, said: said}
	b.former = sync.OnceValues(func() (map[charter.ID][]*line, bool) {
		by, all := map[charter.ID][]*line{}, true
		for _, t := range l.ended {
			s, ok := b.lastOf(t)
			by[s.ID], all = append(by[s.ID], t), all && ok
		}
		return by, all
	})
	return b
}

// lastOf is what a file said last.
func (b *Book) lastOf(t *line) (saying, bool) {
	for _, e := range slices.Backward(t.events) {
		if e.blob != "" {
			return b.said.say(text{e.file, e.blob}, b.as, "")
		}
	}
	return saying{}, false
}

// names are the ids of a charter: that of today, and the former ones.
func names(c *charter.Charter) []charter.ID {
	ids := []charter.ID{c.ID.Value}
	for _, a := range c.Aliases {
		ids = append(ids, a.Value)
	}
	return ids
}

// texts are what happened to the text of c, under all its names, oldest first. It
// is not sure where texts cannot be read that may have been of c.
func (b *Book) texts(c *charter.Charter) (all []event, sure bool) {
	sure = true
	if b.log == nil {
		return nil, false
	}
	var lines []*line
	ids := names(c)
	if t := b.log.texts[c.File]; t != nil && t.last().blob != "" {
		lines = append(lines, t)
	} else {
		for _, id := range ids { // it was moved, and that is not committed yet
			for _, name := range []string{"charters/" + string(id) + ".md", "charters/" + string(id) + "/index.md"} {
				t := b.log.texts[name]
				if t == nil || t.last().blob == "" {
					continue
				}
				if s, ok := b.lastOf(t); !ok || slices.Contains(ids, s.ID) {
					lines, sure = append(lines, t), sure && ok
				}
			}
		}
	}
	if len(b.log.ended) > 0 {
		by, all := b.former()
		sure = sure && all
		for _, id := range ids {
			lines = append(lines, by[id]...)
		}
	}
	if len(lines) == 1 {
		return lines[0].events, sure
	}
	for _, t := range lines {
		all = append(all, t.events...)
	}
	slices.SortStableFunc(all, inTime)
	return all, sure
}

func inTime(a, b event) int { return cmp.Compare(a.at, b.at) }

// beside are what happened to the files of one kind that are named after c.
func beside(c *charter.Charter, by map[charter.ID][]event) []event {
	if len(by) == 0 {
		return nil
	}
	var all []event
	for _, id := range names(c) {
		all = append(all, by[id]...)
	}
	slices.SortStableFunc(all, inTime)
	return all
}

// Life returns when c came, when it changed last and who wrote it. It reads no
// old text, unless files of charters are gone whose ids c may have had.
func (b *Book) Life(c *charter.Charter) Life {
	all, sure := b.texts(c)
	if len(all) == 0 {
		return Life{}
	}
	all = slices.Concat(all, beside(c, b.log.approvals), beside(c, b.log.updates))
	slices.SortStableFunc(all, inTime)
	var l Life
	l.First, l.Last = b.change(all[0]), b.change(all[len(all)-1])
	if b.Unknown != "" || !sure {
		l.First = Change{}
		return l
	}
	known := map[string]bool{}
	for _, e := range all {
		for _, w := range e.by {
			if key := w.key(); !known[key] {
				known[key] = true
				l.Writers = append(l.Writers, w)
			}
		}
	}
	return l
}

// key is what tells two writers apart.
func (w Writer) key() string { return cmp.Or(strings.ToLower(w.Email), w.Name) }

// change tells an event; nothing of one that lies where the history was cut off.
func (b *Book) change(e event) Change {
	at := b.log.commits[e.at]
	if at.cut {
		return Change{}
	}
	c := Change{Commit: at.id, Day: at.day}
	if len(e.by) > 0 {
		c.By = e.by[len(e.by)-1]
	}
	return c
}

// Signed returns the last version of c on the main line whose terms have a digest
// in its short form, such as an approval names: what was signed there. It looks at
// the newest texts first, and is false where no version known here has those terms.
// A history that was cut off is asked as far as it goes.
func (b *Book) Signed(c *charter.Charter, terms string) (Version, bool) {
	ids := names(c)
	all, _ := b.texts(c)
	for _, e := range slices.Backward(all) {
		if e.blob == "" {
			continue
		}
		s, ok := b.said.say(text{e.file, e.blob}, b.as, "")
		if ok && slices.Contains(ids, s.ID) && s.Promise.Terms == terms {
			return b.version(e)
		}
	}
	return Version{}, false
}

// version reads what an event left.
func (b *Book) version(e event) (Version, bool) {
	data, ok := b.said.read(e.blob)
	if !ok {
		return Version{}, false
	}
	at := b.log.commits[e.at]
	v := Version{Commit: at.id, Day: at.day, File: e.file, Text: data}
	if at.cut {
		v.Day = calendar.Date{}
	}
	v.Charter, _ = charter.Parse(e.file, data, b.as)
	return v, true
}

// Promise returns what c promised first: what it said at the first commit of the
// main line where it carried all signatures.
func (b *Book) Promise(c *charter.Charter) (Promise, bool) {
	p, ok, _ := b.signed(c, true)
	return p, ok
}

// Agreed returns what c said when it carried all signatures last.
func (b *Book) Agreed(c *charter.Charter) (Promise, bool) {
	p, ok, _ := b.signed(c, false)
	return p, ok
}

// Unsure says why no promise of c can be known; empty where it is known, or known
// that there is none.
func (b *Book) Unsure(c *charter.Charter) Reason {
	_, _, why := b.signed(c, true)
	return why
}

// signed goes through what happened to c and its approvals, and gives the first
// or the last state in which it carried all signatures.
func (b *Book) signed(c *charter.Charter, first bool) (p Promise, ok bool, why Reason) {
	if b.Unknown != "" {
		return p, false, b.Unknown
	}
	apart := beside(c, b.log.approvals)
	all, sure := b.texts(c)
	if !sure {
		return p, false, Unreadable
	}
	if len(apart) > 0 {
		all = slices.Concat(all, apart)
		slices.SortStableFunc(all, inTime)
	}
	need := "jt1-" // what a text holds that can carry signatures
	if len(apart) > 0 {
		need = ""
	}
	ids, stands := names(c), event{}
	approvals := map[string]string{}
	for i, e := range all {
		switch {
		case strings.HasPrefix(e.file, "approvals/"):
			if approvals[e.file] = e.blob; e.blob == "" {
				delete(approvals, e.file)
			}
		case e.blob != "" || e.file == stands.file:
			stands = e
		}
		if stands.blob == "" || i+1 < len(all) && all[i+1].at == e.at {
			continue
		}
		s, read := b.said.say(text{stands.file, stands.blob}, b.as, need)
		if !read {
			return Promise{}, false, Unreadable
		}
		if s.Skipped || !slices.Contains(ids, s.ID) {
			continue
		}
		more, read := b.said.approvals(approvals)
		if !read {
			return Promise{}, false, Unreadable
		}
		if day, full := carries(s, slices.Concat(s.Approvals, more)); full {
			p, ok = s.Promise, true
			p.Commit, p.Signed = b.log.commits[e.at].id, day
			if first {
				break
			}
		}
	}
	return p, ok, ""
}

// carries reports whether every paying department's last signature is for these
// very terms, and the day of the last of them.
func carries(s saying, approvals []charter.Approval) (signed calendar.Date, ok bool) {
	approvals = slices.SortedStableFunc(slices.Values(approvals), func(a, b charter.Approval) int { return a.Date.Value.Compare(b.Date.Value) })
	for _, party := range s.Parties {
		ok = false
		for _, a := range approvals {
			if a.Department.Value == party {
				ok = a.Terms.Value == s.Promise.Terms
				if ok && a.Date.Value.After(signed) {
					signed = a.Date.Value
				}
			}
		}
		if !ok {
			return signed, false
		}
	}
	return signed, ok
}

// contains is bytes.Contains; every text holds nothing.
func contains(data []byte, need string) bool { return bytes.Contains(data, []byte(need)) }
