package source

import (
	"strings"
	"testing"
)

func TestAPictureIsNoProgram(t *testing.T) {
	svg := func(inner string) string {
		return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">` + inner + `</svg>`
	}
	for _, fine := range []string{
		svg(`<path d="M0 0" style="fill:url(#g)" fill="url('#g')"/>`),
		svg(`<style>.a{fill:red}</style><text>javascript and onload= in words</text>`),
		svg(`<use xlink:href="#a"/><image href="data:image/png;base64,AAAA"/>`),
		`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">` + svg(`<!-- <script> -->`),
		svg(`<metadata xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:RDF rdf:resource="http://example.org/"/></metadata>`),
		svg(`<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:export-filename="C:\pictures\a.png"/>`),
	} {
		if found := unsafeAsset("a.svg", []byte(fine)); len(found) != 0 {
			t.Errorf("%s: %v", fine, found)
		}
	}
	for _, bad := range []string{
		svg(`<script>1</script>`), svg(`<SCRIPT/>`), svg(`<s:script xmlns:s="http://www.w3.org/2000/svg"/>`),
		svg(`<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x"/>`), svg(`<foreignObject/>`), svg(`<a::script/>`),
		svg(`<g onload="x"/>`), svg("<g\nonLoad\n=\n'x'/>"), svg(`<set attributeName="href"/>`), svg(`<animate/>`), svg(`<animateTransform/>`),
		svg(`<a href="javascript:x"/>`), svg(`<a href = "java&#115;cript:x"/>`), svg(`<a xlink:href=" https://example.org/"/>`), svg(`<image href="//example.org/a.png"/>`),
		svg(`<use href="data:image/svg+xml,x"/>`), svg(`<use href="other.svg#a"/>`), svg(`<g xml:base="https://example.org/"/>`),
		svg(`<style>@import "x"</style>`), svg(`<style>a{b:url( "https://x")}</style>`), svg(`<style>a{b:u\72l(x)}</style>`), svg(`<style><![CDATA[a{b:url(x)}]]></style>`),
		svg(`<g style="b:url(x)"/>`), svg(`<g fill="URL(http://x)"/>`), svg(`<style>a{b:image-set("x" 1x)}</style>`),
		`<?xml-stylesheet href="x"?>` + svg(``), `<!DOCTYPE svg [<!ENTITY a "b">]>` + svg(`&a;`), svg(`<g>`), svg(`&nbsp;`), `<svg`,
		"\xff\xfe<\x00s\x00", `<?xml version="1.0" encoding="ISO-8859-1"?>` + svg(``), svg(strings.Repeat("<g>", 300) + strings.Repeat("</g>", 300)),
	} {
		if found := unsafeAsset("charters/A.SVG", []byte(bad)); len(found) != 1 || found[0].Code != "D007" || found[0].Pos.Line < 1 {
			t.Errorf("%s: %v", bad, found)
		}
	}
	if len(unsafeAsset("a.png", []byte("<script>"))) != 0 {
		t.Error("only an SVG is looked into")
	}
}
