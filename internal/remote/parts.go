package remote

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"charterhouse/internal/publish"
)

// A place may hold parts of a site, each published to a folder of its own, for
// [publish.Join].
var _ publish.Parts = (*Place)(nil)

// Find lists the part files.
func (p *Place) Find(ctx context.Context) ([]string, error) {
	all, err := p.store.list(ctx)
	if err != nil {
		return nil, p.named(err)
	}
	if _, ok := all[publish.PartFile]; ok {
		return []string{publish.PartFile}, nil
	}
	var found []string
	for name := range all {
		if path.Base(name) == publish.PartFile {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found, nil
}

// Read reads a file of no more than limit bytes.
func (p *Place) Read(ctx context.Context, name string, limit int64) ([]byte, error) {
	data, _, err := p.store.get(ctx, name, limit)
	if errors.Is(err, errAbsent) {
		return nil, fmt.Errorf("%s: %s: %w", p.name, name, fs.ErrNotExist)
	}
	return data, p.named(err)
}

// Width is how many files are read at a time.
func (p *Place) Width() int { return p.parallel }
