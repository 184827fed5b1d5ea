package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A View is how a visitor looks at pages. The zero value is a wide light window with script.
type View struct {
	Width, Height int    // in CSS pixels; 1440 by 900 if zero
	Dark          bool   // the visitor's system prefers dark
	NoScript      bool   // script is switched off
	NoPolicy      bool   // the content security policy of pages is ignored, to see what escaping alone holds back
	Home          string // address that every request must begin with; empty allows any
}

// Wide and Phone are the two widths at which every page is judged.
var (
	Wide  = View{Width: 1440, Height: 900}
	Phone = View{Width: 390, Height: 844}
)

// InDark is the same view for a visitor whose system prefers dark.
func (v View) InDark() View { v.Dark = true; return v }

// At is the same view of the site that lives below an address.
func (v View) At(home string) View { v.Home = home; return v }

// String names the view in messages and file names, such as "390-dark".
func (v View) String() string {
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	return fmt.Sprintf("%d-%s", v.Width, scheme)
}

// A Tab is one visit, with storage of its own, and the record of what went wrong in it.
type Tab struct {
	ctx   context.Context
	close context.CancelFunc
	home  string

	mu     sync.Mutex
	faults []string
	asked  map[network.RequestID]string
}

// Open opens a tab with a view. Its owner closes it.
func (b *Browser) Open(v View) (*Tab, error) {
	if v.Width == 0 {
		v.Width, v.Height = Wide.Width, Wide.Height
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t := &Tab{ctx: ctx, close: cancel, home: v.Home, asked: map[network.RequestID]string{}}
	if err := chromedp.Listen(ctx, t.hear); err != nil {
		cancel()
		return nil, err
	}
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	err := t.do(
		chromedp.EmulateViewport(int64(v.Width), int64(v.Height)),
		send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		}),
		send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.NoScript}),
		send(page.SetBypassCSP, page.SetBypassCSPParams{Enabled: v.NoPolicy}),
	)
	if err != nil {
		cancel()
		return nil, err
	}
	return t, nil
}

// Close closes the tab.
func (t *Tab) Close() { t.close() }

// Goto opens an address and waits until the page and its fonts are there.
func (t *Tab) Goto(address string) error {
	if err := t.do(chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	_, err := Eval[bool](t, "document.fonts.ready.then(() => true)")
	return err
}

// Eval runs script in the page, past its policy, waits for a promise, and returns the value.
func Eval[T any](t *Tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Type types a text wherever the focus is. A page that takes a key for itself keeps it out of the field, as with a real
// keyboard; the library's own way of typing sends the letter all the same.
func (t *Tab) Type(text string) error {
	for _, r := range text {
		if err := t.press(string(r), string(r)); err != nil {
			return err
		}
	}
	return nil
}

// Press presses a key that writes nothing, by its name in the DOM, such as "Escape".
func (t *Tab) Press(key string) error { return t.press(key, "") }

func (t *Tab) press(key, text string) error {
	return t.do(
		send(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: text}),
		send(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key}),
	)
}

// Click clicks the first element that a CSS selector finds and that is visible.
func (t *Tab) Click(selector string) error { return t.do(chromedp.Click(chromedp.CSS(selector))) }

// Picture takes a picture of the whole page as PNG.
func (t *Tab) Picture() ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.FullScreenshot(100))
}

// Print prints the page to PDF on A4 as a person would, with the page's own margins and direction.
func (t *Tab) Print() ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.PrintToPDF(
		chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPrintBackground(), chromedp.PDFPreferCSSPageSize()))
}

// OnPaper shows the page as it is printed, until the next page is opened, so that it can be measured.
func (t *Tab) OnPaper() error {
	return t.do(send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
}

// Faults returns what went wrong since the tab was opened or Faults was last called, in the order it happened.
func (t *Tab) Faults() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := slices.Clone(t.faults)
	t.faults = nil
	return found
}

func (t *Tab) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// hear takes down every event that a quiet page never causes. It runs on the goroutine that reads from the browser, so
// the answer to a dialog is sent from another one.
func (t *Tab) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			t.note("console: %s", spoken(e.Args))
		}
	case *runtime.EventExceptionThrown:
		t.note("exception: %s", thrown(e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Source == log.EntrySourceSecurity {
			t.note("log: %s (%s)", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		t.request(e)
	case *network.EventLoadingFailed:
		if !e.Canceled {
			t.note("not loaded: %s: %s %s", t.address(e.RequestID), e.ErrorText, e.BlockedReason)
		}
	case *page.EventJavascriptDialogOpening:
		t.note("dialog: %s", e.Message)
		go func() { _ = t.do(send(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})) }()
	}
}

func (t *Tab) request(e *network.EventRequestWillBeSent) {
	t.mu.Lock()
	t.asked[e.RequestID] = e.Request.URL
	t.mu.Unlock()
	if u := e.Request.URL; !strings.HasPrefix(u, t.home) && !strings.HasPrefix(u, "data:") && u != "about:blank" {
		t.note("request leaves the site: %s", u)
	}
}

func (t *Tab) address(id network.RequestID) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.asked[id]
}

func (t *Tab) note(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = append(t.faults, fmt.Sprintf(format, args...))
}

// spoken is what a console call says, in the words of the console.
func spoken(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if a.Description != "" {
			words = append(words, a.Description)
			continue
		}
		words = append(words, string(a.Value))
	}
	return strings.Join(words, " ")
}

func thrown(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

// send makes a step of a protocol command whose answer is of no interest.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, command, params)
		return chromedp.Void{}, err
	}
}
