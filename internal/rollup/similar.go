package rollup

import (
	"cmp"
	"maps"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unique"

	"golang.org/x/text/unicode/norm"

	"charterhouse/internal/charter"
	"charterhouse/internal/portfolio"
)

// A Likeness is a charter that resembles another, and in what: the answer to
// "is anybody doing this already?".
type Likeness struct {
	Charter    *charter.Charter
	Areas      []portfolio.ID // that both name
	People     []portfolio.ID // that are in both teams, or lead both
	Objectives []portfolio.ID // that both contribute to
	Words      []string       // rare ones that both use, the rarest first
	Score      int            // sixteenths of a bit: how unlikely it is to share so much by chance
}

// A feature is something that a charter has and another may have, too.
type feature struct {
	kind byte // 'a' area, 'p' person, 'o' objective, 'w' word
	name string
}

// A trait is a feature that is kept once, however many charters have it, and is
// compared as quickly as a number.
type trait = unique.Handle[feature]

// traits says which of a run's charters have what, by their number in the run.
// It follows from the charters alone, so portfolios share it with the run.
type traits struct {
	charters []*charter.Charter
	of       [][]trait                // of each charter
	base     map[trait][]int32        // in order
	changed  map[int32]map[trait]bool // charters that are others than base knows, with what they have
}

// who lists the charters that have t.
func (x *traits) who(t trait) []int32 {
	list := x.base[t]
	if len(x.changed) == 0 {
		return list
	}
	var now []int32
	for _, at := range list {
		if x.changed[at] == nil {
			now = append(now, at)
		}
	}
	for at, has := range x.changed {
		if has[t] {
			now = append(now, at)
		}
	}
	slices.Sort(now)
	return now
}

// patched is how many charters of a run may be others before all is made anew.
const patched = 8

// patchTraits makes the traits of a run of those it had before.
func patchTraits(was *traits, then, now []*charter.Charter) *traits {
	x := &traits{charters: now, of: slices.Clone(was.of), base: was.base, changed: maps.Clone(was.changed)}
	if x.changed == nil {
		x.changed = map[int32]map[trait]bool{}
	}
	for i, c := range now {
		if then[i] == c {
			continue
		}
		has := map[trait]bool{}
		x.of[i] = traitsIn(c, map[trait]bool{})
		for _, t := range x.of[i] {
			has[t] = true
		}
		x.changed[int32(i)] = has
	}
	if len(x.changed) > patched {
		return traitsOf(now)
	}
	return x
}

const (
	rareAmong = 48 // a trait of so many charters at most leads to candidates
	likely    = 12 // how many candidates are looked at closely
	fewWords  = 6  // how many shared words are told
	rareWord  = 32 // the weight of a word that one charter in four has
	enough    = 96 // the weight of what must be shared
)

// A Resemblance is who has which trait, over all charters.
type Resemblance struct {
	p    *portfolio.Portfolio
	all  []*traits // by run
	held *sync.Map // by trait: who has it
}

// Resembling works out the traits of all charters, with as many goroutines as
// there are processors; runs that a portfolio shares with the one before are
// known, and those that are kept from the run of the program before; keep may be nil.
func Resembling(p *portfolio.Portfolio, keep *portfolio.Keep) Resemblance {
	runs := p.Runs()
	kept := portfolio.OpenKept[keptTraits](keep, p)
	x := Resemblance{p, make([]*traits, len(runs)), new(sync.Map)}
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	wrong := make([]any, workers) // a fault of ours is the caller's to catch, wherever it happens
	for w := range workers {
		wait.Go(func() {
			defer func() { wrong[w] = recover() }()
			for i := w; i < len(runs); i += workers {
				make := func(charters []*charter.Charter) *traits {
					if known, ok := kept.Get(i); ok {
						return known.of(charters)
					}
					return traitsOf(charters)
				}
				x.all[i] = portfolio.OnceAfter(runs[i], "traits", make, patchTraits)
			}
		})
	}
	wait.Wait()
	for _, fault := range wrong {
		if fault != nil {
			panic(fault)
		}
	}
	kept.Save(func(i int) *keptTraits { return keptOf(x.all[i]) })
	return x
}

// A keptTraits is what is kept of a run's traits: each once, and by number what each
// charter has.
type keptTraits struct {
	Features []feature
	Of       [][]int32
}

func keptOf(x *traits) *keptTraits {
	k := &keptTraits{Of: make([][]int32, len(x.of))}
	number := map[trait]int32{}
	for i, all := range x.of {
		k.Of[i] = make([]int32, len(all))
		for j, t := range all {
			n, ok := number[t]
			if !ok {
				n = int32(len(k.Features))
				number[t] = n
				k.Features = append(k.Features, t.Value())
			}
			k.Of[i][j] = n
		}
	}
	return k
}

// of makes the traits again of the charters that they are of.
func (k *keptTraits) of(charters []*charter.Charter) *traits {
	all := make([]trait, len(k.Features))
	who := make([][]int32, len(k.Features))
	for n, f := range k.Features {
		all[n] = unique.Make(f) // it copies the name, which would keep the file's text alive
	}
	x := &traits{charters: charters, of: make([][]trait, len(charters)), base: make(map[trait][]int32, len(all))}
	for i, has := range k.Of {
		x.of[i] = make([]trait, len(has))
		for j, n := range has {
			x.of[i][j] = all[n]
			who[n] = append(who[n], int32(i))
		}
	}
	for n, t := range all {
		x.base[t] = who[n]
	}
	return x
}

// To lists the charters that resemble c most, at most so many, the nearest
// first. What was cancelled or replaced is among them: it may tell why. What two
// charters share weighs the more the fewer have it, as the logarithm of one in
// so many; at least two sorts of things must be shared, or three rare words.
//
// All is done in whole numbers, so that machines agree on the order.
func (x Resemblance) To(c *charter.Charter, most int) []Likeness {
	charters := x.p.Charters()
	mine := x.traitsOf(c)
	t := tallies.Get().(*tally)
	defer tallies.Put(t)
	t.begin(len(charters))
	for _, m := range mine {
		if m.have() > rareAmong && m.have() > len(charters)/4 || m.have() > 4*rareAmong {
			continue
		}
		for _, at := range m.who {
			t.add(at, m.weight)
		}
	}
	t.leaveOut(x.p, c)
	var found []candidate
	for _, at := range t.first(likely) {
		if score, ok := weigh(mine, at); ok {
			found = append(found, candidate{at, score})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return b.score - a.score })
	found = found[:min(len(found), most)]
	near := make([]Likeness, len(found))
	for i, x := range found {
		near[i] = tell(mine, x)
		near[i].Charter = charters[x.at]
	}
	return near
}

// A candidate is a charter by its number, with the weight of what it shares.
type candidate struct {
	at    int32
	score int
}

// A tally adds up weights by the number of a charter. It is kept for the next
// charter, since it is as long as the portfolio.
type tally struct {
	score []int32 // one more than the sum, zero for nobody met
	met   []int32
}

var tallies = sync.Pool{New: func() any { return new(tally) }}

func (t *tally) begin(n int) {
	if len(t.score) != n {
		t.score, t.met = make([]int32, n), t.met[:0]
	}
	for _, at := range t.met {
		t.score[at] = 0
	}
	t.met = t.met[:0]
}

func (t *tally) add(at int32, weight int) {
	if t.score[at] == 0 {
		t.met = append(t.met, at)
		t.score[at] = 1
	}
	t.score[at] += int32(weight)
}

// leaveOut drops a charter and those that it names itself.
func (t *tally) leaveOut(p *portfolio.Portfolio, c *charter.Charter) {
	related := []*charter.Charter{c}
	for r := portfolio.PartOf; r <= portfolio.ReplacedBy; r++ {
		related = append(related, p.Related(c.ID.Value, r)...)
	}
	charters := p.Charters()
	t.met = slices.DeleteFunc(t.met, func(at int32) bool {
		out := slices.Contains(related, charters[at])
		if out {
			t.score[at] = 0
		}
		return out
	})
}

// first lists the n charters with the highest scores, the highest first; of
// equals the one that comes first.
func (t *tally) first(n int) []int32 {
	var best []int32
	before := func(a, b int32) int { return cmp.Or(int(t.score[b]-t.score[a]), int(a-b)) }
	for _, at := range t.met {
		if len(best) == n && before(best[n-1], at) < 0 {
			continue
		}
		place, _ := slices.BinarySearchFunc(best, at, before)
		if best = slices.Insert(best, place, at); len(best) > n {
			best = best[:n]
		}
	}
	return best
}

// A heldTrait is a trait with all charters that have it.
type heldTrait struct {
	feature
	trait  trait
	who    []int32  // by number, in order
	set    []uint64 // the same as bits, where they are many
	weight int
}

func (t *heldTrait) have() int { return len(t.who) }

// by reports whether the charter of a number has it.
func (t *heldTrait) by(at int32) bool {
	if t.set != nil {
		return t.set[at/64]>>(at%64)&1 == 1
	}
	return slices.Contains(t.who, at)
}

// traitsOf lists what c has, and who else has it.
func (x Resemblance) traitsOf(c *charter.Charter) []*heldTrait {
	var mine []trait
	first := 0
	at, _ := slices.BinarySearchFunc(x.p.Charters(), c.ID.Value, func(c *charter.Charter, id portfolio.ID) int { return cmp.Compare(c.ID.Value, id) })
	for _, run := range x.all {
		if i := at - first; i < len(run.charters) && run.charters[i] == c {
			mine = run.of[i]
			break
		}
		if first += len(run.charters); first > at {
			mine = traitsIn(c, map[trait]bool{}) // an id is written twice
			break
		}
	}
	list := make([]*heldTrait, len(mine))
	for i, t := range mine {
		known, ok := x.held.Load(t)
		if !ok {
			known, _ = x.held.LoadOrStore(t, x.hold(t))
		}
		list[i] = known.(*heldTrait)
	}
	return list
}

// hold asks all runs who has t.
func (x Resemblance) hold(t trait) *heldTrait {
	h := &heldTrait{feature: t.Value(), trait: t}
	first := int32(0)
	for _, run := range x.all {
		for _, at := range run.who(t) {
			h.who = append(h.who, first+at)
		}
		first += int32(len(run.charters))
	}
	h.weight = weight(len(x.p.Charters()), len(h.who))
	if len(h.who) > rareAmong {
		h.set = make([]uint64, first/64+1)
		for _, at := range h.who {
			h.set[at/64] |= 1 << (at % 64)
		}
	}
	return h
}

// weigh adds up what of mine another charter has, too; ok is false if that is too
// little to tell.
func weigh(mine []*heldTrait, at int32) (score int, ok bool) {
	sorts, words := 0, 0
	last := byte('w')
	for _, t := range mine {
		if !t.by(at) {
			continue
		}
		score += t.weight
		switch {
		case t.kind != 'w' && t.kind != last: // each sort stands together
			sorts, last = sorts+1, t.kind
		case t.kind == 'w' && t.weight >= rareWord:
			words++
		}
	}
	if words > 0 {
		sorts++
	}
	return score, score >= enough && (sorts > 1 || words > 2)
}

// tell says what of mine another charter has, too.
func tell(mine []*heldTrait, x candidate) Likeness {
	l := Likeness{Score: x.score}
	var words []*heldTrait
	for _, t := range mine {
		if !t.by(x.at) {
			continue
		}
		switch t.kind {
		case 'a':
			l.Areas = append(l.Areas, portfolio.ID(t.name))
		case 'p':
			l.People = append(l.People, portfolio.ID(t.name))
		case 'o':
			l.Objectives = append(l.Objectives, portfolio.ID(t.name))
		default:
			if t.weight >= rareWord {
				words = append(words, t)
			}
		}
	}
	slices.SortStableFunc(words, func(a, b *heldTrait) int { return b.weight - a.weight })
	for _, t := range words[:min(len(words), fewWords)] {
		l.Words = append(l.Words, t.name)
	}
	return l
}

func traitsOf(charters []*charter.Charter) *traits {
	x := &traits{charters: charters, of: make([][]trait, len(charters)), base: map[trait][]int32{}}
	seen, have, all := map[trait]bool{}, map[trait]int{}, 0
	for i, c := range charters {
		clear(seen)
		x.of[i] = slices.Clone(traitsIn(c, seen)) // without room for more
		for _, t := range x.of[i] {
			have[t]++
		}
		all += len(x.of[i])
	}
	room := make([]int32, all)
	for i, of := range x.of {
		for _, t := range of {
			list, ok := x.base[t]
			if !ok {
				list, room = room[:0:have[t]], room[have[t]:]
			}
			x.base[t] = append(list, int32(i))
		}
	}
	return x
}

// traitsIn lists what a charter has, each once, in the order of the file: its
// areas, people and objectives, then the words of its title, summary, goals and
// scope. seen is empty at first.
func traitsIn(c *charter.Charter, seen map[trait]bool) []trait {
	var all []trait
	add := func(kind byte, name string) {
		if name == "" {
			return
		}
		if t := unique.Make(feature{kind, name}); !seen[t] {
			seen[t] = true
			all = append(all, t)
		}
	}
	for i := range c.Responsibilities {
		add('a', string(c.Responsibilities[i].Area.Value))
	}
	for _, id := range c.Lead {
		add('p', string(id.Value))
	}
	for i := range c.Team {
		add('p', string(c.Team[i].Person.Value))
	}
	for _, id := range c.Links.ContributesTo {
		add('o', string(id.Value))
	}
	word := func(w string) { add('w', w) }
	words(c.Title.Value, word)
	words(c.Summary.Value, word)
	for _, g := range c.Goals {
		words(g.Text.Value, word)
		words(g.Measure.Metric.Value, word)
	}
	for _, text := range c.Body.Texts() {
		words(text, word)
	}
	return all
}

// small are words of five letters and more that say nothing about what a text
// is about, in the languages that charters are written in.
var small = func() map[string]bool {
	const list = `about above after again against almost along already although among another anybody anyone around because become been before
		begin behind being below between cannot could does doing during each either else enough every everybody everyone everything first from
		further have having here however inside instead itself least less made make makes many might more most must nearly never nobody none
		nothing often only other others ought ourselves outside over rather same second several shall should since some somebody someone
		something still such than that their theirs them themselves then there these they thing things third this those three through today
		together toward towards under unless until upon used using very want wants well were what when where whether which while whole whom
		whose will with within without would year years your yours
		aldrig allerede alligevel altid andet andre anden begge bliver blive bagefter både burde derefter deres derfor dette disse efter eller
		eneste endnu første flere fleste fordi foran forskellige forskellig frem gennem gerne gjort gøre hinanden hvad hvem hvilke hvilken
		hvilket hvordan hvorfor hvornår hverken hvert hvis ikke imellem inden ingen ingenting inden kommer kunne ligesom lille mange meget mellem
		mens mindre måske måtte nemlig nogen noget nogle næste næsten omkring også oven sammen samme selve selvom siden sidste skulle
		stadig større svært således tilbage uden under undtagen ville vores være været
		aber alle allem allen alles andere anderen auch beide beim diese diesem diesen dieser dieses doch durch eine einem einen einer eines
		etwas gegen haben immer jede jedem jeden jeder jedes jetzt kann keine können manche mehr muss müssen nach nicht nichts noch oder
		ohne schon sehr sein seine sich sind sollte über unter viele wenn werden wird zwischen`
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}()

// words goes through the words of a text that can tell what it is about: those
// of five letters and more, in lower case.
func words(text string, do func(string)) {
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	start, letters := 0, 0
	for i, c := range text {
		if 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 && unicode.IsLetter(c) {
			if letters++; letters == 1 {
				start = i
			}
			continue
		}
		if letters >= 5 {
			telling(text[start:i], do)
		}
		letters = 0
	}
	if letters >= 5 {
		telling(text[start:], do)
	}
}

// telling passes on a word that does not stand in every text.
func telling(w string, do func(string)) {
	if w = strings.ToLower(w); !small[w] {
		do(w)
	}
}

// weight is the binary logarithm of all over have, in sixteenths: 0 where
// everybody has it, 16 where every second one has.
func weight(all, have int) int {
	if have <= 0 || have >= all {
		return 0
	}
	// The whole part by the number of bits, the rest by squaring, as tables of
	// logarithms were made.
	x := uint64(all) << 32 / uint64(have)
	whole := bits.Len64(x) - 33
	x >>= whole
	part := 0
	for range 4 {
		x = x >> 8 * (x >> 8) >> 16
		part <<= 1
		if x >= 2<<32 {
			part |= 1
			x >>= 1
		}
	}
	return whole*16 + part
}
