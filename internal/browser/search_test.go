package browser

import (
	"fmt"
	"os"
	"testing"
)

func TestTry(t *testing.T) {
	site := built(t)
	for _, v := range []View{Wide, Phone.InDark()} {
		tab := open(t, v.At(site.Home()))
		for i, q := range []string{"customer", "kundedata", "data", "samtykk", "konsent", "koege", "initiativerne", "lena", "kudne", "it", "c", "zzzqqq", "marketing spend", "tidsplan"} {
			visit(t, tab, site.Home()+"da/index.html")
			if err := tab.Type("/"); err != nil {
				t.Fatal(err)
			}
			if err := tab.Type(q); err != nil {
				t.Fatal(err)
			}
			eventually(t, tab, `document.querySelectorAll("#finds [role=option]").length > 0 || document.querySelector(".find-say").textContent != ""`)
			eventually(t, tab, `document.querySelector("[data-live]").textContent != ""`)
			fmt.Println("==", q, ask[string](t, tab, `document.querySelector("[data-live]").textContent + "\n" + document.querySelector("#finds").innerText.replace(/\n+/g," | ")`))
			for _, f := range tab.Faults() {
				t.Error(f)
			}
			if i < 3 {
				png, _ := tab.Picture()
				_ = os.WriteFile(fmt.Sprintf("/tmp/srch/%s-%d.png", v, i), png, 0o644)
				for _, x := range violations(t, tab) {
					t.Error(x)
				}
			}
		}
		visit(t, tab, site.Home()+"search.html?q=data&status=active")
		eventually(t, tab, `!document.querySelector("[data-find-results]").hidden`)
		fmt.Println(ask[string](t, tab, `document.querySelector("main").innerText`))
		png, _ := tab.Picture()
		_ = os.WriteFile(fmt.Sprintf("/tmp/srch/%s-page.png", v), png, 0o644)
		for _, x := range violations(t, tab) {
			t.Error(x)
		}
		for _, f := range tab.Faults() {
			t.Error(f)
		}
	}
}
