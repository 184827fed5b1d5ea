package money

import (
	"strings"
	"testing"
)

// TestParseShareRefuses holds that a text which is no share is refused at once,
// with a better spelling where there is one.
func TestParseShareRefuses(t *testing.T) {
	for s, hint := range map[string]string{
		"half": "write 50%, 33.5% or 1/3", "": "write 50%, 33.5% or 1/3", "1e3": "write 50%, 33.5% or 1/3", "x/y": "write 50%, 33.5% or 1/3",
		"33,5 %": "write 33.5%", "60": "write 60%", "33,5": "write 33.5%", "060%": "write 50%, 33.5% or 1/3", strings.Repeat("%", 99): "write 50%, 33.5% or 1/3",
		"0%": "leave out a department that pays nothing", "101%": "write at most 100%", "1/0": "write a fraction such as 1/3",
	} {
		_, err := ParseShare(s)
		if bad, ok := err.(*SyntaxError); !ok || bad.Hint.String() != hint {
			t.Errorf("ParseShare(%q) = %+v, want hint %q", s, err, hint)
		}
	}
}
