package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
)

// soffice finds LibreOffice. A machine without it is a fault and not a reason
// to skip.
func soffice(t *testing.T) string {
	t.Helper()
	names := []string{"soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"}
	if named := os.Getenv("SOFFICE"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no LibreOffice was found: run `make office`, or set SOFFICE to the path of soffice")
	return ""
}

// opened lets LibreOffice open files and returns each as it then is: by file
// and sheet, the rows of cells.
func opened(t *testing.T, files map[string][]byte, filter ...string) map[string]map[string][][]openedCell {
	t.Helper()
	dir := t.TempDir()
	arguments := append([]string{"--headless", "-env:UserInstallation=file://" + filepath.ToSlash(dir) + "/profile", "--convert-to", "fods", "--outdir", filepath.Join(dir, "out")}, filter...)
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, filepath.Join(dir, name))
	}
	c := exec.Command(soffice(t), arguments...)
	c.Env = append(os.Environ(), "HOME="+dir)
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	all := map[string]map[string][][]openedCell{}
	for name := range files {
		text, err := os.ReadFile(filepath.Join(dir, "out", strings.TrimSuffix(name, filepath.Ext(name))+".fods"))
		if err != nil {
			t.Fatalf("LibreOffice did not open %s: %v", name, err)
		}
		all[name] = openedSheets(t, text)
	}
	return all
}

// An openedCell is a cell as LibreOffice holds it.
type openedCell struct {
	formula, kind, value, text string
}

// openedSheets reads a flat OpenDocument spreadsheet.
func openedSheets(t *testing.T, text []byte) map[string][][]openedCell {
	t.Helper()
	type paragraph struct {
		Text string `xml:",innerxml"`
	}
	type tableRow struct {
		Repeated int `xml:"number-rows-repeated,attr"`
		Cells    []struct {
			Repeated int         `xml:"number-columns-repeated,attr"`
			Formula  string      `xml:"formula,attr"`
			Kind     string      `xml:"value-type,attr"`
			Value    string      `xml:"value,attr"`
			Day      string      `xml:"date-value,attr"`
			Text     []paragraph `xml:"p"`
		} `xml:"table-cell"`
	}
	var d struct {
		Tables []struct {
			Name  string     `xml:"name,attr"`
			Heads []tableRow `xml:"table-header-rows>table-row"` // which stand above the others, on each sheet of paper
			Rows  []tableRow `xml:"table-row"`
		} `xml:"body>spreadsheet>table"`
	}
	if err := xml.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	all := map[string][][]openedCell{}
	for _, table := range d.Tables {
		var rows [][]openedCell
		for _, r := range append(table.Heads, table.Rows...) {
			var row []openedCell
			for _, c := range r.Cells {
				x := openedCell{formula: c.Formula, kind: c.Kind, value: c.Value + c.Day}
				for _, p := range c.Text {
					x.text += p.Text
				}
				for range min(max(c.Repeated, 1), 100) {
					row = append(row, x)
				}
			}
			for range min(max(r.Repeated, 1), 100) {
				rows = append(rows, row)
			}
		}
		all[table.Name] = rows
	}
	return all
}

var kept = regexp.MustCompile(`(</f>)<v>[^<]*</v>`)

// forgetful takes the figures out of a workbook that stand beside formulas, so
// that whoever opens it must calculate them.
func forgetful(t *testing.T, book []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range archive.File {
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, kept.ReplaceAllString(part(t, book, f.Name), "$1")); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// LibreOffice opens the workbooks; what it calculates anew is what we summed,
// to the last minor unit; and no text of an author is calculated.
func TestOfficeOpensWorkbooks(t *testing.T) {
	t.Parallel()
	portfolios := map[string]*portfolio.Portfolio{"sample.xlsx": sample(t), "hostile.xlsx": hostile(t)}
	files := map[string][]byte{}
	for name, p := range portfolios {
		files[name] = forgetful(t, workbook(t, speech(t, p, "en"), everything(), tables(p)))
	}
	for name, sheets := range opened(t, files) {
		p := portfolios[name]
		s := speech(t, p, "en")
		calculated := 0
		named := &book{Speech: s, taken: map[string]bool{}}
		named.sheetName(s.Words.T("export.about"))
		for _, rollupName := range everything() {
			rows := sheets[named.sheetName(s.Words.T("rollup."+rollupName))]
			laid := s.flat(tables(p)(rollupName))
			for i := range laid.lines {
				for j := range laid.heads {
					c, got := laid.cell(&laid.lines[i], j), at(rows, i+1, j)
					judgeOpened(t, fmt.Sprintf("%s, %s, %s%d", name, rollupName, letters(j), i+2), &laid.columns[j], c, got)
					if got.formula != "" {
						calculated++
					}
				}
			}
		}
		if calculated < 50 {
			t.Errorf("%s has only %d formulas", name, calculated)
		}
	}
}

func at(rows [][]openedCell, i, j int) openedCell {
	if i < len(rows) && j < len(rows[i]) {
		return rows[i][j]
	}
	return openedCell{}
}

// judgeOpened compares a cell in LibreOffice with the rollup's.
func judgeOpened(t *testing.T, where string, column *rollup.Column, c *rollup.Cell, got openedCell) {
	t.Helper()
	if got.formula != "" && c.Kind != rollup.Amount && c.Kind != rollup.Ratio {
		t.Errorf("%s is calculated: %s", where, got.formula)
	}
	want, kind := "", "float"
	switch c.Kind {
	case rollup.Empty:
		kind = ""
	case rollup.Amount:
		want = c.Money.Text()
	case rollup.Count, rollup.Days:
		want = strconv.Itoa(c.N)
	case rollup.Day:
		want, kind = c.Date.String(), "date"
	case rollup.Part:
		if percent, ok := percentIn(column, c.Share()); ok {
			want, kind = ratOf(percent+"e-2").FloatString(8), "percentage"
		} else {
			kind = "string"
		}
	case rollup.Ratio:
		if want = ratioText(column, c.Ratio); column.Percent {
			kind = "percentage"
		}
	case rollup.Figure:
		if want = c.Text; !plainNumber(c.Text) {
			kind = "string"
		}
	default:
		kind = "string"
	}
	if kind == "string" && got.kind == "" && got.text == "" {
		return // a text of nothing that shows
	}
	if got.kind != kind {
		t.Errorf("%s is a %q and not a %q: %+v", where, got.kind, kind, got)
		return
	}
	switch kind {
	case "float", "percentage":
		if x := ratOf(got.value); x == nil || x.Cmp(ratOf(want)) != 0 {
			t.Errorf("%s is %s and not %s, by %q", where, got.value, want, got.formula)
		}
	case "date":
		if got.value != want {
			t.Errorf("%s is %s and not %s", where, got.value, want)
		}
	}
}

// LibreOffice opens CSV as it would in Denmark and in Britain: numbers and days
// are numbers and days, and nothing is calculated.
func TestOfficeOpensCSV(t *testing.T) {
	for lang, filter := range map[string]string{"da": "CSV:59,34,76,1,,1030,false,true", "en": "CSV:44,34,76,1,,2057,false,true"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			files := map[string][]byte{}
			laid := map[string]*flat{}
			add := func(name string, s Speech, table rollup.Table) {
				files[name] = []byte(csvOf(t, s, table))
				laid[name] = s.flat(table)
			}
			for kind, p := range map[string]*portfolio.Portfolio{"sample": sample(t), "hostile": hostile(t)} {
				for _, name := range everything() {
					add(kind+"-"+name+".csv", speech(t, p, lang), tables(p)(name))
				}
			}
			add("typed.csv", speech(t, sample(t), lang), typed(payloads))
			for name, sheets := range opened(t, files, "--infilter="+filter) {
				if len(sheets) != 1 {
					t.Fatalf("%s has %d sheets", name, len(sheets))
				}
				for _, rows := range sheets {
					judgeCSV(t, name, laid[name], rows)
				}
			}
		})
	}
}

func judgeCSV(t *testing.T, name string, laid *flat, rows [][]openedCell) {
	t.Helper()
	for i, row := range rows {
		for j, got := range row {
			if got.formula != "" {
				t.Errorf("%s, %s%d is calculated: %s", name, letters(j), i+1, got.formula)
			}
		}
	}
	if len(rows) < len(laid.lines) {
		t.Errorf("%s has %d rows and not %d", name, len(rows), len(laid.lines)+1)
	}
	if strings.HasPrefix(name, "typed") {
		return // lines within texts are rows here
	}
	for i := range laid.lines {
		for j := range laid.heads {
			c := laid.cell(&laid.lines[i], j)
			if c.Kind == rollup.Amount || c.Kind == rollup.Ratio || c.Kind == rollup.Count || c.Kind == rollup.Days || c.Kind == rollup.Day {
				judgeOpened(t, fmt.Sprintf("%s, %s%d", name, letters(j), i+2), &laid.columns[j], c, at(rows, i+1, j))
			}
		}
	}
}
