package preview

import (
	"bytes"
	"fmt"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

type diffLine struct{ Class, Text string }

// difference is the lines that change between two texts.
func difference(before, after []byte) []diffLine {
	if bytes.Equal(before, after) {
		return nil
	}
	edits := udiff.Lines(string(before), string(after))
	unified, err := udiff.ToUnifiedDiff("", "", string(before), edits, 1)
	if err != nil {
		return []diffLine{{"", err.Error()}}
	}
	var lines []diffLine
	for _, h := range unified.Hunks {
		lines = append(lines, diffLine{"at", fmt.Sprintf("@ %d", h.FromLine)})
		for _, l := range h.Lines {
			d := diffLine{"", "  " + shown(l.Content)}
			switch l.Kind {
			case udiff.Delete:
				d = diffLine{"del", "- " + shown(l.Content)}
			case udiff.Insert:
				d = diffLine{"ins", "+ " + shown(l.Content)}
			}
			lines = append(lines, d)
		}
	}
	return lines
}

// shown makes a line's end visible where it is not a plain one.
func shown(line string) string {
	line = strings.TrimSuffix(line, "\n")
	if rest, ok := strings.CutSuffix(line, "\r"); ok {
		return rest + "␍"
	}
	return line
}
