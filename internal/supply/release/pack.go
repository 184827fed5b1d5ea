package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
)

// ending is how archives are called where people expect them.
func (s system) ending() string {
	if s.os == "windows" {
		return ".zip"
	}
	return ".tar.gz"
}

// An entry is one file of an archive.
type entry struct {
	name string
	mode int64
	data []byte
}

// pack puts the program and what belongs to it into an archive that tells
// nothing of who made it, where and when.
func pack(root, binary string, s system, m moment) ([]byte, error) {
	name := "charterhouse"
	if s.os == "windows" {
		name += ".exe"
	}
	var entries []entry
	for _, f := range []struct {
		name, from string
		mode       int64
	}{
		{name, binary, 0o755},
		{"CHANGELOG.md", filepath.Join(root, "CHANGELOG.md"), 0o644},
		{"LICENCES.txt", filepath.Join(root, "internal", "supply", "licences.txt"), 0o644},
		{"README.md", filepath.Join(root, "README.md"), 0o644},
	} {
		data, err := os.ReadFile(f.from)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{fmt.Sprintf("charterhouse_%s/%s", m.version, f.name), f.mode, data})
	}
	if s.os == "windows" {
		return zipped(entries, m)
	}
	return tarred(entries, m)
}

func tarred(entries []entry, m moment) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	for _, e := range entries {
		head := tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Size: int64(len(e.data)), ModTime: m.time, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(&head); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func zipped(entries []entry, m moment) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		head := zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: m.time}
		head.SetMode(os.FileMode(e.mode))
		to, err := w.CreateHeader(&head)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
