package locale

import (
	"strconv"

	"charterhouse/internal/calendar"
	"charterhouse/internal/money"
)

var english = &language{
	tag: "en", decimal: ".", group: ",",
	symbols: map[money.Currency]string{}, before: true,
	percent: "%", million: "m", thousand: "k",
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	short:  [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	alone:  [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	date: func(_ *language, d calendar.Date, month string) string {
		return strconv.Itoa(d.Day()) + nbsp + month + " " + strconv.Itoa(d.Year())
	},
	dayMonth: func(day int, month string) string { return strconv.Itoa(day) + nbsp + month },
	quarter:  "Q{q} {y}", and: "and", open: "“", close: "”",
}
