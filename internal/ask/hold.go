package ask

import (
	"cmp"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/query"
)

// holds reports whether a condition holds of a subject. Of a field with several
// values it is enough that one fits; != and not in say that none does. What is
// not written is no value: it is neither more nor less than anything.
func (t *test) holds(s *subject) bool {
	if t == nil {
		return true
	}
	switch t.op {
	case query.And:
		for _, k := range t.kids {
			if !k.holds(s) {
				return false
			}
		}
		return true
	case query.Or:
		for _, k := range t.kids {
			if k.holds(s) {
				return true
			}
		}
		return false
	case query.Not:
		return !t.kids[0].holds(s)
	case query.Unequal, query.NotIn:
		_, some := t.matching(s)
		return !some
	}
	_, some := t.matching(s)
	return some
}

// matching is the first value of the field that fits one of the operands.
func (t *test) matching(s *subject) (found value, ok bool) {
	empty := true
	t.left.each(s, func(v value) bool {
		empty = false
		if t.fits(s, v) {
			found, ok = v, true
		}
		return !ok
	})
	if empty && t.op != query.Is {
		for _, o := range t.right {
			if o.other == nil && !o.value.set {
				return value{}, true // none
			}
		}
	}
	return found, ok
}

// fits reports whether one value fits one of the operands.
func (t *test) fits(s *subject, v value) bool {
	if t.op == query.Is {
		return v.truth
	}
	for i := range t.right {
		o := &t.right[i]
		if o.other == nil {
			if o.value.set && t.compares(v, o.moved(o.value)) {
				return true
			}
			continue
		}
		hit := false
		o.other.each(s, func(w value) bool {
			hit = t.compares(v, o.moved(w))
			return !hit
		})
		if hit {
			return true
		}
	}
	return false
}

// moved is a day after a length of time was added to it or taken from it.
func (o *operand) moved(v value) value {
	if o.sign == 0 || v.day.IsZero() {
		return v
	}
	n, unit := o.shift.Count()
	n *= o.sign
	switch unit {
	case 'w':
		v.day = v.day.AddDays(7 * n)
	case 'm':
		v.day = v.day.AddMonths(n)
	default:
		v.day = v.day.AddDays(n)
	}
	return v
}

func (t *test) compares(v, w value) bool {
	f := t.left.field
	switch f.kind {
	case aTruth:
		return v.truth == w.truth
	case aDay, aNumber, anAmount, aShare:
		if f.kind == anAmount && v.amount.Currency != w.amount.Currency {
			return false // amounts of two currencies are not compared
		}
		d := t.left.compare(v, w, strings.Compare)
		switch t.op {
		case query.Less:
			return d < 0
		case query.AtMost:
			return d <= 0
		case query.More:
			return d > 0
		case query.AtLeast:
			return d >= 0
		}
		return d == 0
	case aText:
		if t.op == query.Contains {
			return strings.Contains(strings.ToLower(v.text), strings.ToLower(w.text))
		}
		return strings.EqualFold(v.text, w.text)
	}
	return v.text == w.text
}

// compare orders two values of the field; none comes last.
func (r *ref) compare(v, w value, texts func(a, b string) int) int {
	if !v.set || !w.set {
		return cmp.Compare(btoi(!v.set), btoi(!w.set))
	}
	switch r.field.kind {
	case aDay:
		return v.day.Compare(w.day)
	case aNumber:
		if v.exact == nil && w.exact == nil {
			return cmp.Compare(v.n, w.n)
		}
		return v.rat().Cmp(w.rat())
	case anAmount:
		if v.amount.Currency != w.amount.Currency {
			return strings.Compare(string(v.amount.Currency), string(w.amount.Currency))
		}
		return v.amount.Cmp(w.amount)
	case aShare:
		return v.share.Cmp(w.share)
	case aTruth:
		return btoi(v.truth) - btoi(w.truth)
	}
	return texts(v.text, w.text)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// blame is the place of the value that makes a condition hold, or not hold, as
// want says it should not have been. It is unwritten where no value stands.
func (t *test) blame(s *subject, want bool) charter.Mark {
	switch t.op {
	case query.Not:
		return t.kids[0].blame(s, !want)
	case query.And, query.Or:
		for _, k := range t.kids {
			if k.holds(s) != want {
				if m := k.blame(s, want); m.Written() {
					return m
				}
			}
		}
		return charter.Mark{}
	}
	if v, ok := t.matching(s); ok && v.mark.Written() {
		return v.mark
	}
	return t.left.first(s).mark
}
