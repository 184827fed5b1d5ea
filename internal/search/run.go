package search

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// An entry is a term in one run of charters. Its postings are, for each
// charter, how far it stands behind the one before, and a mask of passages; the
// first stands behind charter 0 of the run.
type entry struct {
	term, fold string
	n          int // charters
	first      int // of them, within the run
	last       int
	postings   string
}

// A list is the entries of one run, cut into buckets, each by fold and term.
type list [buckets][]entry

// The marks before a term that is no stem: ending is what a compound ends in,
// opening what a word of a title begins with, up to three letters.
const (
	ending  = "+"
	opening = "^"
)

// gather returns the entries of all runs. The charters of a run are read once for
// all portfolios that share it, and not at all if the run of the program before kept
// what it read of the same.
func (x *Index) gather() []*list {
	runs, lists := x.p.Runs(), make([]*list, len(x.p.Runs()))
	kept := portfolio.OpenKept[list](x.Keep, x.p)
	for i, r := range runs {
		lists[i] = portfolio.Once(r, "search", func(charters []*charter.Charter) *list {
			if known, ok := kept.Get(i); ok {
				return &known
			}
			return read(x.p, charters)
		})
	}
	kept.Save(func(i int) *list { return lists[i] })
	return lists
}

// gathered is what the last gathering found, until it is forgotten.
type gathered struct {
	sync.Mutex
	lists []*list
}

func (x *Index) lists() []*list {
	x.gathered.Lock()
	defer x.gathered.Unlock()
	if x.gathered.lists == nil {
		x.gathered.lists = x.gather()
	}
	return x.gathered.lists
}

// Forget lets go of what was read of the texts, for whoever needs no more files.
// A file that is asked for nevertheless has it read again.
func (x *Index) Forget() {
	x.gathered.Lock()
	defer x.gathered.Unlock()
	x.gathered.lists = nil
	for _, r := range x.p.Runs() {
		portfolio.Forget(r, "search")
	}
}

// A reader collects the terms of one run.
type reader struct {
	byTerm map[string]*found
	byWord map[string]map[string]*found // by language and word, nil for a stop word
	env    *snowballstem.Env
	words  splitter
	here   []*found // the terms of the charter that is read
}

// A found is a term while its postings are gathered.
type found struct {
	entry
	postings []byte
	mask     uint32 // of the charter that is read
}

func read(p *portfolio.Portfolio, charters []*charter.Charter) *list {
	cut := cutter{p: p}
	r := reader{byTerm: map[string]*found{}, byWord: map[string]map[string]*found{}, env: snowballstem.NewEnv("")}
	for i, c := range charters {
		lang := base(p.Lang(c))
		words := r.byWord[lang]
		if words == nil {
			words = map[string]*found{}
			r.byWord[lang] = words
		}
		for j, g := range cut.cut(c) {
			meet := func(word []byte) { r.meet(lang, words, word, 1<<j) }
			r.words.each(g.heading, meet)
			for _, text := range g.texts {
				r.words.each(text, meet)
			}
			for _, text := range g.also {
				r.words.each(text, meet)
			}
		}
		r.words.each(c.Name(), r.open)
		r.leave(i)
	}
	r.compounds()
	return r.sorted()
}

// meet enters a word of the passages in mask.
func (r *reader) meet(lang string, words map[string]*found, word []byte, mask uint32) {
	f, known := words[string(word)]
	if !known {
		if !isStop[string(word)] {
			f = r.term(stemWith(r.env, lang, string(word)))
		}
		words[string(word)] = f
	}
	if f != nil {
		r.mark(f, mask)
	}
}

func (r *reader) term(term string) *found {
	f := r.byTerm[term]
	if f == nil {
		term = strings.Clone(term)
		f = &found{entry: entry{term: term, fold: Fold(term)}}
		r.byTerm[term] = f
	}
	return f
}

func (r *reader) mark(f *found, mask uint32) {
	if f.mask == 0 {
		r.here = append(r.here, f)
	}
	f.mask |= mask
}

// open enters the first letters of a word of a title, for those who have typed
// no more yet.
func (r *reader) open(word []byte) {
	fold := Fold(string(word))
	end := 0
	for range keyLetters - 1 {
		_, n := utf8.DecodeRuneInString(fold[end:])
		if end += n; n == 0 {
			return
		}
		r.mark(r.term(opening+fold[:end]), 1)
	}
}

// leave writes the postings of charter i.
func (r *reader) leave(i int) {
	for _, f := range r.here {
		f.add(i, f.mask)
		f.mask = 0
	}
	r.here = r.here[:0]
}

func (f *found) add(charter int, mask uint32) {
	if f.n == 0 {
		f.first, f.last = charter, 0
	}
	f.postings = binary.AppendUvarint(f.postings, uint64(charter-f.last))
	f.postings = binary.AppendUvarint(f.postings, uint64(mask))
	f.last = charter
	f.n++
}

// each goes through the postings.
func (f *found) each(do func(charter int, mask uint32)) {
	at := 0
	for rest := f.postings; len(rest) > 0; {
		delta, n := binary.Uvarint(rest)
		mask, m := binary.Uvarint(rest[n:])
		rest = rest[n+m:]
		at += int(delta)
		do(at, uint32(mask))
	}
}

// compounds enters the later parts of compounds as terms of their own, so that
// "data" finds "kundedata". What a part is, the other words of the run tell.
func (r *reader) compounds() {
	within := map[string][]*found{}
	for _, f := range r.byTerm {
		for _, tail := range r.tails(f.term) {
			within[tail] = append(within[tail], f)
		}
	}
	for tail, all := range within {
		masks := map[int]uint32{}
		for _, f := range all {
			f.each(func(charter int, mask uint32) { masks[charter] |= mask })
		}
		f := &found{entry: entry{term: ending + tail, fold: Fold(tail)}}
		for _, i := range sortedKeys(masks) {
			f.add(i, masks[i])
		}
		r.byTerm[f.term] = f
	}
}

func sortedKeys(m map[int]uint32) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// The least letters of a compound's parts.
const (
	leastHead = 3
	leastTail = 4
)

// tails are the endings of a word that are probably words: known ones, those
// behind a known word that begin with a known one, and where there are none of
// these, what is left behind a known word of four letters or more.
func (r *reader) tails(word string) []string {
	if len(word) < leastHead+leastTail || !isLetters(word) {
		return nil
	}
	var tails, rests []string
	for i, n := 0, 0; i < len(word); n++ {
		if n >= leastHead && utf8.RuneCountInString(word[i:]) >= leastTail {
			tail, headed := word[i:], r.headed(word[:i])
			switch {
			case r.known(tail), headed && r.begins(tail):
				tails = append(tails, tail)
			case headed && n > leastHead:
				rests = append(rests, tail)
			}
		}
		_, size := utf8.DecodeRuneInString(word[i:])
		i += size
	}
	if len(tails) == 0 {
		return rests
	}
	return tails
}

// begins reports whether a tail begins with a known word.
func (r *reader) begins(tail string) bool {
	for i, n := 0, 0; i < len(tail); n++ {
		if n >= leastTail && r.known(tail[:i]) {
			return true
		}
		_, size := utf8.DecodeRuneInString(tail[i:])
		i += size
	}
	return false
}

func isLetters(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

func (r *reader) known(word string) bool { return r.byTerm[word] != nil }

// headed reports whether a word can be the first part of a compound: a stem as
// it is, or with an ending or the s that joins.
func (r *reader) headed(word string) bool {
	if r.known(word) {
		return true
	}
	short := word[:len(word)-1]
	return (word[len(word)-1] == 's' || word[len(word)-1] == 'e') && len(short) >= leastHead && r.known(short)
}

func (r *reader) sorted() *list {
	var l list
	for _, f := range r.byTerm {
		b := bucket(f.fold)
		f.entry.postings = string(f.postings)
		l[b] = append(l[b], f.entry)
	}
	for b, entries := range l {
		slices.SortFunc(entries, byFold)
		l[b] = slices.Clip(entries)
	}
	return &l
}

func byFold(a, b entry) int {
	if c := strings.Compare(a.fold, b.fold); c != 0 {
		return c
	}
	return strings.Compare(a.term, b.term)
}

// A shard is a file of terms: their names with spaces between, and in base64
// the number of charters and of bytes for each, then the postings of all.
type shard struct {
	Terms    string `json:"terms"`
	Postings []byte `json:"postings"`
}

// most is how many charters an opening of titles names; a reader types on.
const most = 60

func (x *Index) shard(n int) shard {
	type numbered struct {
		*entry
		offset int // of its run
	}
	var all []numbered
	offset := 0
	for i, l := range x.lists() {
		for b := n; b < buckets; b += x.shards {
			for j := range l[b] {
				all = append(all, numbered{&l[b][j], offset})
			}
		}
		offset += x.p.Runs()[i].Len()
	}
	slices.SortStableFunc(all, func(a, b numbered) int { return cmp.Or(byFold(*a.entry, *b.entry), cmp.Compare(a.offset, b.offset)) })
	var s shard
	var names []string
	var sizes, postings []byte
	for i := 0; i < len(all); {
		whole := found{entry: entry{term: all[i].term}}
		for ; i < len(all) && all[i].term == whole.term; i++ {
			if strings.HasPrefix(whole.term, opening) && whole.n >= most {
				continue
			}
			whole.join(all[i].entry, all[i].offset)
		}
		names = append(names, whole.term)
		sizes = binary.AppendUvarint(binary.AppendUvarint(sizes, uint64(whole.n)), uint64(len(whole.postings)))
		postings = append(postings, whole.postings...)
	}
	s.Terms = strings.Join(names, " ")
	s.Postings = slices.Concat(sizes, postings)
	return s
}

// join appends the postings of a run that begins at charter offset.
func (f *found) join(o *entry, offset int) {
	size := (bits.Len(uint(o.first)|1) + 6) / 7 // of the first distance
	f.postings = binary.AppendUvarint(f.postings, uint64(offset+o.first-f.last))
	f.postings = append(f.postings, o.postings[size:]...)
	f.last = offset + o.last
	f.n += o.n
}

// Folded stems of these lengths have a file of the vocabulary; what is longer
// or shorter stands in the nearest.
const (
	shortest = 3
	longest  = 20
)

// spell lists the stems of each length of the vocabulary's files.
func (x *Index) spell() map[int]string {
	folds := map[string]string{} // by term
	for _, l := range x.lists() {
		for _, entries := range l {
			for _, e := range entries {
				if len(e.term) >= shortest && isLetters(e.term) { // letters: neither marked nor a number
					folds[e.term] = e.fold
				}
			}
		}
	}
	lists := map[int][]string{}
	for term, fold := range folds {
		n := shortest
		if x.lengths() {
			n = min(max(utf8.RuneCountInString(fold), shortest), longest)
		}
		lists[n] = append(lists[n], term)
	}
	all := map[int]string{}
	for n, terms := range lists {
		slices.SortFunc(terms, func(a, b string) int { return cmp.Or(strings.Compare(folds[a], folds[b]), strings.Compare(a, b)) })
		all[n] = strings.Join(terms, " ")
	}
	return all
}
