package locale

import (
	"strconv"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
)

var german = &language{
	tag: "de", decimal: ",", group: ".",
	symbols: map[money.Currency]string{"EUR": "€"}, before: false,
	percent: nbsp + "%", million: " Mio.", thousand: " Tsd.",
	months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	short:  [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
	alone:  [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	date: func(_ *language, d calendar.Date, month string) string {
		return strconv.Itoa(d.Day()) + "." + nbsp + month + " " + strconv.Itoa(d.Year())
	},
	dayMonth: func(day int, month string) string { return strconv.Itoa(day) + "." + nbsp + month },
	quarter:  "{q}. Quartal {y}", and: "und", open: "„", close: "“",
}
