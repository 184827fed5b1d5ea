package export

import (
	"bytes"
	"charterhouse/internal/locale"
	"charterhouse/internal/theme"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"charterhouse/internal/calendar"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/rollup"
	"charterhouse/internal/source"
)

func sample(t *testing.T) *portfolio.Portfolio {
	t.Helper()
	tree, err := source.Open("../../content", source.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	day, _ := calendar.ParseDate("2026-11-16")
	loader := portfolio.Loader{Speech: func(string) *locale.Set { return theme.Speech(nil) }}
	return loader.Load(tree, day).Portfolio
}

func tables(p *portfolio.Portfolio) func(string) rollup.Table {
	return func(name string) rollup.Table {
		r, _ := rollup.Named(name)
		return r.Make(p)
	}
}

// portfolio.json of the sample is valid by the schema that is published beside
// it, twice the same, and safe to put into a page.
func TestJSONIsValid(t *testing.T) {
	p := sample(t)
	var one, two bytes.Buffer
	if err := JSON(&one, p, tables(p)); err != nil {
		t.Fatal(err)
	}
	if err := JSON(&two, sample(t), tables(p)); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Fatal("two times are not the same bytes")
	}
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("portfolio.schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("portfolio.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(one.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(doc); err != nil {
		t.Error(err)
	}
	if strings.ContainsAny(one.String(), "<>\u2028\u2029") {
		t.Error("a page could not hold this")
	}
}

// E4: whatever authors typed, the file is strict JSON that a page can hold, and
// says what they typed.
func TestJSONIsNotBroken(t *testing.T) {
	p := hostile(t)
	var b bytes.Buffer
	if err := JSON(&b, p, tables(p)); err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(b.Bytes()) || bytes.ContainsAny(b.Bytes(), "<>&\u2028\u2029\x00") {
		t.Error("a page could not hold this")
	}
	var d Document
	strict := json.NewDecoder(&b)
	strict.DisallowUnknownFields()
	if err := strict.Decode(&d); err != nil || strict.More() {
		t.Fatal(err)
	}
	for i, c := range p.Charters() {
		if d.Charters[i].Title != c.Name() || c.Budget.Sound && d.Charters[i].Budget.Total != c.Budget.Total.Value.Text() {
			t.Errorf("%q became %q", c.Name(), d.Charters[i].Title)
		}
	}
}

// What the file says is what the rollups say.
func TestJSONIsTheRollups(t *testing.T) {
	p := sample(t)
	var b bytes.Buffer
	if err := JSON(&b, p, tables(p)); err != nil {
		t.Fatal(err)
	}
	var d Document
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if d.Version != Version || len(d.Charters) != len(p.Charters()) || len(d.Rollups) != len(rollup.All) {
		t.Fatalf("version %d, %d charters, %d rollups", d.Version, len(d.Charters), len(d.Rollups))
	}
	for i, r := range rollup.All {
		made := r.Make(p)
		for j, block := range made.Blocks {
			for k, row := range block.Rows {
				for n, c := range row.Cells {
					got := d.Rollups[i].Blocks[j].Rows[k].Cells[n]
					if c.Kind == rollup.Amount && got.Amount != c.Money.Text() || c.Kind == rollup.Count && *got.Count != c.N {
						t.Errorf("%s, %s: %+v is not %+v", r.Name, row.Key, got, c)
					}
				}
			}
			if len(block.Total.Cells) > 0 && d.Rollups[i].Blocks[j].Total == nil {
				t.Errorf("%s has no total", r.Name)
			}
		}
	}
}
