package browser

import (
	"image"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
)

// A printedPage is one page of a PDF as a reader of PDFs sees it, which is not the program that wrote it.
type printedPage struct {
	Width, Height float64 // in points
	Text          string  // without blanks, since a line may be broken anywhere
	Runs          []printedRun
}

// A printedRun is a piece of text and where it stands, in points from the top left.
type printedRun struct {
	Text                     string
	Left, Top, Right, Bottom float64
	Size                     float64
}

// reader is the one reader of PDFs; it takes a second or two to start.
var reader = sync.OnceValues(func() (pdfium.Pdfium, error) {
	pool, err := webassembly.Init(webassembly.Config{MinIdle: 1, MaxIdle: 1, MaxTotal: 1})
	if err != nil {
		return nil, err
	}
	return pool.GetInstance(patience)
})

var reading sync.Mutex // the reader does one thing at a time

// opened opens a PDF for as long as use takes.
func opened(t *testing.T, pdf []byte, use func(r pdfium.Pdfium, d references.FPDF_DOCUMENT)) {
	t.Helper()
	reading.Lock()
	defer reading.Unlock()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.OpenDocument(&requests.OpenDocument{File: &pdf})
	if err != nil {
		t.Fatal(err)
	}
	use(r, d.Document)
	if _, err := r.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: d.Document}); err != nil {
		t.Fatal(err)
	}
}

// printed reads all pages of a PDF.
func printed(t *testing.T, pdf []byte) []printedPage {
	t.Helper()
	var pages []printedPage
	opened(t, pdf, func(r pdfium.Pdfium, d references.FPDF_DOCUMENT) {
		count, err := r.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d})
		if err != nil {
			t.Fatal(err)
		}
		for i := range count.PageCount {
			at := requests.Page{ByIndex: &requests.PageByIndex{Document: d, Index: i}}
			size, err := r.GetPageSize(&requests.GetPageSize{Page: at})
			if err != nil {
				t.Fatal(err)
			}
			text, err := r.GetPageTextStructured(&requests.GetPageTextStructured{Page: at, Mode: requests.GetPageTextStructuredModeRects, CollectFontInformation: true})
			if err != nil {
				t.Fatal(err)
			}
			all, err := r.GetPageText(&requests.GetPageText{Page: at})
			if err != nil {
				t.Fatal(err)
			}
			p := printedPage{Width: size.Width, Height: size.Height, Text: dense(all.Text)}
			for _, run := range text.Rects {
				p.Runs = append(p.Runs, printedRun{run.Text, run.PointPosition.Left, size.Height - run.PointPosition.Top, run.PointPosition.Right, size.Height - run.PointPosition.Bottom, run.FontInformation.RenderedSize})
			}
			pages = append(pages, p)
		}
	})
	return pages
}

// picture is a page of a PDF as a printer would print it.
func picture(t *testing.T, pdf []byte, page, dpi int) image.Image {
	t.Helper()
	var shown image.Image
	opened(t, pdf, func(r pdfium.Pdfium, d references.FPDF_DOCUMENT) {
		made, err := r.RenderPageInDPI(&requests.RenderPageInDPI{DPI: dpi, Page: requests.Page{ByIndex: &requests.PageByIndex{Document: d, Index: page}}})
		if err != nil {
			t.Fatal(err)
		}
		copied := *made.Result.RenderedImage.(*image.RGBA)
		copied.Pix = append([]byte(nil), copied.Pix...) // the reader takes its memory back
		shown = &copied
		made.Cleanup()
	})
	return shown
}

// foot is what stands below the text of a page.
func (p printedPage) foot() string {
	var b strings.Builder
	for _, r := range p.Runs {
		if r.Top > p.Height-38 {
			b.WriteString(dense(r.Text))
		}
	}
	return b.String()
}

// dense drops all that a line break may add or take; a hyphen at the end of a line is nothing to a reader of PDFs.
func dense(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == '-' || r == '\u00ad' || r == '\ufffe' {
			return -1
		}
		return r
	}, s)
}
