package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"charterhouse/internal/history"
	"charterhouse/internal/publish"
	"charterhouse/internal/site"
)

// A shard is the part of the site that this build makes; of is 0 for the whole.
type shard struct {
	number, of int
	basis      string // digest of what all parts have in common
}

// mostShards is more machines than anybody has, and keeps the name of a part short.
const mostShards = 1000

// Set reads 3/8.
func (s *shard) Set(text string) error {
	number, of, ok := strings.Cut(text, "/")
	var wrong1, wrong2 error
	s.number, wrong1 = strconv.Atoi(number)
	s.of, wrong2 = strconv.Atoi(of)
	if !ok || wrong1 != nil || wrong2 != nil || s.of < 1 || s.of > mostShards || s.number < 1 || s.number > s.of {
		return fmt.Errorf("write the number of the part and how many there are, counted from 1, such as 3/8; at most %d", mostShards)
	}
	return nil
}

// String is what Set reads.
func (s *shard) String() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.number, s.of)
}

// Type is for the help.
func (s *shard) Type() string { return "part" }

// folder is where the site or the part goes if nobody says otherwise.
func (s *shard) folder() string {
	if s.of == 0 {
		return "public"
	}
	return filepath.Join("parts", fmt.Sprintf("%d-of-%d", s.number, s.of))
}

// name lets no part take the place of a site, or of another part.
func (s *shard) name(site string) string {
	if s.of == 0 {
		return site
	}
	return fmt.Sprintf("%s, part %d of %d", site, s.number, s.of)
}

func (s *shard) addresses(of *site.Site) []string {
	if s.of == 0 {
		return of.Addresses()
	}
	return of.Part(s.number, s.of)
}

// part ends the making of a part of the site; for a whole one it does nothing.
func (b *builder) part(stage *publish.Stage, w workplace, o publish.Options, s *site.Site) error {
	if b.shard.of == 0 {
		return nil
	}
	p := publish.Part{Site: strings.TrimSuffix(o.Site, b.shard.name("")), Number: b.shard.number, Of: b.shard.of, Basis: b.shard.basis,
		List: publish.ListOf(s.Addresses()), Inputs: o.Inputs, Note: o.Note}
	p.About = [][2]string{{"program", version() + " " + programBytes()[:12]}, {"day", w.asOf.String()}, {"commit", b.of(w)}}
	return stage.Part(p)
}

// of names the commit for people: the one to show, else the one checked out.
func (b *builder) of(w workplace) string {
	if b.commit != "" {
		return b.commit
	}
	r, err := history.Open(w.Content)
	if err != nil {
		return "none"
	}
	defer r.Close()
	head, err := r.At("HEAD")
	if err != nil {
		return "none"
	}
	return head.Short()
}

// programBytes is a digest of the program itself, which is the same wherever it
// was copied to.
var programBytes = sync.OnceValue(func() string {
	h := sha256.New()
	self, err := os.Executable()
	if err == nil {
		var f *os.File
		if f, err = os.Open(self); err == nil {
			defer f.Close()
			_, err = io.Copy(h, f)
		}
	}
	if err != nil {
		h.Reset()
		_, _ = io.WriteString(h, version())
	}
	return hex.EncodeToString(h.Sum(nil))
})
