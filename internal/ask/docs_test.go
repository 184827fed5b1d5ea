package ask

import (
	"os"
	"strings"
	"testing"

	"charterhouse/internal/portfolio"
)

// The manual of questions names every field, every type of own field and every
// limit.
func TestManualNamesEveryField(t *testing.T) {
	text, err := os.ReadFile("../../docs/questions.md")
	if err != nil {
		t.Fatal(err)
	}
	manual := string(text)
	for _, f := range fields {
		if !strings.Contains(manual, "`"+f.name+"`") && !strings.Contains(manual, "`"+f.name+"(") {
			t.Errorf("docs/questions.md does not name %s", f.name)
		}
		for _, w := range strings.Fields(f.words) {
			if !strings.Contains(manual, w) && f.name != "rag" {
				t.Errorf("docs/questions.md does not name %s = %s", f.name, w)
			}
		}
	}
	for _, word := range append([]string{"4096 characters", "64 comparisons", "12 levels", "12 fields", "at most 1000", "40 questions"}, portfolio.FieldTypes...) {
		if !strings.Contains(manual, word) {
			t.Errorf("docs/questions.md does not say %q", word)
		}
	}
}
