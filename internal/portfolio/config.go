package portfolio

import (
	"time"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/locale"
	"charterhouse/internal/money"
	"charterhouse/internal/rulebook"
)

// A Config is charterhouse.yaml: what an organisation decides about its site
// and its rules. Its zero value is not useful; see DefaultConfig.
type Config struct {
	File       string // "charterhouse.yaml", or empty for the defaults
	Title      diag.At[string]
	Languages  []string        // of the interface; the first is the main one
	Order      []diag.At[ID]   // departments in order of their colour slots
	Currency   money.Currency  // for totals over currencies; empty: none
	Reviewers  []string        // of registers and configuration, by their names at the forge
	Theme      diag.At[string] // a folder below themes/ beside the content; empty: the default
	Repository *Forge          // where the files can be edited in a browser; nil where that is not said
	Speech     *locale.Set     // the languages that the theme could show

	FiscalStart int // the month that a fiscal year begins with: 1

	Policy   rulebook.Policy // severities of rules
	Required Required        // what is required at which status

	Cadence       int         // days between updates of an active charter: 30
	ReturnGrace   int         // days until an open return is overdue: 14
	ReturnLevel   money.Share // allocation from which a return must be agreed: 1/2
	TokenShare    money.Share // a share below this is a token: 1/20
	LongestMonths int         // of a timeframe: 24
	BenefitMonths int         // after the end, for goals: 12
	ApprovalDays  int         // between the first and last signature: 60
	AmendmentDays int         // to collect signatures for an amendment: 30
	EndingDays    int         // before the end, to call a charter ending: 90

	Editor *Editor // of the site itself; nil where nobody asked for one

	Publish []Destination // where the site is published, in the order of the file

	Fields   []*Field  // that charters may have under x:, in the order of the file
	Policies []*Policy // rules of the organisation's own

	Profiles []*Profile // audiences that a site may be built for, in the order of the file
}

// An Editor says how a web editor signs in where the texts are kept.
type Editor struct {
	Forge *Forge // one that it can sign in at
	AppID string // of the editor at GitLab or Gitea
	Auth  string // whatever signs in to GitHub
}

// Field returns the declaration of an own field, or nil.
func (c *Config) Field(key string) *Field {
	for _, f := range c.Fields {
		if f.Key == key {
			return f
		}
	}
	return nil
}

// Reading says how charters are read.
func (c *Config) Reading() charter.Options {
	return charter.Options{Lang: c.Languages[0], Speech: c.Speech}
}

// FiscalYear returns the fiscal year that d lies in, as days.
func (c *Config) FiscalYear(d calendar.Date) calendar.Window {
	year := d.Year()
	if int(d.Month()) < c.FiscalStart {
		year--
	}
	start, _ := calendar.Of(year, time.Month(c.FiscalStart), 1)
	return calendar.Window{Start: start, End: start.AddMonths(12).AddDays(-1)}
}

// Need says whether a field must, may or must not be there at a status.
type Need uint8

// The needs, as in the specification's table: required, optional, refused.
const (
	Optional Need = iota
	Must
	Refused
)

var needWords = []string{"optional", "required", "refused"}

// Required says for each field of the specification's table what it needs at
// each status.
type Required map[string]map[charter.Status]Need
