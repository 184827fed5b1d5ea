package browser

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
)

var (
	pageTree = regexp.MustCompile(`/Type\s*/Pages\b`)
	count    = regexp.MustCompile(`/Count\s+(\d+)`)
)

// Sheets counts the pages of a PDF that the browser printed. The root of the page tree, which names the most pages of
// all its nodes, stands uncompressed in such a file.
func Sheets(pdf []byte) (int, error) {
	most := 0
	for object := range bytes.SplitSeq(pdf, []byte("endobj")) {
		if !pageTree.Match(object) {
			continue
		}
		if m := count.FindSubmatch(object); m != nil {
			n, _ := strconv.Atoi(string(m[1])) // digits only; too many of them are no page count
			most = max(most, n)
		}
	}
	if most == 0 {
		return 0, errors.New("no page tree was found in the PDF")
	}
	return most, nil
}
