package export

// Most texts are ids, numbers and words in which nothing is to be escaped, and a
// large portfolio has millions of them: whether one is of plain bytes alone is
// asked first, and who escapes looks at the others.
type plain [256]bool

// plainBut are the characters of ASCII that show, and the blank, but some.
func plainBut(some string) *plain {
	var all plain
	for b := byte(' '); b < 0x7f; b++ {
		all[b] = true
	}
	for _, b := range []byte(some) {
		all[b] = false
	}
	return &all
}

// holds reports whether a text has no other bytes.
func (p *plain) holds(text string) bool {
	for i := range len(text) {
		if !p[text[i]] {
			return false
		}
	}
	return true
}
