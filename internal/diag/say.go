package diag

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Text is what a finding says: a form in English, which is also its key in the
// catalogs of other languages, and the parts that are put into it. [Text.String]
// says it in English, [Text.In] in another language. A Text is immutable and
// comparable: equal texts say the same in every language. Its zero value says
// nothing.
type Text struct {
	// said is the form, and behind a zero byte the parts, each a letter for its
	// kind and fields with their lengths before them. So a text lies on a shelf, in
	// a hash or beside another as any string does.
	said string
}

// A Value is a part that each language writes in its own way, such as an amount:
// what it is, exactly, for whoever knows its kind, and how English writes it.
type Value struct{ Kind, Exact, English string }

// Named is a part that has words of its own in some languages, by their tags,
// such as the name of a department. English must be among them.
type Named map[string]string

// A Tongue is how findings are said in a language. Nil is English.
type Tongue struct {
	Lang  string
	Forms map[string]string  // from English forms; what is missing is said in English
	Write func(Value) string // of a kind it does not know: the English
}

// Say makes a text of a form in English, which must be written out where it is
// called, and its parts. The form takes %s, %q and %d as fmt does, %% for a per
// cent sign, and in other languages an index for parts in another order: %[2]s.
// Parts are texts and what has one (a method Said), values, names, and anything
// that fmt prints.
func Say(form string, parts ...any) Text {
	if len(parts) == 0 {
		return Text{form}
	}
	b := append(make([]byte, 0, len(form)+24*len(parts)), form...)
	b = append(b, 0)
	for _, p := range parts {
		switch p := p.(type) {
		case Text:
			b = field(append(b, 't'), p.said)
		case Value:
			b = field(field(field(append(b, 'v'), p.Kind), p.Exact), p.English)
		case Named:
			b = binary.AppendUvarint(append(b, 'n'), uint64(len(p)))
			for _, lang := range slices.Sorted(maps.Keys(p)) {
				b = field(field(b, lang), p[lang])
			}
		case interface{ Said() Text }:
			b = field(append(b, 't'), p.Said().said)
		case string:
			b = field(append(b, 's'), p)
		default:
			b = field(append(b, 's'), fmt.Sprint(p))
		}
	}
	return Text{string(b)}
}

// Raw is a text that is the same in every language, such as an id or what a
// library said.
func Raw(s string) Text {
	if s == "" {
		return Text{}
	}
	return Say("%s", s)
}

// Meant asks whether a word was meant, for hints.
func Meant(word string) Text { return Say("did you mean %s?", word) }

// And lists texts as a sentence does: "a, b and c".
func And[T any](items []T) Text { return joined("%s and %s", items) }

// Or lists texts to choose from: "a, b or c".
func Or[T any](items []T) Text { return joined("%s or %s", items) }

func joined[T any](last string, items []T) Text {
	switch n := len(items); n {
	case 0:
		return Text{}
	case 1:
		return Say("%s", items[0])
	default:
		return Say(last, Listed(items[:n-1], ", "), items[n-1])
	}
}

// Listed puts texts beside each other.
func Listed[T any](items []T, between string) Text {
	parts := make([]any, len(items))
	for i, x := range items {
		parts[i] = x
	}
	return Say(strings.TrimSuffix(strings.Repeat("%s"+between, len(items)), between), parts...)
}

func field(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// IsZero reports whether t says nothing at all.
func (t Text) IsZero() bool { return t == Text{} }

// Whole is all that t says in any language, for digests.
func (t Text) Whole() string { return t.said }

// MarshalText writes all of t, whatever bytes it holds, for what is kept as JSON.
func (t Text) MarshalText() ([]byte, error) { return strconv.AppendQuoteToASCII(nil, t.said), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Text) UnmarshalText(text []byte) (err error) {
	t.said, err = strconv.Unquote(string(text))
	return err
}

// Compare orders texts by their English.
func (t Text) Compare(u Text) int {
	if t == u {
		return 0
	}
	return cmp.Or(strings.Compare(t.String(), u.String()), strings.Compare(t.said, u.said))
}

// String says t in English.
func (t Text) String() string { return t.In(nil) }

// In says t in a language.
func (t Text) In(tongue *Tongue) string {
	form, rest, _ := strings.Cut(t.said, "\x00")
	if tongue != nil {
		form = cmp.Or(tongue.Forms[form], form)
	}
	if strings.IndexByte(form, '%') < 0 {
		return form
	}
	return fill(form, tongue.parts(rest))
}

// parts says each part of a text. Where a text was kept by others, as in the marker
// of a site, its lengths may be anything: no part is longer than what is there.
func (tongue *Tongue) parts(said string) []string {
	number := func() uint64 {
		n, size := binary.Uvarint([]byte(said[:min(len(said), binary.MaxVarintLen64)]))
		said = said[max(size, 0):]
		return min(n, uint64(len(said)))
	}
	take := func() string {
		n := number()
		s := said[:n]
		said = said[n:]
		return s
	}
	var all []string
	for said != "" {
		kind := said[0]
		said = said[1:]
		switch kind {
		case 't':
			all = append(all, Text{take()}.In(tongue))
		case 'v':
			v := Value{take(), take(), take()}
			if tongue != nil && tongue.Write != nil {
				v.English = tongue.Write(v)
			}
			all = append(all, v.English)
		case 'n':
			names := Named{}
			for range number() {
				lang := take()
				names[lang] = take()
			}
			name := names["en"]
			if tongue != nil {
				name = cmp.Or(names[tongue.Lang], name)
			}
			all = append(all, name)
		default:
			all = append(all, take())
		}
	}
	return all
}

// fill puts parts into a form.
func fill(form string, parts []string) string {
	var b strings.Builder
	for next := 0; ; {
		before, verb, more := strings.Cut(form, "%")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		at := next
		if strings.HasPrefix(verb, "[") {
			number, rest, _ := strings.Cut(verb[1:], "]")
			n, _ := strconv.Atoi(number)
			at, verb = n-1, rest
		}
		form = verb[min(1, len(verb)):]
		switch {
		case strings.HasPrefix(verb, "%"):
			b.WriteByte('%')
			continue
		case at < 0 || at >= len(parts):
			continue // a test holds that every form has its parts
		case strings.HasPrefix(verb, "q"):
			b.WriteString(strconv.Quote(parts[at]))
		default:
			b.WriteString(parts[at])
		}
		next = at + 1
	}
}
