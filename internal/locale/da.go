package locale

import (
	"strconv"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
)

var danish = &language{
	tag: "da", decimal: ",", group: ".",
	symbols: map[money.Currency]string{"DKK": "kr.", "EUR": "€"}, before: false,
	percent: nbsp + "%", million: " mio.", thousand: " t.",
	months: [12]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	short:  [12]string{"jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec."},
	alone:  [12]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	date: func(_ *language, d calendar.Date, month string) string {
		return strconv.Itoa(d.Day()) + "." + nbsp + month + " " + strconv.Itoa(d.Year())
	},
	dayMonth: func(day int, month string) string { return strconv.Itoa(day) + "." + nbsp + month },
	quarter:  "{q}. kvt. {y}", and: "og", open: "»", close: "«",
}
