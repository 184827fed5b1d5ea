package diag

import "unicode/utf8"

// Nearest returns the word of known that is most like word, for "did you mean"
// hints: at most two slips away (a letter added, dropped, changed, or two
// neighbours swapped), at most one for words of up to four letters, none for a
// single letter. Of equally near words the first wins, so the order of known
// decides.
func Nearest(word string, known []string) (string, bool) {
	a := []rune(word)
	limit := 2
	switch {
	case len(a) <= 1:
		return "", false
	case len(a) <= 4:
		limit = 1
	}
	best, m := "", matcher{}
	var b []rune
	for _, k := range known {
		// Cheap first: a portfolio may hold ten thousand words.
		if k == word || len(k) < len(a)-limit || utf8.RuneCountInString(k) > len(a)+limit {
			continue
		}
		b = b[:0]
		for _, r := range k {
			b = append(b, r)
		}
		if d := m.distance(a, b, limit); d <= limit {
			best, limit = k, d-1
		}
		if limit == 0 {
			break // nothing is nearer than one slip
		}
	}
	return best, best != ""
}

// A matcher keeps the three rows that a comparison needs.
type matcher struct{ rows [3][]int }

// distance is the optimal string alignment distance of a and b, or some number
// above limit as soon as it is known to be more than that. Only cells within
// limit of the diagonal can belong to an answer, so only those are filled in.
func (m *matcher) distance(a, b []rune, limit int) int {
	for i := range m.rows {
		if cap(m.rows[i]) <= len(b) {
			m.rows[i] = make([]int, 2*len(b)+1)
		}
		m.rows[i] = m.rows[i][:len(b)+1]
	}
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, last, now := m.rows[0], m.rows[1], m.rows[2]
	for j := range last {
		last[j] = j
	}
	lowestBefore := 0
	for i := 1; i <= len(a); i++ {
		from, to := max(1, i-limit), min(len(b), i+limit)
		now[from-1] = i
		if from > 1 {
			now[from-1] = limit + 1
		}
		lowest := now[from-1]
		for j := from; j <= to; j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(now[j-1]+1, last[j-1]+change)
			if j < i+limit { // else what stands above is outside
				d = min(d, last[j]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			lowest = min(lowest, d)
		}
		if lowest > limit && lowestBefore >= limit { // a swap reaches back two rows
			return limit + 1
		}
		lowestBefore = lowest
		before, last, now = last, now, before
	}
	return last[len(b)]
}
