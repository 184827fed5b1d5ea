package change_test

import (
	"charterhouse/internal/change"
	"charterhouse/internal/check"
	"charterhouse/internal/diag"
	"charterhouse/internal/portfolio"
)

func init() {
	change.Findings = func(p *portfolio.Portfolio, loaded diag.List) diag.List {
		return check.Finish(p, append(loaded, check.Run(p)...))
	}
}
