package source

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextIsWhatPeopleSee(t *testing.T) {
	for _, c := range []struct{ name, in, want, at, says string }{
		{"plain", "Blåbær: 50 %\n\tx\n", "Blåbær: 50 %\n\tx\n", "", ""},
		{"byte order mark", "\ufeff---\n", "---\n", "", ""},
		{"lines of Windows", "a\r\nb\r\n", "a\r\nb\r\n", "", ""},
		{"emoji with joiner", "👩\u200d💻", "👩\u200d💻", "", ""},
		{"empty", "", "", "", ""},
		{"replacement character as such", "\ufffd", "\ufffd", "", ""},
		{"Latin-1", "title: x\nnavn: S\xf8ren\n", "", "f:2:8", "the byte F8 is not UTF-8"},
		{"other bytes", "a\x81", "", "f:1:2", "the byte 81 is not UTF-8"},
		{"overlong", "a\xc0\xaf", "", "f:1:2", "the byte C0 is not UTF-8"},
		{"surrogate", "å\xed\xa0\x80", "", "f:1:2", "the byte ED is not UTF-8"},
		{"cut short", "\ufeffab\xc3", "", "f:1:3", "the byte C3 is not UTF-8"},
		{"UTF-16 with mark", "\xff\xfea\x00b\x00", "", "f:1:1", "this text is UTF-16"},
		{"UTF-16 big end first", "\xfe\xff\x00a\x00b", "", "f:1:1", "this text is UTF-16"},
		{"UTF-16 without mark", "-\x00-\x00-\x00\n\x00", "", "f:1:2", "this text is UTF-16"},
		{"NUL", "title: a\x00b, and so on for a while", "", "f:1:9", "here stands the control character U+0000"},
		{"escape", "a\x1b[31m", "", "f:1:2", "here stands the control character U+001B"},
		{"delete", "\x7f", "", "f:1:1", "here stands the control character U+007F"},
		{"old Macintosh", "a\rb", "", "f:1:2", "here stands a carriage return without a line feed"},
		{"C1", "å\u0085", "", "f:1:2", "here stands the invisible character U+0085"},
		{"mark in the middle", "a\n\ufeff", "", "f:2:1", "here stands the invisible character U+FEFF"},
		{"line separator", "a\u2028", "", "f:1:2", "here stands the invisible character U+2028"},
		{"override", "b: \u202e50%", "", "f:1:4", "here stands U+202E, which turns the direction of writing, so people see another text than the machine reads"},
		{"isolate", "\u2066", "", "f:1:1", "here stands U+2066, which turns the direction of writing, so people see another text than the machine reads"},
	} {
		text, found := checkText("f", []byte(c.in))
		if c.at == "" {
			if string(text) != c.want || text == nil || len(found) != 0 {
				t.Errorf("%s: %q %v", c.name, text, found)
			}
			continue
		}
		if text != nil || len(found) != 1 || found[0].Pos.String() != c.at || found[0].Message.String() != c.says || found[0].Code != "C013" {
			t.Errorf("%s: %q %v", c.name, text, found)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("\ufeffa\r\n\xe6\u202e\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, found := checkText("f", data)
		if (text == nil) != (len(found) == 1) {
			t.Fatal("a text or one finding")
		}
		if text != nil {
			if !utf8.Valid(text) || !bytes.HasSuffix(data, text) || len(data)-len(text) > 3 {
				t.Fatalf("%q became %q", data, text)
			}
			return
		}
		lines := strings.Split(string(data), "\n")
		if at := found[0].Pos; at.Line < 1 || at.Line > len(lines) || at.Col < 1 || at.Col > utf8.RuneCountInString(lines[at.Line-1]) {
			t.Fatalf("%v is outside %q", at, data)
		}
	})
}

func BenchmarkText(b *testing.B) {
	text := bytes.Repeat([]byte("Prose of a charter, på dansk.\n"), 160)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		checkText("f", text)
	}
}
