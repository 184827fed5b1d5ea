package diag

import "unicode/utf8"

// Nearest returns the word of known that is most like word, for "did you mean"
// hints: at most two slips away (a letter added, dropped, changed, or two
// neighbours swapped), at most one for words of up to four letters. Of equally
// near words the first wins, so the order of known decides.
func Nearest(word string, known []string) (string, bool) {
	limit := 2
	if utf8.RuneCountInString(word) <= 4 {
		limit = 1
	}
	best := ""
	a := []rune(word)
	for _, k := range known {
		if k == word {
			continue
		}
		b := []rune(k)
		if d := len(a) - len(b); d > limit || -d > limit {
			continue
		}
		if d := distance(a, b); d <= limit {
			best, limit = k, d-1
		}
	}
	return best, best != ""
}

// distance is the optimal string alignment distance of a and b.
func distance(a, b []rune) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
