package preview

import (
	"net/http"
	"strings"
	"testing"
)

// A page that asks about others is another page as soon as one of those is
// another charter; its own file stays as it is.
func TestAnswersAreFresh(t *testing.T) {
	r := start(t, nil)
	const asks, names = "/charters/customer-first.html", "content/charters/loyalitetsklub.md"
	for _, path := range []string{asks, "/questions/what-it-pays.html", "/da/questions/ending-soon.html"} {
		if status, _ := r.get(path); status != http.StatusOK {
			t.Fatalf("%s: %d", path, status)
		}
	}
	page, saved := r.open(asks), r.open("/questions/who-owns-data-handling.html")
	before := saved.sees()
	r.change(names, "title: Loyalitetsklub uden plastikkort", "title: Loyalitetsklub uden kort")
	within(t, "the list names the new title", func() bool { return strings.Contains(page.sees(), ">Loyalitetsklub uden kort</a> <small") })
	r.change(names, "status: agreed", "status: proposed")
	within(t, "the sum leaves out what is only proposed", func() bool { return strings.Contains(page.sees(), ">DKK\u00a01,000,000 and EUR\u00a0480,000</a>") })
	within(t, "the count leaves it out, too", func() bool { return saved.sees() != before })

	// A question of one's own is followed as charters are, faults included.
	own, question := r.open("/questions/personal-data.html"), "content/questions/personal-data.md"
	r.change(question, "en: Charters that touch personal data", "en: Whose data is it")
	within(t, "the question has its new title", func() bool { return strings.Contains(own.sees(), "<h1>Whose data is it</h1>") })
	r.change(question, "list: charters", "liste: charters")
	within(t, "the fault is told, and the last answer stays", func() bool {
		return strings.Contains(own.sees(), "is not a key of a question") && strings.Contains(own.sees(), "Customer Insight 360")
	})
	if _, other := r.get("/index.html"); strings.Contains(other, "is not a key of a question") {
		t.Error("a question's fault stands on another page")
	}
	r.change(question, "liste: charters", "list: charters")
	r.change(question, "x.data-class", "x.data-klass")
	within(t, "the unknown field is told", func() bool {
		return strings.Contains(own.sees(), "did you mean x.data-class?") && strings.Contains(own.sees(), "This question cannot be answered")
	})
	r.write("content/questions/new-one.md", "---\ntitle: New one\nquery: {count: charters}\n---\n")
	within(t, "a new question has a page", func() bool { status, _ := r.get("/questions/new-one.html"); return status == http.StatusOK })
}

// Own fields stand in the form under their names, with an input of their type,
// and are written below x:.
func TestOwnFieldsInTheForm(t *testing.T) {
	r := start(t, nil)
	const file = "charters/elevordning.md"
	_, page := r.get("/-/edit/" + file)
	for _, want := range []string{">Data class", `name="v:x.data-class"`, `<option value="personal">Personal data</option>`, `name="l:x.supplier"`, "The most sensitive data"} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	form := r.form(file)
	form.Set("v:x.data-class", "personal")
	form.Set("intent", "save")
	if status, body := r.post("/-/edit/"+file, form); status != http.StatusOK {
		t.Fatalf("%d: %s", status, body)
	}
	if text := r.read("content/" + file); !strings.Contains(text, "x:\n  data-class: personal\n") && !strings.Contains(text, "x: {data-class: personal}") {
		t.Errorf("the field is not written:\n%s", text[:600])
	}
	_, shown := r.get("/charters/elevordning.html")
	if !strings.Contains(shown, "<dt>Dataklasse</dt><dd>Persondata</dd>") {
		t.Error("the field is not shown under its name")
	}
}
