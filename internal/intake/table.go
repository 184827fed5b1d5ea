// Package intake makes charters of a spreadsheet of projects.
//
// A sheet says in columns what a charter says in keys, and every organisation
// has columns of its own. So between the two stands a [Mapping]: which column is
// which field, how its amounts and days are written. [Propose] makes one from the
// heads and the values; people look at it, change it, keep it, use it again.
// What a column could mean in two ways is left for them to decide.
//
// Nothing is guessed in silence and nothing is lost in silence: each cell goes
// into a field, or [Convert] returns it as [Left] with the reason. Charters are
// proposals, for nobody has signed them here. Amounts are read from text and
// stay exact; formulas are never run.
package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"charterhouse/internal/calendar"
)

// The limits of a sheet. They are far above a list of projects.
const (
	MaxFile    = 32 << 20  // bytes of the file
	maxUnpack  = 256 << 20 // bytes of a workbook when unpacked
	maxRows    = 20_000
	maxColumns = 300
	maxCell    = 20_000 // bytes
)

// A Table is a sheet as texts.
type Table struct {
	File, Sheet string
	Others      []string // further sheets, which are not read
	Encoding    string   // of CSV: "utf-8" or "windows-1252"
	Separator   string   // of CSV: ";", ",", or "tab"
	Formulas    int      // cells that hold a formula; its last value was taken
	Rows        []Row
}

// A Row is one row with something in it.
type Row struct {
	Number int // in the sheet, or the line in a CSV
	Cells  []Cell
}

// A Cell is what stands in a cell. Exact says that it is a number, a share or a
// day to the spreadsheet, so that Text has one meaning: 1234.5, 50% or
// 2027-03-31. Open says that it is a formula whose value nobody has saved.
type Cell struct {
	Text  string
	Exact bool
	Open  bool
}

// at returns a row's cell in a column, counted from 0.
func (r Row) at(column int) Cell {
	if column < len(r.Cells) {
		return r.Cells[column]
	}
	return Cell{}
}

// A Form says how to read a file; what is empty is found out.
type Form struct{ Sheet, Encoding, Separator string }

// Read reads a CSV or XLSX file.
func Read(name string, data []byte, form Form) (*Table, error) {
	t := &Table{File: path.Base(name)}
	var err error
	switch ext := strings.ToLower(path.Ext(name)); {
	case len(data) > MaxFile:
		err = fmt.Errorf("it has more than %d MB", MaxFile>>20)
	case ext == ".csv" || ext == ".txt" || ext == ".tsv":
		err = t.csv(data, form)
	case ext == ".xlsx":
		err = t.workbook(data, form)
	case ext == ".xls" || ext == ".xlsm" || ext == ".ods":
		err = errors.New("save it as .xlsx or .csv first")
	default:
		err = errors.New("only .csv and .xlsx are read")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func (t *Table) csv(data []byte, form Form) error {
	text, err := t.decode(data, form.Encoding)
	if err != nil {
		return err
	}
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 1 { // what spreadsheets write for each other
		if form.Separator == "" {
			form.Separator = rest[:1]
		}
		text = "\n" + strings.TrimLeft(rest[1:], "\r\n")
	}
	if t.Separator, err = separator(text, form.Separator); err != nil {
		return err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.Comma = -1, comma(t.Separator)
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t.any()
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		row := Row{Number: line}
		for _, text := range record {
			row.Cells = append(row.Cells, Cell{Text: unguard(strings.TrimSpace(text))})
		}
		if err := t.add(row); err != nil {
			return err
		}
	}
}

// unguard takes off the apostrophe by which our own exports, and others, keep a
// text from being run as a formula.
func unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && rest != "" && strings.ContainsRune("=+-@0123456789", rune(rest[0])) {
		return rest
	}
	return text
}

func (t *Table) add(row Row) error {
	something := false
	for _, c := range row.Cells {
		something = something || c.Text != ""
		if len(c.Text) > maxCell {
			return fmt.Errorf("row %d: a cell holds more than %d characters", row.Number, maxCell)
		}
	}
	switch {
	case !something:
		return nil
	case len(row.Cells) > maxColumns:
		return fmt.Errorf("row %d has more than %d columns", row.Number, maxColumns)
	case len(t.Rows) == maxRows:
		return fmt.Errorf("it has more than %d rows", maxRows)
	}
	t.Rows = append(t.Rows, row)
	return nil
}

func (t *Table) any() error {
	if len(t.Rows) == 0 {
		return errors.New("it is empty")
	}
	return nil
}

// decode makes text of bytes. What is not UTF-8 is taken for Windows-1252, the
// way that spreadsheets here save a CSV; the mapping says so.
func (t *Table) decode(data []byte, encoding string) (string, error) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return "", errors.New("it is in UTF-16; save it as CSV UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if t.Encoding = encoding; encoding == "" {
		t.Encoding = "utf-8"
		if !utf8.Valid(data) {
			t.Encoding = "windows-1252"
		}
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", errors.New("it holds zero bytes, so it is no CSV")
	}
	switch t.Encoding {
	case "utf-8":
		if !utf8.Valid(data) {
			return "", errors.New("it is not in UTF-8; write encoding: windows-1252 in the mapping")
		}
		return string(data), nil
	case "windows-1252":
		text, err := charmap.Windows1252.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			return "", errors.New("it is neither in UTF-8 nor in Windows-1252; save it as CSV UTF-8")
		}
		return string(text), nil
	}
	return "", fmt.Errorf("encoding: %q is neither utf-8 nor windows-1252", encoding)
}

var separators = []string{";", ",", "tab"}

func comma(separator string) rune {
	if separator == "tab" {
		return '\t'
	}
	return rune(separator[0])
}

// separator is the sign that parts the first line into most cells.
func separator(text, wanted string) (string, error) {
	if wanted == "\t" {
		wanted = "tab"
	}
	if wanted != "" {
		if wanted != ";" && wanted != "," && wanted != "tab" {
			return "", fmt.Errorf("separator: %q is none of ; , tab", wanted)
		}
		return wanted, nil
	}
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	best, most, second := "", 0, 0
	for _, s := range separators {
		n, quoted := 0, false
		for _, c := range first {
			if c == '"' {
				quoted = !quoted
			} else if c == comma(s) && !quoted {
				n++
			}
		}
		if n > most {
			best, most, second = s, n, most
		} else if n > second {
			second = n
		}
	}
	switch {
	case most == 0:
		return ",", nil // one column
	case most == second:
		return "", errors.New("it is not clear which sign parts its cells; write separator: in the mapping")
	}
	return best, nil
}

func (t *Table) workbook(data []byte, form Form) error {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpack, UnzipXMLSizeLimit: 64 << 20})
	if err != nil {
		return fmt.Errorf("it cannot be opened as a workbook: %w", err)
	}
	defer f.Close()
	if t.Sheet = form.Sheet; t.Sheet == "" {
		t.Sheet = largest(f)
	}
	for _, name := range f.GetSheetList() {
		if name != t.Sheet {
			t.Others = append(t.Others, name)
		}
	}
	if i, err := f.GetSheetIndex(t.Sheet); err != nil || i < 0 {
		return fmt.Errorf("it has no sheet %q; its sheets are %s", t.Sheet, strings.Join(f.GetSheetList(), ", "))
	}
	rows, err := f.Rows(t.Sheet)
	if err != nil {
		return err
	}
	defer rows.Close()
	s := styles{file: f, known: map[int]string{}}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.late = *props.Date1904
	}
	for number := 1; rows.Next(); number++ {
		texts, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		row := Row{Number: number}
		for i, text := range texts {
			c := Cell{Text: strings.TrimSpace(text)}
			if i < maxColumns {
				at, _ := excelize.CoordinatesToCellName(i+1, number)
				formula, _ := f.GetCellFormula(t.Sheet, at)
				if formula != "" {
					t.Formulas++
				}
				switch {
				case c.Text != "":
					c = s.cell(t.Sheet, at, c.Text)
				case formula != "":
					c = Cell{Text: "=" + strings.TrimPrefix(formula, "="), Open: true}
				}
			}
			row.Cells = append(row.Cells, c)
		}
		if err := t.add(row); err != nil {
			return err
		}
	}
	return t.any()
}

// largest is the sheet with most rows of those that are shown.
func largest(f *excelize.File) (sheet string) {
	most := 0
	for _, name := range f.GetSheetList() {
		if visible, _ := f.GetSheetVisible(name); !visible {
			continue
		}
		rows, err := f.Rows(name)
		if err != nil {
			continue
		}
		n := 0
		for n < maxRows && rows.Next() {
			n++
		}
		_ = rows.Close() // it was only counted
		if sheet == "" || n > most {
			sheet, most = name, n
		}
	}
	return sheet
}

// styles tell a number from a day and a share.
type styles struct {
	file  *excelize.File
	late  bool           // days count from 1904
	known map[int]string // by style: "day", "share" or ""
}

func (s *styles) cell(sheet, at, text string) Cell {
	kind, err := s.file.GetCellType(sheet, at)
	if err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber && kind != excelize.CellTypeFormula {
		return Cell{Text: unguard(text)}
	}
	number, ok := decimal(text)
	if !ok {
		return Cell{Text: unguard(text)}
	}
	switch s.of(sheet, at) {
	case "day":
		if day, ok := serial(number, s.late); ok {
			return Cell{Text: day.String(), Exact: true}
		}
		return Cell{Text: text}
	case "share":
		return Cell{Text: plain(number.Mul(number, big.NewRat(100, 1))) + "%", Exact: true}
	}
	return Cell{Text: plain(number), Exact: true}
}

func (s *styles) of(sheet, at string) string {
	id, err := s.file.GetCellStyle(sheet, at)
	if err != nil {
		return ""
	}
	if kind, ok := s.known[id]; ok {
		return kind
	}
	kind := ""
	if style, err := s.file.GetStyle(id); err == nil && style != nil {
		kind = formatKind(style)
	}
	s.known[id] = kind
	return kind
}

func formatKind(style *excelize.Style) string {
	n := style.NumFmt
	custom := ""
	if style.CustomNumFmt != nil {
		custom = strings.ToLower(*style.CustomNumFmt)
		for _, pair := range []string{`""`, `[]`} { // what is quoted or in brackets is shown as it is
			for {
				i := strings.IndexByte(custom, pair[0])
				j := strings.IndexByte(custom[min(len(custom), i+1):], pair[1])
				if i < 0 || j < 0 {
					break
				}
				custom = custom[:i] + custom[i+1+j+1:]
			}
		}
	}
	switch {
	case n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58, strings.Contains(custom, "y") && strings.Contains(custom, "m"):
		return "day"
	case n == 9 || n == 10, strings.HasSuffix(custom, "%"):
		return "share"
	}
	return ""
}

// decimal reads a number as a workbook stores it, exactly as far as it counts:
// spreadsheets keep 15 digits, and what is beyond is noise.
func decimal(text string) (*big.Rat, bool) {
	if text == "" || len(text) > 40 || strings.Trim(text, "0123456789.eE+-") != "" {
		return nil, false
	}
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok {
		if n, err := strconv.Atoi(exponent); err != nil || n > 20 || n < -20 {
			return nil, false
		}
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, false
	}
	for places := range 15 {
		short, _ := new(big.Rat).SetString(exact.FloatString(places))
		gap := new(big.Rat).Sub(exact, short)
		gap.Mul(gap.Abs(gap), big.NewRat(1_000_000_000_000_000, 1))
		if gap.Cmp(new(big.Rat).Abs(exact)) <= 0 {
			return short, true
		}
	}
	return exact, true
}

// plain writes a number without exponent.
func plain(n *big.Rat) string {
	if n.IsInt() {
		return n.RatString()
	}
	return strings.TrimRight(n.FloatString(15), "0")
}

// serial is the day that a number means to a spreadsheet.
func serial(n *big.Rat, late bool) (calendar.Date, bool) {
	if !n.IsInt() {
		whole := new(big.Int).Quo(n.Num(), n.Denom()) // the time of day is dropped
		n = new(big.Rat).SetInt(whole)
	}
	days := n.Num().Int64()
	if !n.Num().IsInt64() || days < 61 || days > 200_000 {
		return calendar.Date{}, false
	}
	first, _ := calendar.Of(1970, 1, 1)
	if late {
		return first.AddDays(int(days) - 24107), true
	}
	return first.AddDays(int(days) - 25569), true
}
