// Package browser looks at a built site the way its readers do: in a real browser, from a folder on disk.
//
// It serves the tests and the architects of pages, never the product. A [Browser] is one Chromium without a window; a
// [Tab] is one visit with a width, a colour scheme and script on or off, and it keeps a record of everything that a
// quiet page must not do: write errors to the console, throw, ask for something outside its own site, fail to load what
// it asked for, open a dialog. A [Site] is the same folder read without a browser, which is the way to follow every
// link of every page in a second.
//
// A machine without a browser is a fault and not a reason to skip: [Find] says in one sentence how to mend it.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long one step in a tab may take, on a machine that is busy with other tests.
const patience = 60 * time.Second

// ErrNone says that no browser was found, and what to do about it.
var ErrNone = errors.New("no Chromium or Chrome was found: run `make browser`, or set CHROME to the path of one")

// Find returns the path of the browser: the one CHROME names, or the first on the PATH.
func Find() (string, error) {
	if named := os.Getenv("CHROME"); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("CHROME names no program: %w", err)
		}
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

// A Browser is one running Chromium with an empty profile. Its tabs may be used from several goroutines, each tab from
// one of them at a time.
type Browser struct {
	ctx   context.Context
	close context.CancelFunc
}

// Start starts the browser that Find found. Its owner closes it.
func Start() (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), switches(path)...)
	ctx, cancel := chromedp.NewContext(alloc)
	b := &Browser{ctx: ctx, close: func() { cancel(); stop() }}
	if err := chromedp.Do(ctx); err != nil {
		b.close()
		return nil, fmt.Errorf("%s does not start: %w", path, err)
	}
	return b, nil
}

// Close ends the browser and removes its profile.
func (b *Browser) Close() {
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	_ = chromedp.Cancel(ctx) // a browser that is not polite when it goes is gone all the same
	b.close()
}

// switches start a browser that talks to nobody by itself, looks the same on every machine, and does not slow down tabs
// that are not in front. Only root, as in a container, goes without the sandbox, since Chromium refuses to start there.
func switches(path string) []chromedp.ExecAllocatorOption {
	on := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.Flag("headless", "new"),
		chromedp.WSURLReadTimeout(patience),
	}
	for _, name := range []string{
		"disable-gpu", "disable-quic", "no-first-run", "no-default-browser-check", "hide-scrollbars", "mute-audio",
		"disable-background-networking", "disable-component-update", "disable-sync", "disable-default-apps",
		"disable-extensions", "metrics-recording-only", "disable-dev-shm-usage", "disable-background-timer-throttling",
		"disable-backgrounding-occluded-windows", "disable-renderer-backgrounding",
	} {
		on = append(on, chromedp.Flag(name, true))
	}
	on = append(on,
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter"),
		chromedp.Flag("password-store", "basic"),
		chromedp.Flag("lang", "en-GB"),
	)
	if os.Geteuid() == 0 {
		on = append(on, chromedp.NoSandbox)
	}
	return on
}
