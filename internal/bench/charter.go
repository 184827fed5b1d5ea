package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"charterhouse/internal/charter"
)

// A draft is a charter in the making: what its parts must agree on.
type draft struct {
	maker
	*rand.Rand
	i          int
	status     string
	payers     []int
	start, end time.Time
	b          *strings.Builder
}

// statuses in the proportion of a portfolio in full swing.
var statuses = []string{
	"active", "active", "active", "active", "active", "active", "agreed", "proposed", "completed", "on-hold",
}

func (m maker) draft(i int) draft {
	d := draft{maker: m, Rand: m.chance(i), i: i, status: statuses[i%len(statuses)], b: new(strings.Builder)}
	first := i % departments
	second := (first + 1 + i/departments%(departments-1)) % departments
	d.payers = []int{first, second}
	if third := (second + 1) % departments; i%4 == 3 && third != first {
		d.payers = append(d.payers, third)
	}
	d.start = day(2026, 1, 4+i*7%280)
	d.end = d.start.AddDate(0, 0, 420+i*13%150)
	switch d.status {
	case "agreed", "proposed":
		d.start, d.end = d.start.AddDate(1, 0, 0), d.end.AddDate(1, 0, 0)
	case "completed":
		d.start, d.end = day(2025, 1, 5+i%28), day(2026, 6, i%28)
	}
	return d
}

// charter is the text of charter i, signed if it is agreed on.
func (m maker) charter(i int) string {
	d := m.draft(i)
	d.facts()
	terms := d.b.String()
	d.b.WriteString("---\n")
	d.body()
	text := d.b.String()
	if d.status == "proposed" {
		return text
	}
	read, _ := charter.Parse("charters/"+m.id(i)+".md", []byte(text), charter.Options{Lang: "en"})
	d.b.Reset()
	d.b.WriteString("approvals:\n")
	for k, p := range d.payers {
		fmt.Fprintf(d.b, "  - {department: %s, person: %s, date: %s, terms: %s}\n",
			departmentNames[p].id, m.chief(p), iso(d.signed().AddDate(0, 0, k)), read.Terms)
	}
	return terms + d.b.String() + text[len(terms):]
}

// signed is the day of the first signature: some weeks before the start, and never after the day of the build.
func (d draft) signed() time.Time {
	if at := d.start.AddDate(0, 0, -30); at.Before(day(2026, 11, 1)) {
		return at
	}
	return day(2026, 11, d.i%10)
}

func (d draft) facts() {
	fmt.Fprintf(d.b, `---
schema: charter/1
id: %s
title: %s
summary: %s
lang: en
kind: joint
status: %s
created: %s
tags: [%s, year-%d]

timeframe:
  start: %s
  end: %s
tolerances: {cost: 5%%, time: 14d}

`, d.id(d.i), d.title(d.i), prose[d.i%len(prose)], d.status, iso(d.signed().AddDate(0, 0, -40)),
		adjectives[d.i%len(adjectives)].id, d.start.Year(), iso(d.start), iso(d.end))
	d.people()
	d.money()
	d.work()
	d.life()
}

func (d draft) people() {
	b := d.b
	b.WriteString("owners:\n")
	for _, p := range d.payers {
		fmt.Fprintf(b, "  %s: %s\n", departmentNames[p].id, d.chief(p))
	}
	turn := d.i / departments
	lead := d.person(d.payers[0], turn)
	fmt.Fprintf(b, "lead: %s\n", lead)
	var chiefs []string
	for _, p := range d.payers {
		chiefs = append(chiefs, d.chief(p))
	}
	if d.status != "proposed" && d.status != "agreed" {
		fmt.Fprintf(b, "kickoff: {date: %s, presented_to: [%s]}\n", iso(d.start.AddDate(0, 0, 1)), strings.Join(chiefs, ", "))
	}
	b.WriteString("\nteam:\n")
	member := func(person string, home int, role, load string) {
		done := ""
		if d.status == "completed" {
			done = ", done: " + iso(d.end.AddDate(0, 0, 2))
		}
		fmt.Fprintf(b, "  - {person: %s, home: %s, role: %s, allocation: %s, from: %s, until: %s, return: {to: Own desk, date: %s%s}}\n",
			person, departmentNames[home].id, role, load, iso(d.start), iso(d.end), iso(d.end.AddDate(0, 0, 1)), done)
	}
	member(lead, d.payers[0], "project lead", "10%")
	for k, p := range d.payers[1:] {
		member(d.person(p, turn+1+k), p, "specialist", "2%")
	}
	b.WriteString("\n")
}

// shares of two and of three payers, as people write them.
var shares = [][]string{{"50%", "50%"}, {"1/3", "rest"}, {"62.5%", "37.5%"}, {"equal", "equal"}}

func (d draft) money() {
	b := d.b
	currency := []string{"DKK", "DKK", "EUR", "SEK"}[d.i%4]
	years := d.end.Year() - d.start.Year() + 1
	total := 0
	periods := ""
	for y := range years {
		amount := 10_000 * (5 + d.IntN(150))
		total += amount
		periods += fmt.Sprintf("    \"%d\": %d\n", d.start.Year()+y, amount)
	}
	fmt.Fprintf(b, "budget:\n  currency: %s\n  total: %d\n  shares:\n", currency, total)
	parts := shares[d.IntN(len(shares))]
	if len(d.payers) == 3 {
		parts = []string{"1/3", "1/3", "rest"}
	}
	for k, p := range d.payers {
		fmt.Fprintf(b, "    %s: {share: %s, cost_centre: \"%d10\"}\n", departmentNames[p].id, parts[k], 10+p)
	}
	fmt.Fprintf(b, "  periods:\n%s", periods)
	if d.status == "active" || d.status == "completed" {
		b.WriteString("  spent:\n")
		for k, p := range d.payers {
			fmt.Fprintf(b, "    - {date: %s, department: %s, amount: %d.50}\n", iso(d.start.AddDate(0, 0, 5+k)), departmentNames[p].id, total/20)
		}
	}
	b.WriteString("\n")
}

func (d draft) work() {
	b := d.b
	result := ""
	if d.status == "completed" {
		result = fmt.Sprintf("\n    result: {value: 82, date: %s, met: true}", iso(d.end))
	}
	fmt.Fprintf(b, "goals:\n")
	for g := range 1 + d.i%2 {
		fmt.Fprintf(b, "  - id: g%d\n    text: %s\n    measure: {metric: answers within a day, unit: \"%%\", baseline: %d, target: %d, by: %s}%s\n",
			g+1, strings.NewReplacer("*", "", ";", ",").Replace(prose[(d.i+3*g+1)%len(prose)]), 10+d.IntN(30), 60+d.IntN(40), iso(d.end), result)
	}
	b.WriteString("\nresponsibilities:\n")
	for k, p := range d.payers {
		others := departmentNames[d.payers[(k+1)%len(d.payers)]].id
		fmt.Fprintf(b, "  - {area: %s, accountable: %s, consulted: [%s]}\n", areaNames[p], departmentNames[p].id, others)
		if p+departments < areas {
			fmt.Fprintf(b, "  - {area: %s, accountable: %s, informed: [%s]}\n", areaNames[p+departments], departmentNames[p].id, others)
		}
	}
	b.WriteString("\nmilestones:\n")
	titles := []string{"The first store takes part", "Half of the lists are in", "Handed over to the line"}
	for k, title := range titles[:2+d.i%2] {
		due := d.start.AddDate(0, 0, 60+k*120)
		more := ""
		if k > 0 {
			more = fmt.Sprintf(", after: [m%d]", k)
		}
		if due.Before(day(2026, 11, 16)) {
			more += ", done: " + iso(due.AddDate(0, 0, -2))
		}
		fmt.Fprintf(b, "  - {id: m%d, title: %s, due: %s, owner: %s%s}\n", k+1, title, iso(due), d.person(d.payers[k%len(d.payers)], d.i/departments), more)
	}
	if d.i%2 == 1 {
		b.WriteString("\n")
		return
	}
	fmt.Fprintf(b, "\nrisks:\n  - {id: r1, text: The old lists lack dates, probability: %s, impact: medium, owner: %s, response: Ask once more before they are matched}\n\n",
		[]string{"low", "medium", "high"}[d.IntN(3)], d.person(d.payers[1], d.i))
}

func (d draft) life() {
	b := d.b
	fmt.Fprintf(b, "links:\n  contributes_to: [objective:objective-%d]\n", 1+d.i%objectives)
	if before, ok := d.earlier(); ok {
		fmt.Fprintf(b, "  depends_on: [%s]\n", d.id(before))
	}
	fmt.Fprintf(b, "  related: [%s, %s]\n", d.id(d.other(1)), d.id(d.other(2)))
	if d.status == "active" || d.status == "on-hold" {
		fmt.Fprintf(b, "updates:\n  - {date: 2026-11-%02d, by: %s, rag: %s, text: %s, next: The second store on the first of the month}\n",
			2+d.i%12, d.person(d.payers[0], d.i/departments), []string{"green", "green", "amber"}[d.i%3],
			"Two of three stores take part")
	}
	if d.status != "completed" {
		return
	}
	fmt.Fprintf(b, "closure:\n  date: %s\n  outcome: Both lists are one\n  actuals:\n", iso(d.end))
	for _, p := range d.payers {
		fmt.Fprintf(b, "    %s: %d\n", departmentNames[p].id, 10_000*(3+d.IntN(20)))
	}
}

// earlier finds a charter close by that ends no later, so that waiting for it makes sense and goes round in no circle.
func (d draft) earlier() (int, bool) {
	for k := d.i - 1; k >= 0 && k > d.i-20; k-- {
		if other := d.draft(k); d.i%2 == 0 && !other.end.After(d.end) {
			return k, true
		}
	}
	return 0, false
}

// other is the number of another charter, from all over the portfolio; several for the same charter differ.
func (d draft) other(k int) int { return (d.i + k*(d.n/7)*2 + k) % d.n }

// body writes about 3.5 KB of prose with links of every kind.
func (d draft) body() {
	for k, heading := range sections {
		fmt.Fprintf(d.b, "\n%s\n\n", heading)
		for range 3 {
			d.b.WriteString(prose[d.IntN(len(prose))])
			d.b.WriteString("\n")
		}
		switch k {
		case 0:
			fmt.Fprintf(d.b, "See [[%s]] and [[%s|the one before]].\n", d.id(d.other(3)), d.id(d.other(4)))
		case 2:
			d.b.WriteString("\n- letters and parcels\n- lists on paper\n- [prices](" + d.id(d.other(1)) + ".md) of last year\n")
		case 3:
			fmt.Fprintf(d.b, "[[person:%s]] decides on the order of work; [[dept:%s]] answers for [[area:%s]].\n",
				d.person(d.payers[0], d.i/departments), departmentNames[d.payers[1]].id, areaNames[d.payers[1]])
		case 4:
			d.b.WriteString("\n| Step | Days | Who |\n|---|---:|---|\n| Ask | 3 | the team |\n| Answer | 2 | the line |\n| Write down | 1 | both |\n")
		case 5:
			d.b.WriteString("\n1. Ask the customer *once*.\n2. Keep the answer where `both` can read it.\n3. Say when it is gone.\n")
		case 7:
			fmt.Fprintf(d.b, "What is left over goes to [[%s]].\n", d.id(d.other(5)))
		}
	}
}
