package export

import (
	"encoding/csv"
	"io"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unicode"

	"charterhouse/internal/money"
	"charterhouse/internal/rollup"
)

// CSV writes a rollup as one table. Its dialect follows the language, since
// programs guess it by where their reader lives: with a decimal comma, fields
// are parted by a semicolon and the file begins with a byte order mark, for
// without it a spreadsheet there takes Å for two other letters; with a decimal
// point it is plain RFC 4180. Days are YYYY-MM-DD, amounts have all decimals
// and no grouping.
//
// An amount, a count or a day is written as what it is. An exact number is
// written in full where that takes at most fifteen digits, and else rounded as
// the page rounds it. Numbers stay numbers, so a word beside one is left to the
// columns that say the same; beside a text it stands in brackets. A text can never start
// a formula, whichever way the file is opened: see [Guard].
func CSV(w io.Writer, s Speech, t rollup.Table) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if s.Locale.Point() == "," {
		out.Comma = ';'
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	f := s.flat(t)
	fields := make([]string, len(f.heads))
	for i, h := range f.heads {
		fields[i] = Guard(h)
	}
	if err := out.Write(fields); err != nil {
		return err
	}
	for i := range f.lines {
		for j := range fields {
			fields[j] = s.field(&f.columns[j], f.cell(&f.lines[i], j))
		}
		if err := out.Write(fields); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// field is a cell as CSV holds it.
func (s Speech) field(column *rollup.Column, c *rollup.Cell) string {
	switch c.Kind {
	case rollup.Empty:
		return ""
	case rollup.Amount:
		return s.pointed(c.Money.Text())
	case rollup.Count, rollup.Days:
		return strconv.Itoa(c.N)
	case rollup.Day:
		return c.Date.String()
	case rollup.Part:
		if percent, ok := percentIn(column, c.Share()); ok {
			return s.pointed(percent) + "%"
		}
		return "'" + c.Share().String() // a spreadsheet would take 1/3 for a day in March
	case rollup.Ratio:
		if column.Percent {
			return s.pointed(decimal(percents(c.Ratio), 0)) + "%"
		}
		return s.pointed(decimal(c.Ratio, ratioPlaces))
	case rollup.Figure:
		if plainNumber(c.Text) {
			return s.pointed(c.Text)
		}
	}
	return Guard(s.words(c))
}

// pointed writes a decimal number with the language's sign.
func (s Speech) pointed(number string) string {
	return strings.Replace(number, ".", s.Locale.Point(), 1)
}

// percentOf is a share as per cent; ok is false where that has more than three
// decimals, and where there is no share.
func percentOf(s money.Share) (text string, ok bool) {
	if s.IsZero() {
		return "", false
	}
	hi, lo := bits.Mul64(uint64(s.Num()), 100_000)
	thousandths, rest := bits.Div64(hi, lo, uint64(s.Den())) // at most 100 000, since a share is at most the whole
	return string(withPoint(nil, strconv.FormatUint(thousandths, 10), 3)), rest == 0
}

// percentIn is percentOf for a column, which may want every share as per cent:
// then one that is not finite is rounded as the page rounds it.
func percentIn(column *rollup.Column, s money.Share) (text string, ok bool) {
	text, ok = percentOf(s)
	if ok || !column.Percent || s.IsZero() {
		return text, ok
	}
	return strings.TrimSuffix(percents(s.Rat()).FloatString(1), ".0"), true
}

func percents(r *big.Rat) *big.Rat { return new(big.Rat).Mul(r, big.NewRat(100, 1)) }

// Guard keeps a text from being run as a formula: an apostrophe goes before
// what starts one (= + - @, also full width, also after blanks that do not
// show), before a control character at the start, and before what would start
// one if the file were opened with another separator than ours, or were cut at
// the lines of a text.
func Guard(text string) string {
	if text == "" || opens[text[0]] && !strings.ContainsAny(text[1:], separators) {
		return text
	}
	var b strings.Builder
	start, from := true, 0
	for i, r := range text {
		switch {
		case start && starts(r) || i == 0 && r < ' ':
			b.WriteString(text[from:i])
			b.WriteByte('\'')
			from, start = i, i == 0 && r < ' '
		case parts(r):
			start = true
		case !silent(r):
			start = false
		}
	}
	if from == 0 && b.Len() == 0 {
		return text
	}
	return b.String() + text[from:]
}

// opens are the characters behind which only a separator lets a formula start.
var opens = plainBut("=+-@ \"" + separators)

// starts reports whether a spreadsheet may take what follows r for a formula.
func starts(r rune) bool {
	return strings.ContainsRune("=+-@＝＋－＠﹦﹢﹣﹫", r)
}

// separators are what another program may begin a new cell after.
const separators = ";,\t\r\n\x00"

func parts(r rune) bool { return strings.ContainsRune(separators, r) }

// silent reports whether r does not show: a blank, a quotation mark that
// another program may take off, or a mark of format.
func silent(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '"' || r == '\u3164' || r == '\u115f' || r == '\u1160'
}
