package export

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func feedOf(t testing.TB, s Speech) string {
	t.Helper()
	var b bytes.Buffer
	if err := Feed(&b, s, "agreed.atom"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The feed of the sample, in both languages.
func TestFeed(t *testing.T) {
	p := sample(t)
	for _, lang := range []string{"en", "da"} {
		text := feedOf(t, speech(t, p, lang))
		golden(t, "agreed."+lang+".atom", text)
		validFeed(t, text)
	}
}

// E3: whatever authors typed, the feed is XML 1.0 and its ids stay.
func TestFeedIsNotBroken(t *testing.T) {
	p := hostile(t)
	text := feedOf(t, speech(t, p, "en"))
	validFeed(t, text)
	if strings.Contains(text, "<f>") || strings.Count(text, "<entry>") < 80 {
		t.Errorf("%d entries", strings.Count(text, "<entry>"))
	}
}

// The same change has the same id in every language, whatever its words.
func TestFeedIDsStay(t *testing.T) {
	p := sample(t)
	ids := func(lang string) []string {
		var d struct {
			IDs []string `xml:"entry>id"`
		}
		if err := xml.Unmarshal([]byte(feedOf(t, speech(t, p, lang))), &d); err != nil {
			t.Fatal(err)
		}
		return d.IDs
	}
	en, da := ids("en"), ids("da")
	if len(en) < 20 || strings.Join(en, " ") != strings.Join(da, " ") {
		t.Errorf("%v and %v", en, da)
	}
	if urn("one/amendment/a1") != "urn:uuid:"+"603864b0-b9ce-5360-8e62-6c69e39dc565" {
		t.Errorf("the id of a change is now %s: every reader would show every change again", urn("one/amendment/a1"))
	}
}

// validFeed reads a feed strictly: XML 1.0 characters only, all that RFC 4287
// asks for, ids that differ, newest first.
func validFeed(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("it is not UTF-8")
	}
	for _, r := range text {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			t.Errorf("XML 1.0 has no %U", r)
		}
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = true
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	var f struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  string   `xml:"author>name"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Link    struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	if f.ID == "" || f.Title == "" || f.Author == "" || len(f.Links) != 2 || f.Links[0].Rel != "self" || f.Links[0].Href != "agreed.atom" {
		t.Errorf("%+v", f)
	}
	seen, last := map[string]bool{f.ID: true}, f.Updated
	for _, e := range f.Entries {
		if seen[e.ID] || !strings.HasPrefix(e.ID, "urn:uuid:") || e.Title == "" || !strings.HasPrefix(e.Link.Href, "charters/") {
			t.Errorf("entry %+v", e)
		}
		if _, err := time.Parse(time.RFC3339, e.Updated); err != nil || e.Updated > last {
			t.Errorf("%s is dated %s, after one of %s", e.ID, e.Updated, last)
		}
		seen[e.ID], last = true, e.Updated
	}
}
