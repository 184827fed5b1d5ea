package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// A reason is a row of docs/dependencies.md: what is in the program besides
// Charterhouse, and under which licences.
type reason struct {
	name, version string // the version of what browsers get; that of a module stands in the program
	licences      []string
	inBrowser     bool
}

var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]*[^| ]) \\| [^|]*\\|$")
var browserRow = regexp.MustCompile("(?m)^\\| ([^|`]*?[^| ])(?: ([0-9][0-9.]*))? \\| `themes/[^|]*\\| ([^|]*[^| ]) \\| [^|]*\\|$")

func readReasons(file string) ([]reason, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []reason
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		all = append(all, reason{name: m[1], licences: names(m[2])})
	}
	modules := len(all)
	for _, m := range browserRow.FindAllStringSubmatch(string(text), -1) {
		all = append(all, reason{name: m[1], version: m[2], licences: names(m[3]), inBrowser: true})
	}
	if modules == 0 || len(all) == modules {
		return nil, fmt.Errorf("%s names no modules, or nothing in the browser", file)
	}
	return all, nil
}

// names splits "BSD-3-Clause, MIT and Apache-2.0".
func names(list string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(list, " and ", ","), func(r rune) bool { return r == ',' || r == ' ' })
}

func choices(licences []string) *cdx.Licenses {
	var all cdx.Licenses
	for _, id := range licences {
		all = append(all, cdx.LicenseChoice{License: &cdx.License{ID: id}})
	}
	return &all
}

// materials is the bill of materials of a binary, in CycloneDX: what the binary
// itself says that it was linked from, and what is embedded in it for browsers.
func materials(binary string, s system, m moment, reasons []reason) ([]byte, error) {
	data, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	info, err := buildinfo.Read(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", binary, err)
	}
	sum := sha256.Sum256(data)
	bom := cdx.NewBOM()
	bom.SerialNumber = uuid.NewSHA1(uuid.NameSpaceOID, sum[:]).URN()
	self := "charterhouse@" + m.version
	bom.Metadata = &cdx.Metadata{
		Timestamp: m.time.Format(time.RFC3339),
		Component: &cdx.Component{BOMRef: self, Type: cdx.ComponentTypeApplication, Name: "charterhouse", Version: m.version,
			Hashes:     &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sum)}},
			Properties: &[]cdx.Property{{Name: "charterhouse:os", Value: s.os}, {Name: "charterhouse:arch", Value: s.arch}}},
	}
	components, err := parts(info, reasons)
	if err != nil {
		return nil, err
	}
	bom.Components = &components
	refs := make([]string, len(components))
	for i, c := range components {
		refs[i] = c.BOMRef
	}
	bom.Dependencies = &[]cdx.Dependency{{Ref: self, Dependencies: &refs}}
	var out bytes.Buffer
	if err := cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// parts are Go, the modules that were linked, and what browsers get.
func parts(info *debug.BuildInfo, reasons []reason) ([]cdx.Component, error) {
	known := map[string]reason{}
	for _, r := range reasons {
		known[r.name] = r
	}
	version := strings.TrimPrefix(info.GoVersion, "go")
	version, _, _ = strings.Cut(version, " ")
	all := []cdx.Component{{Type: cdx.ComponentTypeLibrary, Name: "std", Version: version, PackageURL: "pkg:golang/std@" + version, Licenses: choices([]string{"BSD-3-Clause"})}}
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		r, ok := known[d.Path]
		if !ok {
			return nil, fmt.Errorf("docs/dependencies.md has no reason for %s, which is in the program", d.Path)
		}
		all = append(all, cdx.Component{Type: cdx.ComponentTypeLibrary, Name: d.Path, Version: d.Version, PackageURL: "pkg:golang/" + d.Path + "@" + d.Version, Licenses: choices(r.licences)})
	}
	for _, r := range reasons {
		if r.inBrowser {
			all = append(all, cdx.Component{Type: cdx.ComponentTypeLibrary, Name: r.name, Version: r.version, Licenses: choices(r.licences)})
		}
	}
	for i := range all {
		all[i].BOMRef = all[i].PackageURL
		if all[i].BOMRef == "" {
			all[i].BOMRef = all[i].Name + "@" + all[i].Version
		}
	}
	return all, nil
}
