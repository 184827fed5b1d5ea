package bench

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// History writes a portfolio of n charters with its past, as git fast-import reads it: at least twice as many commits as
// charters on the branch main, some of them on branches that were merged, by people of the register. Each charter comes
// in a commit of its own and is edited in others; the last leaves the portfolio that Generate writes, below content/.
func History(out io.Writer, n, commits int, seed uint64) error {
	if n < 50 || commits < 2*n {
		return fmt.Errorf("a made history has at least 50 charters and twice as many commits, not %d and %d", n, commits)
	}
	m := maker{n: n, people: n / 4, seed: seed}
	h := &past{maker: m, Rand: m.chance(-1), w: bufio.NewWriterSize(out, 1<<20)}
	h.commit(0, 0, 0)
	for name, text := range m.registers() {
		h.file(name, text)
	}
	h.steps(commits)
	for at := 0; at < len(h.order); {
		if h.mark%10 != 9 || at+2 > len(h.order) {
			h.commit(at, h.mark, 0)
			h.charter(at)
			at++
			continue
		}
		main := h.mark
		for range 2 {
			h.commit(at, h.mark, 0)
			h.charter(at)
			at++
		}
		h.commit(at, main, h.mark)
		for back := range 2 {
			h.file("charters/"+m.id(h.order[at-2+back])+".md", h.text[back])
		}
	}
	fmt.Fprintf(h.w, "reset refs/heads/main\nfrom :%d\n\ndone\n", h.mark)
	return h.w.Flush()
}

// A past is a stream for fast-import that is being written.
type past struct {
	maker
	*rand.Rand
	w     *bufio.Writer
	mark  int
	order []int     // the charter of each edit
	left  []int     // edits that a charter still has before it
	text  [2]string // written last
}

// steps lays out who is edited when: first all charters come, then some are edited.
func (h *past) steps(commits int) {
	h.left = make([]int, h.n)
	edits := commits - 1 - commits/12 // the rest are merges
	for i := range edits {
		c := i
		if i >= h.n {
			c = h.IntN(h.n)
		}
		h.order, h.left[c] = append(h.order, c), h.left[c]+1
	}
}

func (h *past) commit(at, from, merged int) {
	h.mark++
	k := at % min(h.people, 60)
	when := day(2024, 1, 0).Add(time.Duration(h.mark) * 45 * time.Minute).Unix()
	fmt.Fprintf(h.w, "commit refs/heads/work\nmark :%d\nauthor %s <%s@example.org> %d +0100\ncommitter %s <%s@example.org> %d +0100\ndata 1\nx\n",
		h.mark, personName(k), personID(k), when, personName(k), personID(k), when)
	if from > 0 {
		fmt.Fprintf(h.w, "from :%d\n", from)
	}
	if merged > 0 {
		fmt.Fprintf(h.w, "merge :%d\n", merged)
	}
}

// charter writes the next version of a charter, which is as it will stay when no edit is left.
func (h *past) charter(at int) {
	c := h.order[at]
	text := h.maker.charter(c)
	if h.left[c]--; h.left[c] > 0 {
		text += fmt.Sprintf("\nStill to be written: %d.\n", h.left[c])
	}
	h.text[0], h.text[1] = h.text[1], text
	h.file("charters/"+h.id(c)+".md", text)
}

func (h *past) file(name, text string) {
	fmt.Fprintf(h.w, "M 100644 inline content/%s\ndata %d\n%s\n", name, len(text), text)
}
