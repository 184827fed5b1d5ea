package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"charterhouse/internal/supply"
)

// releases asks for whole releases, built twice from nothing: go test ./internal/supply/release -releases
var releases = flag.Bool("releases", false, "build the release twice, in two folders for two users")

const root = "../../.."

// The licences that the program prints are those of what is linked and embedded,
// and of nothing else.
func TestLicences(t *testing.T) {
	text, err := collect(root)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != supply.Licences {
		t.Error("internal/supply/licences.txt is not what it should be: run make licences")
	}
	for _, holds := range []string{"github.com/spf13/cobra v", "SIL OPEN FONT LICENSE", "Decap CMS", "idiomorph", "@orama/stemmers", "The Go Authors", "klauspost/compress v1.20.3, zstd/internal/xxhash/LICENSE.txt"} {
		if !strings.Contains(supply.Licences, holds) {
			t.Errorf("the licences say nothing of %s", holds)
		}
	}
}

// Whatever is embedded in the program for browsers has a licence beside it or is ours.
func TestEmbeddedIsKnown(t *testing.T) {
	ours := []string{"alone.css", "charterhouse.css", "charterhouse.js", "icon.svg", "paper.css", "search.js", "tokens.css", "preview.js", "preview.css"}
	err := filepath.WalkDir(filepath.Join(root, "themes"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(filepath.ToSlash(name), "/assets/") || strings.HasSuffix(name, ".txt") {
			return err
		}
		stem, _, _ := strings.Cut(d.Name(), ".")
		_, alone := os.Stat(filepath.Join(filepath.Dir(name), stem+".LICENSE.txt"))
		_, fonts := os.Stat(filepath.Join(filepath.Dir(name), "OFL.txt"))
		for _, o := range ours {
			if o == d.Name() {
				return nil
			}
		}
		if alone != nil && fonts != nil {
			t.Errorf("%s has no licence beside it", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// noon is the moment of the releases in these tests.
var noon = moment{"1.2.3", time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)}

// A bill of materials is sound CycloneDX, and holds Go, the modules of the binary
// and what browsers get. The binary is this test.
func TestMaterials(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := readReasons(root + "/docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tests := range []string{"github.com/CycloneDX/cyclonedx-go", "github.com/google/uuid", "github.com/santhosh-tekuri/jsonschema/v6"} {
		reasons = append(reasons, reason{name: tests, licences: []string{"Apache-2.0"}})
	}
	bill, err := materials(self, system{"linux", "amd64"}, noon, reasons)
	if err != nil {
		t.Fatal(err)
	}
	again, err := materials(self, system{"linux", "amd64"}, noon, reasons)
	if err != nil || !bytes.Equal(bill, again) {
		t.Errorf("made twice it differs: %v", err)
	}
	valid(t, bill)
	for _, holds := range []string{`"pkg:golang/std@1.`, `"pkg:golang/github.com/google/uuid@v`, `"name": "Decap CMS"`, `"version": "3.16.3"`, `"name": "Figtree"`, `"OFL-1.1"`, `"2026-11-16T12:00:00Z"`, `"urn:uuid:`} {
		if !bytes.Contains(bill, []byte(holds)) {
			t.Errorf("it does not say %s", holds)
		}
	}
	if _, err := materials(self, system{}, noon, nil); err == nil || !strings.Contains(err.Error(), "has no reason for") {
		t.Errorf("a module without a reason: %v", err)
	}
}

// valid holds a bill to the schema that comes with the library.
func valid(t *testing.T, bill []byte) {
	t.Helper()
	dir, err := tool(root, nil, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go")
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	for name, file := range map[string]string{"bom-1.6.schema.json": "bom-1.6.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json"} {
		text, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "schema", file))
		if err != nil {
			t.Fatal(err)
		}
		defer text.Close()
		schema, err := jsonschema.UnmarshalJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("http://cyclonedx.org/schema/"+name, schema); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := c.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(bill))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Error(err)
	}
	var wrong map[string]any
	_ = json.Unmarshal(bill, &wrong)
	wrong["components"] = "none"
	if schema.Validate(wrong) == nil {
		t.Error("the schema lets everything pass")
	}
}

// An archive holds the program and its papers, and nothing of who made it and when.
func TestArchives(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(binary, []byte("the program"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []system{{"linux", "amd64"}, {"windows", "arm64"}} {
		archive, err := pack(root, binary, s, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(binary, time.Unix(0, 0), time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		again, err := pack(root, binary, s, noon)
		if err != nil || !bytes.Equal(archive, again) {
			t.Errorf("made twice, the archive for %s differs: %v", s.os, err)
		}
		held := map[string]string{}
		if s.os == "windows" {
			r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.File {
				from, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				text, _ := io.ReadAll(from)
				held[f.Name] = fmt.Sprint(f.Modified.UTC().Format(time.DateTime), f.Mode(), " ", string(text))
			}
		} else {
			z, err := gzip.NewReader(bytes.NewReader(archive))
			if err != nil {
				t.Fatal(err)
			}
			r := tar.NewReader(z)
			for {
				h, err := r.Next()
				if err != nil {
					break
				}
				text, _ := io.ReadAll(r)
				held[h.Name] = fmt.Sprint(h.ModTime.UTC().Format(time.DateTime), fs.FileMode(h.Mode), " ", string(text))
			}
		}
		name := map[string]string{"linux": "charterhouse", "windows": "charterhouse.exe"}[s.os]
		if got, want := held["charterhouse_1.2.3/"+name], "2026-11-16 12:00:00-rwxr-xr-x the program"; got != want || len(held) != 4 {
			t.Errorf("%s: %q of %d files", s.os, got, len(held))
		}
		if !strings.Contains(held["charterhouse_1.2.3/LICENCES.txt"], "SIL OPEN FONT LICENSE") {
			t.Errorf("%s: no licences", s.os)
		}
	}
}

func TestChecksums(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("a"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := checksums(dir, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, sums)); string(text) != fmt.Sprintf("%x  a\n", sha256.Sum256([]byte("a"))) {
		t.Errorf("%s", text)
	}
	if _, err := build(root, dir, noon, nil); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a folder that is in use: %v", err)
	}
	if _, err := build(root, filepath.Join(dir, "x"), moment{version: "1 -X main.x=y"}, nil); err == nil || !strings.Contains(err.Error(), "is no version") {
		t.Errorf("a version with a blank: %v", err)
	}
}

// Two folders and two users get the same bytes, with nothing that one could have
// taken over from the other.
func TestSameAnywhere(t *testing.T) {
	if !*releases {
		return // a quarter of an hour; make soak asks for it
	}
	var digests [2]string
	for i, user := range []string{"ada", "grace"} {
		place := filepath.Join(t.TempDir(), user, strings.Repeat("deep/", i*3))
		if err := os.CopyFS(place, os.DirFS(root)); err != nil {
			t.Fatal(err)
		}
		t.Setenv("GOCACHE", filepath.Join(t.TempDir(), "cache"))
		t.Setenv("USER", user)
		t.Setenv("TZ", []string{"Europe/Copenhagen", "Pacific/Auckland"}[i])
		out := filepath.Join(t.TempDir(), "dist")
		names, err := build(place, out, noon, systems)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(out, sums))
		if err != nil || len(names) != 2*len(systems)+1 {
			t.Fatalf("%v: %v", names, err)
		}
		digests[i] = string(text)
		for _, name := range names {
			if strings.HasSuffix(name, ".cdx.json") {
				bill, _ := os.ReadFile(filepath.Join(out, name))
				valid(t, bill)
			}
		}
	}
	if digests[0] != digests[1] {
		t.Errorf("the releases differ:\n%s\n%s", digests[0], digests[1])
	}
	t.Log(digests[0])
}
