package money

import (
	"slices"
	"strings"
)

// A Currency is an ISO 4217 code: "DKK".
type Currency string

// exponents lists the active currencies of ISO 4217 (list one, 2026) by the
// number of digits of their minor unit. Funds codes and metals are left out:
// no department pays in them.
var exponents = func() map[Currency]int {
	m := map[Currency]int{}
	for digits, codes := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
		2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK " +
			"DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT " +
			"LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN " +
			"QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS " +
			"VED VES WST XCD XCG YER ZAR ZMW ZWG",
		3: "BHD IQD JOD KWD LYD OMR TND",
	} {
		for _, c := range strings.Fields(codes) {
			m[Currency(c)] = digits
		}
	}
	return m
}()

// Known reports whether c is an active currency.
func (c Currency) Known() bool {
	_, ok := exponents[c]
	return ok
}

// Exponent returns the number of digits of the minor unit: 2 for DKK, 0 for
// JPY, 3 for KWD.
func (c Currency) Exponent() int { return exponents[c] }

// Scale returns how many minor units make one unit.
func (c Currency) Scale() int64 { return powers[c.Exponent()] }

var powers = [...]int64{1, 10, 100, 1000}

// Currencies lists the active codes in order, for hints.
func Currencies() []string {
	codes := make([]string, 0, len(exponents))
	for c := range exponents {
		codes = append(codes, string(c))
	}
	slices.Sort(codes)
	return codes
}
