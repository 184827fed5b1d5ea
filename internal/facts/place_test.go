package facts

import (
	"strings"
	"testing"
)

// A mark counts no byte order mark at the beginning of a file.
func TestPlacesBehindByteOrderMark(t *testing.T) {
	text := []byte("\ufeff[{name: \"ø\", id: it}]\n# æ\n")
	root, found := Parse(YAML, "registers/departments.yml", text, 1, ForRegister)
	id, name := root.Items[0].Get("id"), root.Items[0].Get("name")
	p := NewPlaces(text, 1)
	for mark, want := range map[Mark]string{id.Mark: "it}]", name.Mark: `"ø"`, {1, 1}: "[{", {2, 3}: "æ"} {
		at := p.Offset(mark)
		if !strings.HasPrefix(string(text[at:]), want) || p.at(at) != mark || len(found) > 0 {
			t.Errorf("%v is at %q, which is at %v", mark, text[at:], p.at(at))
		}
	}
	if got := NewReader("registers/departments.yml", text).Written(name); got != `"ø"` {
		t.Errorf("the name is written %s", got)
	}
	if p.at(0) != (Mark{1, 1}) {
		t.Errorf("the text begins at %v", p.at(0))
	}
}
