package history

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
)

// A Book is what is known of the past at one commit. It is safe for concurrent
// use, and answers the same at any time; the history and what old texts say are
// read when they are asked for first.
type Book struct {
	Unknown Reason // why nothing is known for sure; empty where the whole history can be asked

	git    *git
	as     charter.Options
	said   *memory
	log    func() *log                                  // nil where it could not be read
	former func() (by map[charter.ID][]*line, all bool) // files that are gone, by the id that their last text had
	tips   func() [2]map[string]string                  // the blobs of the commit and of the one before it on the main line, by file
}

func newBook(why Reason, g *git, as charter.Options, said *memory, read func() *log) *Book {
	b := &Book{Unknown: why, git: g, as: as, said: said, log: read}
	b.former = sync.OnceValues(func() (map[charter.ID][]*line, bool) {
		by, all := map[charter.ID][]*line{}, true
		for _, t := range b.log().ended {
			s, ok := b.lastOf(t)
			by[s.ID], all = append(by[s.ID], t), all && ok
		}
		return by, all
	})
	b.tips = sync.OnceValue(func() (tips [2]map[string]string) {
		tips[0], _ = g.blobs(g.head)
		if tips[0] != nil {
			tips[1], _ = g.blobs(g.head + "^1")
		}
		return tips
	})
	return b
}

// history is the log, or nil where there is none.
func (b *Book) history() *log {
	if b.log == nil {
		return nil
	}
	return b.log()
}

// Whole says why the history is not known as a whole; empty where it is.
func (b *Book) Whole() Reason {
	if b.Unknown == "" && b.history() == nil {
		return Unreadable
	}
	return b.Unknown
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
	l := b.history()
	if l == nil {
		return nil, false
	}
	var lines []*line
	ids := names(c)
	if t := l.texts[c.File]; t != nil && t.last().blob != "" {
		lines = append(lines, t)
	} else {
		for _, id := range ids { // it was moved, and that is not committed yet
			for _, name := range []string{"charters/" + string(id) + ".md", "charters/" + string(id) + "/index.md"} {
				t := l.texts[name]
				if t == nil || t.last().blob == "" {
					continue
				}
				if s, ok := b.lastOf(t); !ok || slices.Contains(ids, s.ID) {
					lines, sure = append(lines, t), sure && ok
				}
			}
		}
	}
	if len(l.ended) > 0 {
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
	all = slices.Concat(all, beside(c, b.log().approvals), beside(c, b.log().updates))
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

// Feed writes to w what all that is told about c follows from: what happened to its
// files, and whether that is all there is. No old text is read for that, but those of
// files that are gone.
func (b *Book) Feed(w io.Writer, c *charter.Charter) {
	if b.Unknown == NoReader {
		return
	}
	all, sure := b.texts(c)
	fmt.Fprintf(w, "%s %t\x00", b.Whole(), sure)
	if b.history() == nil {
		return
	}
	for _, e := range slices.Concat(all, beside(c, b.log().approvals), beside(c, b.log().updates)) {
		at := b.log().commits[e.at]
		fmt.Fprintf(w, "%s %s %t %q %s %q\x00", at.id, at.day, at.cut, e.file, e.blob, e.by)
	}
	for t := range b.aside(c, all) {
		fmt.Fprintf(w, "%q %s\x00", t.name, t.blob)
	}
}

// key is what tells two writers apart.
func (w Writer) key() string { return cmp.Or(strings.ToLower(w.Email), w.Name) }

// change tells an event; nothing of one that lies where the history was cut off.
func (b *Book) change(e event) Change {
	at := b.log().commits[e.at]
	if at.cut {
		return Change{}
	}
	c := Change{Commit: at.id, Day: at.day}
	if len(e.by) > 0 {
		c.By = e.by[len(e.by)-1]
	}
	return c
}

// Signed returns the last version of c on the main line, else on a branch that was
// merged, whose terms have a digest in its short form, such as an approval names:
// what was signed there. It looks at the newest texts first, and is false where no
// version known here has those terms. A history that was cut off is asked as far as
// it goes.
func (b *Book) Signed(c *charter.Charter, terms string) (Version, bool) {
	all, _ := b.texts(c)
	for _, e := range slices.Backward(all) {
		if e.blob == "" {
			continue
		}
		s, ok := b.said.say(text{e.file, e.blob}, b.as, "")
		if ok && s.Promise.Terms == terms { // whatever its id was: that is one of the terms
			return b.version(b.log().commits[e.at], text{e.file, e.blob})
		}
	}
	for t, at := range b.aside(c, all) {
		if s, ok := b.said.say(t, b.as, ""); ok && s.Promise.Terms == terms {
			return b.version(at, t)
		}
	}
	return Version{}, false
}

// aside are the texts on branches of files that c had; all are the events of c on
// the main line.
func (b *Book) aside(c *charter.Charter, all []event) iter.Seq2[text, step] {
	return func(yield func(text, step) bool) {
		if b.history() == nil || len(b.log().aside) == 0 {
			return
		}
		files := []string{c.File}
		for _, e := range all {
			if !slices.Contains(files, e.file) && !strings.HasPrefix(e.file, "approvals/") {
				files = append(files, e.file)
			}
		}
		for _, file := range files {
			for _, w := range b.log().aside[file] {
				if !yield(text{file, w.blob}, w.step) {
					return
				}
			}
		}
	}
}

// version reads a text as it was at a commit.
func (b *Book) version(at step, t text) (Version, bool) {
	data, ok := b.said.read(t.blob)
	if !ok {
		return Version{}, false
	}
	v := Version{Commit: at.id, Day: at.day, File: t.name, Text: data}
	if at.cut {
		v.Day = calendar.Date{}
	}
	v.Charter, _ = charter.Parse(t.name, data, b.as)
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
	all, sure := b.texts(c)
	if !sure {
		return p, false, Unreadable
	}
	apart := beside(c, b.log().approvals)
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
		if s.Lacks != "" || !slices.Contains(ids, s.ID) {
			continue
		}
		more, read := b.said.approvals(approvals)
		if !read {
			return Promise{}, false, Unreadable
		}
		if day, full := carries(s, slices.Concat(s.Approvals, more)); full {
			p, ok = s.Promise, true
			p.Commit, p.Signed = b.log().commits[e.at].id, day
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

// Amended tells which commit of the main line brought each amendment of c, by its
// id. Those that cannot be found are missing.
func (b *Book) Amended(c *charter.Charter) map[charter.ID]Change {
	if len(c.Amendments) == 0 {
		return nil
	}
	ids, found := names(c), map[charter.ID]Change{}
	all, _ := b.texts(c)
	for _, e := range all {
		if e.blob == "" {
			continue
		}
		s, ok := b.said.say(text{e.file, e.blob}, b.as, "amendments")
		if !ok {
			return nil
		}
		if s.Lacks != "" || !slices.Contains(ids, s.ID) {
			continue
		}
		for _, id := range s.Promise.Amended {
			if _, known := found[id]; !known {
				found[id] = b.change(e)
			}
		}
	}
	return found
}

// Approved returns who wrote the commit of the main line that brought an approval
// of c, and which it was; no one where that cannot be found.
func (b *Book) Approved(c *charter.Charter, a charter.Approval) (who []Writer, at Change) {
	has := func(list []charter.Approval) bool {
		return slices.ContainsFunc(list, func(x charter.Approval) bool {
			return x.Department.Value == a.Department.Value && x.Person.Value == a.Person.Value && x.Date.Value == a.Date.Value && x.Terms.Value == a.Terms.Value
		})
	}
	all, _ := b.texts(c)
	apart := strings.HasPrefix(a.File, "approvals/")
	if l := b.history(); apart && l != nil {
		all = slices.DeleteFunc(slices.Clone(beside(c, l.approvals)), func(e event) bool { return e.file != a.File })
	}
	for _, e := range slices.Backward(all) {
		if e.blob == "" {
			break
		}
		var list []charter.Approval
		ok := true
		if apart {
			list, ok = b.said.approvals(map[string]string{e.file: e.blob})
		} else {
			var s saying
			s, ok = b.said.say(text{e.file, e.blob}, b.as, a.Terms.Value)
			list = s.Approvals
		}
		if !ok {
			return nil, Change{}
		}
		if !has(list) {
			break
		}
		who, at = e.by, b.change(e)
	}
	if at.Commit == "" {
		return nil, at
	}
	return who, at
}

// Was returns the status that c had before, where it was another: in the version
// that is committed, if what stands in the file is not, else in the one before. It
// asks git for two lists of files, and reads the texts that differ.
func (b *Book) Was(c *charter.Charter) (status charter.Status, ok bool) {
	if b.tips == nil {
		return 0, false
	}
	tips, ids := b.tips(), names(c)
	at, blob := c.File, tips[0][c.File]
	if blob == "" {
		return 0, false
	}
	other := func(name, blob string) bool {
		s, read := b.said.say(text{name, blob}, b.as, "")
		if !read || !slices.Contains(ids, s.ID) || s.Status == c.Status.Value {
			return false
		}
		status, ok = s.Status, true
		return true
	}
	if blob != hex.EncodeToString(c.Object[:]) && other(at, blob) {
		return status, ok
	}
	before := tips[1][at]
	for _, id := range ids {
		for _, name := range []string{"charters/" + string(id) + ".md", "charters/" + string(id) + "/index.md"} {
			if before == "" && tips[0][name] == "" {
				at, before = name, tips[1][name]
			}
		}
	}
	if before != "" && before != blob {
		other(at, before)
	}
	return status, ok
}
