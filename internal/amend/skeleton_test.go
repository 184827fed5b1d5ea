package amend

import (
	"testing"

	"charterhouse/internal/calendar"
	"charterhouse/internal/charter"
	"charterhouse/internal/money"
)

// A budget that is to be filled in begins in the currency of the house.
func TestSkeletonOfABudget(t *testing.T) {
	for house, want := range map[money.Currency]string{"DKK": "DKK", "SEK": "SEK", "": "EUR"} {
		if got := Skeleton(&charter.Charter{}, "budget", calendar.Date{}, house).Get("currency").Text; got != want {
			t.Errorf("%q: the budget is in %s, want %s", house, got, want)
		}
	}
}
