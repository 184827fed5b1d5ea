package browser

import (
	"github.com/chromedp/cdproto/network"
)

// A Line is how a visitor is connected.
type Line struct {
	Wait     float64 // milliseconds from a request to the first byte of its answer
	Down     float64 // bytes a second
	Up       float64
	Uncached bool // nothing is known from an earlier visit
}

// Slow4G is the line that Lighthouse judges pages on: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up.
var Slow4G = Line{Wait: 150, Down: 1.6e6 / 8, Up: 750e3 / 8, Uncached: true}

// Through lets the tab load pages over a line.
func (t *Tab) Through(l Line) error {
	return t.do(
		send(network.Enable, network.EnableParams{}),
		send(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: l.Uncached}),
		send(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Latency: l.Wait, DownloadThroughput: l.Down, UploadThroughput: l.Up}},
		}),
	)
}
