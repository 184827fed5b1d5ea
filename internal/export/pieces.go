package export

import (
	"encoding/json"
	"io"
	"strconv"

	"charterhouse/internal/calendar"
	"charterhouse/internal/rollup"
)

// pieces writes JSON piece by piece, lists one item a line, and keeps the first
// error. What there is much of, the rows of rollups with their addends, it writes
// straight from the model, as encoding/json would write a [Row]: a large portfolio
// has a million addends, which would each be made to be thrown away.
type pieces struct {
	sink
	json  *json.Encoder // into the sink
	begun bool          // so that a file does not begin with an empty line
}

func newPieces(w io.Writer) *pieces {
	p := &pieces{sink: sink{w: w, buf: make([]byte, 0, 2*enough)}}
	p.json = json.NewEncoder(p)
	return p
}

// Write takes what the encoder makes.
func (p *pieces) Write(b []byte) (int, error) {
	p.buf = append(p.buf, b...)
	return len(b), nil
}

func (p *pieces) value(v any) {
	if err := p.json.Encode(v); err != nil && p.err == nil {
		p.err = err
	}
	p.buf = p.buf[:max(len(p.buf)-1, 0)] // the encoder ends a line
}

// line begins item i of a list.
func (p *pieces) line(i int) {
	p.flush(enough)
	if i > 0 {
		p.raw(",")
	}
	if p.begun {
		p.raw("\n")
	}
	p.begun = true
}

func (p *pieces) item(i int, v any) {
	p.line(i)
	p.value(v)
}

// open writes an item up to its last list, which is written piece by piece.
func (p *pieces) open(i int, v any, last, instead string) {
	p.item(i, v)
	p.buf = p.buf[:len(p.buf)-len(last)]
	p.raw(instead)
}

// table writes a rollup row by row.
func (p *pieces) table(i int, t rollup.Table) {
	head := Table{Name: t.Name, Columns: []string{}}
	for _, c := range t.Columns {
		head.Columns = append(head.Columns, c.Key)
	}
	p.open(i, head, `null}`, `[`)
	for j, b := range t.Blocks {
		p.open(j, Block{Currency: string(b.Currency)}, `null}`, `[`)
		for k := range b.Rows {
			p.row(k, &b.Rows[k], t.Columns, false)
		}
		p.raw("]")
		if len(b.Total.Cells) > 0 {
			p.raw(`,"total":`)
			p.row(0, &b.Total, t.Columns, true)
		}
		p.raw("}")
	}
	p.raw("]}")
}

// row writes a [Row]. The addends of a total are those of the rows, and those of a
// sum are those of the cells before it: they are not written once more.
func (p *pieces) row(i int, r *rollup.Row, columns []rollup.Column, total bool) {
	p.line(i)
	p.raw(`{"key":`)
	p.quote(r.Key)
	p.raw(`,"cells":[`)
	for j := range r.Cells {
		if j > 0 {
			p.raw(",")
		}
		p.cell(&r.Cells[j], !total && !columns[j].Sums)
	}
	p.raw("]}")
}

// cell writes a [Cell].
func (p *pieces) cell(c *rollup.Cell, added bool) {
	p.raw("{")
	text := c.Text
	switch c.Kind {
	case rollup.Amount:
		p.name("amount")
		p.exact(c.Money.Append)
		p.field("currency", string(c.Money.Currency))
	case rollup.Words:
		text = string(c.Label)
	}
	if c.About {
		p.name("converted")
		p.raw("true")
	}
	switch c.Kind {
	case rollup.Count, rollup.Days:
		p.name("count")
		p.buf = strconv.AppendInt(p.buf, int64(c.N), 10)
	case rollup.Part:
		p.field("share", c.Share().String())
	case rollup.Ratio:
		p.name("ratio")
		p.buf = append(p.buf, '"')
		p.buf = append(c.Ratio.Num().Append(p.buf, 10), '/')
		p.buf = append(c.Ratio.Denom().Append(p.buf, 10), '"')
	case rollup.Spans:
		p.spans(c.Spans())
	}
	p.field("mark", string(c.Mark()))
	if !c.Date.IsZero() {
		p.name("date")
		p.exact(c.Date.Append)
	}
	p.field("text", text)
	for i, t := range c.Refs {
		p.next(i, "ids")
		p.quote(string(t.ID))
	}
	p.close(len(c.Refs))
	if added {
		p.addends(c)
	}
	p.raw("}")
}

func (p *pieces) spans(all []calendar.Window) {
	for i, w := range all {
		p.next(i, "spans")
		p.raw(`{"from":`)
		p.exact(w.Start.Append)
		p.raw(`,"until":`)
		p.exact(w.End.Append)
		p.raw("}")
	}
	p.close(len(all))
}

// addends writes the [Addend]s of a cell, but for a count of the row's charters,
// which its amounts name.
func (p *pieces) addends(c *rollup.Cell) {
	n := 0
	for a := range c.Addends.All() {
		if c.Kind == rollup.Count && a.Area == "" {
			break
		}
		p.next(n, "addends")
		p.raw(`{"charter":`)
		p.quote(string(a.Charter.ID.Value))
		p.field("party", string(a.Party))
		p.field("person", string(a.Person))
		p.field("area", string(a.Area))
		switch c.Kind {
		case rollup.Amount:
			p.name("amount")
			p.exact(a.Money.Append)
		case rollup.Ratio:
			p.name("ratio")
			p.exact(a.Ratio.Append)
		}
		p.raw("}")
		p.flush(enough)
		n++
	}
	p.close(n)
}

// next begins item i of a list in a field, which is left out where there is none.
func (p *pieces) next(i int, name string) {
	if i > 0 {
		p.raw(",")
		return
	}
	p.name(name)
	p.raw("[")
}

// close ends the list of a field.
func (p *pieces) close(n int) {
	if n > 0 {
		p.raw("]")
	}
}

// name begins a field.
func (p *pieces) name(name string) {
	if p.buf[len(p.buf)-1] != '{' {
		p.raw(",")
	}
	p.raw(`"`, name, `":`)
}

// field writes a text, and nothing where that is empty.
func (p *pieces) field(name, text string) {
	if text != "" {
		p.name(name)
		p.quote(text)
	}
}

// exact writes a number or a day, in quotes.
func (p *pieces) exact(write func([]byte) []byte) {
	p.buf = append(write(append(p.buf, '"')), '"')
}

// quote writes a text as JSON.
func (p *pieces) quote(text string) {
	if inJSON.holds(text) {
		p.raw(`"`, text, `"`)
		return
	}
	p.value(text)
}

var inJSON = plainBut(`"\<>&`)
