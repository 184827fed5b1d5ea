package lsp

import (
	"fmt"
	"strings"
	"testing"
)

// A place among keys and values is found by what stands around it, whether the
// whole can be read or not.
func TestLocate(t *testing.T) {
	for _, x := range [][2]string{
		{"ti|", "key <> ti []"},
		{"a: 1\n|\nb: 2", "key <> '' [a b]"},
		{"budget:\n  |\nlead: x", "key <budget> '' []"},
		{"budget:\n  total: 5\n  cur|\n  shares: {}", "key <budget> cur [total shares]"},
		{"budget:\n  total: 5|0 # more", "value <budget total> 50 []"},
		{"lead: |", "value <lead> '' []"},
		{"lead: # none| yet", "<lead> '' []"},
		{"shares: {it: 50%, mark|: 1}", "key <shares> mark [it mark]"},
		{"shares: {it: 5|0%, mark: 1}", "value <shares it> 50% []"},
		{"shares: {it: 50%, |", "key <shares> '' [it]"},
		{"shares: {it: |\nperiods: 5", "value <shares it> '' []"},
		{"team:\n  - person: a\n    ho|\n  - person: b", "key <team []> ho [person]"},
		{"team:\n- person: a\n  home: i|t", "value <team [] home> it []"},
		{"team:\n  - {person: |, home: it}", "value <team [] person> '' []"},
		{"team:\n  - {person: x, |}", "key <team []> '' [person]"},
		{"lead: [a, b|]", "value <lead []> b []"},
		{"after:\n  - m|1", "key value <after []> m1 []"},
		{"a: |\n  text: wi|th: colons\nb: 1", "<a> '' []"},
		{"a: 'it''s |here'\nb: 1", "value <a> it''s here []"},
		{"q: \"{not: |a flow}\"", "value <q> {not: a flow} []"},
		{"a: {b: [1, {c: |2}]}", "value <a b [] c> 2 []"},
	} {
		text, at := strings.ReplaceAll(x[0], "a: |\n  text", "a: ¦\n  text"), 0
		at = strings.IndexByte(text, '|')
		text = strings.ReplaceAll(text[:at]+text[at+1:], "¦", "|")
		if strings.Contains(text, "|\n  text") {
			at = strings.Index(text, "wi") + 2
		}
		c := locate(text, 0, len(text), at)
		got := ""
		if c.key {
			got += "key "
		}
		if c.value {
			got += "value "
		}
		word := c.word
		if word == "" {
			word = "''"
		}
		got += fmt.Sprintf("<%s> %s %v", strings.Join(c.steps, " "), word, c.group)
		if got != x[1] {
			t.Errorf("%q\n got %s\nwant %s", x[0], got, x[1])
		}
		if c.start > at || c.end < at || c.end > len(text) {
			t.Errorf("%q: the word is %d to %d, and the cursor at %d", x[0], c.start, c.end, at)
		}
	}
}

// Whatever the text, a place has an answer.
func FuzzLocate(f *testing.F) {
	f.Add("a: {b: [1, {c: |2}]}\n- x\n  - y: 'z", 5)
	f.Add("---\ntitle: æ🔑\r\nteam:\n- {person: a", 12)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if at < 0 || at > len(text) {
			return
		}
		c := locate(text, 0, len(text), at)
		if c.start < 0 || c.end > len(text) || c.start > c.end {
			t.Errorf("%d to %d of %d", c.start, c.end, len(text))
		}
	})
}
