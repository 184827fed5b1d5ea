package history

import (
	"path"
	"slices"
	"strings"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/source"
)

// A log is what happened to files of the content folder on the main line.
type log struct {
	commits   []step
	texts     map[string]*line       // by charter file, the one of today or the last it was
	ended     []*line                // of files that are gone, and that no other file went on from
	approvals map[charter.ID][]event // by the id that such files are named after
	updates   map[charter.ID][]event // by the folder of the charter
	aside     map[string][]draft     // by charter file: what it said on branches, newest first
}

// A draft is what a charter file said at a commit that is not on the main line.
type draft struct {
	step
	blob string
}

// A step is a commit of the main line.
type step struct {
	id  string
	day calendar.Date
	cut bool // the history was cut off here: what this commit seems to have done was done before
}

// A line is one charter file through its renames, oldest first.
type line struct{ events []event }

// An event is what one commit of the main line did to one file.
type event struct {
	at   int32  // in the log's commits
	file string // as it was called then
	blob string // empty where it went away
	by   []Writer
}

func (l *line) last() *event { return &l.events[len(l.events)-1] }

// lineUp finds the main line among all commits, which come newest first, and
// puts what happened on it in order of files.
func lineUp(all []logged, head string, shallow bool) *log {
	at := make(map[string]int, len(all))
	for i := range all {
		at[all[i].id] = i
	}
	var main []int
	told := make([]bool, len(all)) // whether a commit is on the main line, or came to it already
	for i, ok := at[head]; ok && !told[i]; {
		main, told[i] = append(main, i), true
		if ok = len(all[i].parents) > 0; ok {
			i, ok = at[all[i].parents[0]]
		}
	}
	slices.Reverse(main)
	l := &log{commits: make([]step, len(main)), texts: map[string]*line{}, approvals: map[charter.ID][]event{}, updates: map[charter.ID][]event{}, aside: map[string][]draft{}}
	for n, i := range main {
		c := &all[i]
		l.commits[n] = step{c.id, dayOf(c.when), shallow && len(c.parents) == 0}
		authors := func(...string) []Writer { return []Writer{c.author} }
		if len(c.parents) > 1 {
			authors = merged(all, at, told, c, shallow)
		}
		l.take(int32(n), c.changes, authors)
	}
	l.leave(all, at, main, shallow)
	for _, t := range l.texts {
		if t.last().blob == "" {
			l.ended = append(l.ended, t)
		}
	}
	slices.SortFunc(l.ended, func(a, b *line) int { return strings.Compare(a.last().file, b.last().file) })
	return l
}

// leave keeps what was written on branches that came to the main line: a text may
// have been signed there and changed before it was merged. Commits that nothing here
// stands on, from when another branch was checked out, are none of it.
func (l *log) leave(all []logged, at map[string]int, main []int, shallow bool) {
	told := make([]bool, len(all))
	for _, i := range main {
		told[i] = true
	}
	var side []int
	for _, i := range main {
		for next := slices.Clone(all[i].parents); len(next) > 0; {
			n, ok := at[next[len(next)-1]]
			if next = next[:len(next)-1]; ok && !told[n] {
				told[n] = true
				side, next = append(side, n), append(next, all[n].parents...)
			}
		}
	}
	slices.Sort(side)
	for _, i := range side {
		for _, c := range all[i].changes {
			if c.blob != "" && source.KindOf(c.name) == source.Charter {
				here := step{all[i].id, dayOf(all[i].when), shallow && len(all[i].parents) == 0}
				l.aside[c.name] = append(l.aside[c.name], draft{here, c.blob})
			}
		}
	}
}

// merged tells who wrote what a merge brought to the main line: the authors of
// those of its commits that touched a file, oldest first. What none of them
// touched, whoever merged wrote. In a history that was cut off that cannot be
// told.
func merged(all []logged, at map[string]int, told []bool, merge *logged, shallow bool) func(names ...string) []Writer {
	var side []int
	for next := slices.Clone(merge.parents[1:]); len(next) > 0; {
		i, ok := at[next[len(next)-1]]
		next = next[:len(next)-1]
		if ok && !told[i] {
			told[i] = true
			side, next = append(side, i), append(next, all[i].parents...)
		}
	}
	slices.SortFunc(side, func(a, b int) int { return b - a })
	by := map[string][]Writer{}
	for _, i := range side {
		if len(all[i].parents) > 1 || shallow && len(all[i].parents) == 0 {
			continue
		}
		for _, c := range all[i].changes {
			by[c.name] = append(by[c.name], all[i].author)
		}
	}
	return func(names ...string) []Writer {
		var who []Writer
		for _, name := range names {
			who = append(who, by[name]...)
		}
		if len(who) == 0 && !shallow {
			who = []Writer{merge.author}
		}
		return who
	}
}

// take enters what one commit of the main line did.
func (l *log) take(at int32, changes []change, authors func(names ...string) []Writer) {
	from := l.renames(changes)
	went := map[string]bool{}
	for _, before := range from {
		went[before] = true
	}
	for _, c := range changes {
		if c.blob == "" && went[c.name] {
			continue
		}
		base := charter.ID(strings.TrimSuffix(path.Base(c.name), path.Ext(c.name)))
		switch source.KindOf(c.name) {
		case source.Charter:
			e := event{at, c.name, c.blob, nil}
			if before, renamed := from[c.name]; renamed {
				e.by = authors(before, c.name)
				l.texts[c.name] = l.texts[before]
				delete(l.texts, before)
			} else if e.by = authors(c.name); l.texts[c.name] == nil {
				if c.blob == "" {
					continue // a link, which was no text of ours
				}
				l.texts[c.name] = &line{}
			}
			l.texts[c.name].events = append(l.texts[c.name].events, e)
		case source.Approval:
			l.approvals[base] = append(l.approvals[base], event{at, c.name, c.blob, authors(c.name)})
		case source.Update:
			id := charter.ID(strings.Split(c.name, "/")[1])
			l.updates[id] = append(l.updates[id], event{at, c.name, c.blob, authors(c.name)})
		}
	}
}

// renames pairs the charter files that a commit added with those that it removed
// and that they go on from: those of the same bytes, and the two forms of one
// name. No text is read for that; other renames show in what the texts say of
// themselves, when it is asked for.
func (l *log) renames(changes []change) map[string]string {
	gone := map[string]string{} // by what a file that came may have in common with it
	for _, c := range changes {
		if t := l.texts[c.name]; c.blob == "" && t != nil && t.last().blob != "" {
			gone[t.last().blob], gone[plainName(c.name)] = c.name, c.name
		}
	}
	if len(gone) == 0 {
		return nil
	}
	from, taken := map[string]string{}, map[string]bool{}
	for _, c := range changes {
		if t := l.texts[c.name]; c.blob == "" || source.KindOf(c.name) != source.Charter || t != nil && t.last().blob != "" {
			continue
		}
		for _, common := range []string{c.blob, plainName(c.name)} {
			if before := gone[common]; before != "" && !taken[before] {
				from[c.name], taken[before] = before, true
				break
			}
		}
	}
	return from
}

// plainName is a charter's file name in the form without a folder.
func plainName(name string) string {
	if path.Base(name) == "index.md" {
		return path.Dir(name) + ".md"
	}
	return name
}

// dayOf is the day of an instant on the calendar of who wrote it down.
func dayOf(when string) calendar.Date {
	d, err := calendar.ParseDate(when[:min(len(when), len("2006-01-02"))])
	if err != nil {
		return calendar.Date{}
	}
	return d
}
