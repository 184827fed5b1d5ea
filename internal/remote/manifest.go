package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"charterhouse/internal/publish"
	"charterhouse/internal/wire"
)

const (
	tool = "charterhouse"
	kind = "published"

	manifestLimit = 256 << 20 // some million files
)

// A manifest is what we know of a place.
type manifest struct {
	Tool    string            `json:"tool"`
	Version int               `json:"version"`
	Kind    string            `json:"kind"`
	Site    string            `json:"site"`
	Release string            `json:"release"` // the site that was published last, as a whole
	At      time.Time         `json:"at"`
	Run     string            `json:"run"`             // names who wrote this, so that no two are alike
	Files   map[string]stored `json:"files"`           // of that site
	Old     map[string]int64  `json:"old,omitempty"`   // assets of former sites, and since when, in seconds
	Gone    []string          `json:"gone,omitempty"`  // being removed
	Claim   map[string]string `json:"claim,omitempty"` // being sent, with digests
}

// A stored file is one that we sent. Sum is that of the plain bytes; Size of
// those that are stored.
type stored struct {
	Sum     string `json:"sum"`
	Size    int64  `json:"size"`
	Plain   int64  `json:"plain,omitempty"`   // the size before packing, where that differs
	Packing string `json:"packing,omitempty"` // how it is packed
	Of      string `json:"of,omitempty"`      // the plain file that this is a variant of
}

func (f stored) name(plain string) string {
	for _, p := range wire.Packings {
		if p.Name == f.Packing {
			return plain + p.Ending
		}
	}
	return plain
}

var sumShape = regexp.MustCompile(`^[0-9a-f]{32}$`)

// parse reads a manifest, which may come from anybody who can write there.
func parse(data []byte) (*manifest, error) {
	m := &manifest{}
	err := json.Unmarshal(data, m)
	if err == nil && m.Tool == tool && m.Kind != kind {
		return nil, fmt.Errorf("there is a site that was built or published into this folder on its own machine; name another place")
	}
	if err != nil || m.Tool != tool {
		return nil, fmt.Errorf("the file %s there is not one that charterhouse publish wrote; name another place, or empty this one", publish.Marker)
	}
	if m.Version != 1 {
		return nil, fmt.Errorf("a newer Charterhouse has published there; take that one")
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("the manifest %s there is broken (%w), so nothing was changed; empty the place, and publish anew", publish.Marker, err)
	}
	return m, nil
}

// check holds all names and digests to what we could have written.
func (m *manifest) check() error {
	for name, f := range m.Files {
		if err := publish.CheckName(name); err != nil {
			return err
		}
		plain, p, variant := wire.Plain(name)
		if !sumShape.MatchString(f.Sum) || f.Size < 0 || f.Plain < 0 || f.Of != "" && (!variant || f.Of != plain || f.Packing != p.Name) {
			return fmt.Errorf("the entry of %s", name)
		}
	}
	for name := range m.Old {
		if plain, _, _ := wire.Plain(name); publish.CheckName(name) != nil || !wire.Hashed(plain) {
			return errors.New("a former asset")
		}
	}
	for _, name := range m.Gone {
		if publish.CheckName(name) != nil && !ofOurs(name) {
			return errors.New("a name to remove")
		}
	}
	for name, sum := range m.Claim {
		if publish.CheckName(name) != nil || !sumShape.MatchString(sum) {
			return errors.New("a name that was to be sent")
		}
	}
	return nil
}

// pieces are the files of the site that was published last, without variants.
func (m *manifest) pieces() map[string]publish.Piece {
	all := make(map[string]publish.Piece, len(m.Files))
	for name, f := range m.Files {
		if f.Of != "" {
			continue
		}
		size := f.Size
		if f.Packing != "" {
			size = f.Plain
		}
		all[name] = publish.Piece{Sum: f.Sum, Size: size}
	}
	return all
}
