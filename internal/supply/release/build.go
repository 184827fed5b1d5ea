package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A system is what a program is built for.
type system struct{ os, arch string }

// systems are those that are released.
var systems = []system{{"darwin", "amd64"}, {"darwin", "arm64"}, {"linux", "amd64"}, {"linux", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"}}

// A moment is what a release is of.
type moment struct {
	version string
	time    time.Time // of the commit: the time of every file in it
}

// of asks git which version stands here. A version that was named needs no git,
// and bears the time of SOURCE_DATE_EPOCH.
func of(root, version string) (moment, error) {
	m := moment{version: version, time: time.Unix(0, 0).UTC()}
	stamp := os.Getenv("SOURCE_DATE_EPOCH")
	if out, err := tool(root, nil, "git", "log", "-1", "--format=%ct"); err == nil && stamp == "" {
		stamp = strings.TrimSpace(string(out))
	}
	if seconds, err := strconv.ParseInt(stamp, 10, 64); err == nil {
		m.time = time.Unix(seconds, 0).UTC()
	}
	if version != "" {
		return m, nil
	}
	changed, err := tool(root, nil, "git", "status", "--porcelain")
	if err != nil {
		return m, fmt.Errorf("%w; outside git, name the -version", err)
	}
	if len(changed) > 0 {
		return m, fmt.Errorf("these files are not committed, so nobody could make this release again; commit them, or name the -version:\n%s", changed)
	}
	if tag, err := tool(root, nil, "git", "describe", "--exact-match", "--tags", "--match", "v*"); err == nil {
		m.version = strings.TrimPrefix(strings.TrimSpace(string(tag)), "v")
		return m, nil
	}
	commit, err := tool(root, nil, "git", "rev-parse", "--short=12", "HEAD")
	m.version = "0.1.0-dev+" + strings.TrimSpace(string(commit))
	return m, err
}

// compile builds the program. Its build id and the state of git are left out:
// they would tell where and how it was built. The version is stamped in.
func compile(root string, s system, version, to string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	_, err = tool(root, []string{"GOOS=" + s.os, "GOARCH=" + s.arch}, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-buildid= -X main.release="+version, "-o", to, program)
	return err
}

// build makes a release and returns the names of its files.
func build(root, out string, m moment, systems []system) (names []string, err error) {
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty; name another folder, or remove it first", out)
	}
	if strings.ContainsAny(m.version, " /\\'\"") {
		return nil, fmt.Errorf("%q is no version", m.version)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "charterhouse-release-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	reasons, err := readReasons(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		return nil, err
	}
	for _, s := range systems {
		binary := filepath.Join(work, s.os+"_"+s.arch)
		if err := compile(root, s, m.version, binary); err != nil {
			return nil, err
		}
		base := fmt.Sprintf("charterhouse_%s_%s_%s", m.version, s.os, s.arch)
		archive, err := pack(root, binary, s, m)
		if err != nil {
			return nil, err
		}
		bill, err := materials(binary, s, m, reasons)
		if err != nil {
			return nil, err
		}
		for name, data := range map[string][]byte{base + s.ending(): archive, base + ".cdx.json": bill} {
			if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
				return nil, err
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return append(names, sums), checksums(out, names)
}

// sums is the file that names all others by their digests.
const sums = "SHA256SUMS"

func checksums(out string, names []string) error {
	var text strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(data), name)
	}
	if text.Len() == 0 {
		return errors.New("nothing was built")
	}
	return os.WriteFile(filepath.Join(out, sums), []byte(text.String()), 0o644)
}
