package export

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// A leaf is a sheet of a workbook while it is written, row by row. It prints across
// A4 pages that are as wide as it is.
type leaf struct {
	sink
	columns []string // their letters
	n       int      // the row
}

// A leafHead is what stands before the rows of a sheet.
type leafHead struct {
	widths   []float64 // of the columns
	rows     int       // how many follow
	frozen   bool      // the first row and column stay in sight
	selected bool      // it is the sheet that shows
}

func newLeaf(w io.Writer, h leafHead) *leaf {
	l := &leaf{sink: sink{w: w, buf: make([]byte, 0, 2*enough)}}
	for i := range h.widths {
		l.columns = append(l.columns, letters(i))
	}
	l.raw(`<?xml version="1.0" encoding="UTF-8"?>`, "\n", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`,
		`<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:`, l.columns[len(l.columns)-1], strconv.Itoa(h.rows), `"/><sheetViews><sheetView`)
	if h.selected {
		l.raw(` tabSelected="1"`)
	}
	l.raw(` workbookViewId="0">`)
	if h.frozen {
		l.raw(`<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>`)
	}
	l.raw(`</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, width := range h.widths {
		n := strconv.Itoa(i + 1)
		l.raw(`<col min="`, n, `" max="`, n, `" width="`, strconv.FormatFloat(width, 'f', -1, 64), `" customWidth="1"/>`)
	}
	l.raw(`</cols><sheetData>`)
	return l
}

// end writes what stands behind the rows; filter names the cells whose heads filter
// them, if any.
func (l *leaf) end(filter string) error {
	if l.n > 0 {
		l.raw("</row>")
	}
	l.raw("</sheetData>")
	if filter != "" {
		l.raw(`<autoFilter ref="`, filter, `"/>`)
	}
	l.raw(`<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>`)
	return l.sink.end()
}

// row begins the next row.
func (l *leaf) row() {
	if l.n > 0 {
		l.raw("</row>")
	}
	l.flush(enough)
	l.n++
	l.raw(`<row r="`)
	l.buf = strconv.AppendInt(l.buf, int64(l.n), 10)
	l.raw(`">`)
}

// cell begins a cell of the row, up to its tag's end.
func (l *leaf) cell(column, style int) {
	l.raw(`<c r="`, l.columns[column])
	l.buf = strconv.AppendInt(l.buf, int64(l.n), 10)
	if style > 0 {
		l.raw(`" s="`)
		l.buf = strconv.AppendInt(l.buf, int64(style), 10)
	}
	l.raw(`"`)
}

// blank writes a cell that holds nothing but a style.
func (l *leaf) blank(column, style int) {
	l.cell(column, style)
	l.raw("/>")
}

// number writes a number of which the last digits are decimals, and how it is
// calculated, if it is.
func (l *leaf) number(column, style int, formula, digits string, decimals int) {
	l.cell(column, style)
	l.raw(">")
	if formula != "" {
		l.raw("<f>", formula, "</f>") // names of cells, and codes of currencies
	}
	l.raw("<v>")
	l.buf = withPoint(l.buf, digits, decimals)
	l.raw("</v></c>")
}

// withPoint appends a whole number with a point before its last digits, and leaves
// out what says nothing.
func withPoint(b []byte, digits string, decimals int) []byte {
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		b, digits = append(b, '-'), rest
	}
	if missing := decimals + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, frac := digits[:len(digits)-decimals], strings.TrimRight(digits[len(digits)-decimals:], "0")
	if b = append(b, whole...); frac != "" {
		b = append(append(b, '.'), frac...)
	}
	return b
}

// text writes what is a text, whatever it looks like.
func (l *leaf) text(column, style int, text string) {
	l.cell(column, style)
	l.raw(` t="inlineStr"><is><t`)
	if strings.TrimSpace(text) != text {
		l.raw(` xml:space="preserve"`)
	}
	l.raw(">")
	l.buf = appendText(l.buf, text)
	l.raw("</t></is></c>")
}

// appendText appends a text as XML, as much of it as a cell can hold.
func appendText(b []byte, text string) []byte {
	if len(text) <= excelize.TotalCellChars && inCell.holds(text) {
		return append(b, text...)
	}
	units := 0
	for i, r := range text {
		if units++; r > 0xffff {
			units++
		}
		if units > excelize.TotalCellChars {
			break
		}
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\r':
			b = append(b, "&#xD;"...)
		case r == '_' && looksEscaped(text[i:]):
			b = append(b, "_x005F_"...) // a spreadsheet would take what follows for a character's number
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			b = append(b, "\ufffd"...) // XML does not know it
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

var inCell = plainBut("&<>_")

// looksEscaped reports whether a text begins like _x0041_.
func looksEscaped(text string) bool {
	return len(text) > 6 && text[1] == 'x' && text[6] == '_' && strings.Trim(text[2:6], "0123456789abcdefABCDEF") == ""
}
