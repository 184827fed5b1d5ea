package remote

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"charterhouse/internal/publish"
	"charterhouse/internal/wire"
)

// collected is what the site consists of there, as far as it was sent or stood.
type collected struct {
	mu    sync.Mutex
	files map[string]stored
}

func (c *collected) add(name string, f stored) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files[name] = f
}

// send brings all files there, stage by stage.
func (r *run) send(ctx context.Context, lock *lease) error {
	r.sent.files = make(map[string]stored, len(r.b.Files))
	stages := make([][]string, 3)
	for _, name := range r.b.Names() {
		if r.stands(name) {
			r.take(name)
			continue
		}
		stages[rank(name)] = append(stages[rank(name)], name)
	}
	of := len(stages[0]) + len(stages[1]) + len(stages[2])
	done := 0
	for i, names := range stages {
		if err := lock.check(ctx); err != nil {
			return err
		}
		if i == 2 {
			if err := r.whole(ctx); err != nil {
				return err
			}
		}
		if err := r.stage(ctx, names, &done, of); err != nil {
			return err
		}
	}
	if err := lock.check(ctx); err != nil {
		return err
	}
	return r.whole(ctx)
}

// take notes a file that stands, with its variants.
func (r *run) take(name string) {
	r.sent.add(name, r.m.Files[name])
	for _, p := range wire.Packings {
		if v, ok := r.m.Files[name+p.Ending]; ok && v.Of == name {
			r.sent.add(name+p.Ending, v)
		}
	}
}

func (r *run) stage(ctx context.Context, names []string, done *int, of int) error {
	return r.each(ctx, names, func(ctx context.Context, name string) error {
		if err := r.file(ctx, name); err != nil {
			return err
		}
		r.sent.mu.Lock()
		defer r.sent.mu.Unlock()
		*done++
		if r.o.Progress != nil {
			r.o.Progress(*done, of)
		}
		return nil
	})
}

// each does something with each file, a few at a time, until one fails.
func (r *run) each(ctx context.Context, names []string, do func(ctx context.Context, name string) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.parallel)
	for _, name := range names {
		g.Go(func() error {
			if ctx.Err() != nil {
				return fmt.Errorf("stopped: %w", context.Cause(ctx))
			}
			return do(ctx, name)
		})
	}
	return g.Wait()
}

// file sends one file with its variants.
func (r *run) file(ctx context.Context, name string) error {
	data, err := r.b.Read(name)
	if err != nil {
		return err
	}
	o := object{data: data, kind: wire.Type(name), cache: wire.Cache(name), sum: r.b.Files[name].Sum}
	f := stored{Sum: o.sum}
	if r.packing(name) != "" {
		f.Packing, f.Plain = wire.Gzip.Name, int64(len(data))
		if packed := wire.Gzip.Pack(name, data); packed != nil {
			o.data, o.encoding = packed, wire.Gzip.Name
		}
	}
	if err := r.one(ctx, name, o, f); err != nil || !r.packed {
		return err
	}
	for _, p := range wire.Packings {
		packed := p.Pack(name, data)
		if packed == nil {
			continue
		}
		v := object{data: packed, kind: wire.Type(name), cache: o.cache, encoding: p.Name, sum: o.sum}
		if err := r.one(ctx, name+p.Ending, v, stored{Sum: o.sum, Packing: p.Name, Of: name}); err != nil {
			return err
		}
	}
	return nil
}

// one sends one object, unless a run that was cut off has done so, or it is an
// asset of a former site that comes back.
func (r *run) one(ctx context.Context, name string, o object, f stored) error {
	o.size = int64(len(o.data))
	f.Size = o.size
	plain := name
	if f.Of != "" {
		plain = f.Of
	}
	there, listed := r.listed[name]
	_, former := r.m.Old[name]
	if (former || r.doubt[plain] == o.sum) && listed && there.size == o.size {
		same, err := r.store.holds(ctx, name, there, o)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if same {
			r.sent.add(name, f)
			r.count(&r.report.Found, 0)
			return nil
		}
	}
	if _, err := r.store.put(ctx, name, o, always); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.sent.add(name, f)
	r.count(&r.report.Sent, o.size)
	return nil
}

func (r *run) count(what *int, size int64) {
	r.sent.mu.Lock()
	defer r.sent.mu.Unlock()
	*what++
	r.report.Bytes += size
}

// whole asks the store whether all that was sent so far is there in full: some
// take less than they say.
func (r *run) whole(ctx context.Context) error {
	var err error
	if r.listed, err = r.store.list(ctx); err != nil {
		return fmt.Errorf("what is there: %w", err)
	}
	r.sent.mu.Lock()
	files := maps.Clone(r.sent.files)
	r.sent.mu.Unlock()
	for name, f := range files {
		if o, ok := r.listed[name]; !ok || o.size != f.Size {
			return fmt.Errorf("%s was sent with %d bytes, and %d are there; publish again, and see what changes files there", name, f.Size, o.size)
		}
	}
	return nil
}

func (r *run) remove(ctx context.Context, names []string) error {
	return r.each(ctx, names, func(ctx context.Context, name string) error {
		if err := r.store.remove(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
}

// lockName is the lock's file.
const lockName = publish.Marker + ".lock"

// releaseTime is how long a run that ends tries to give its lock back.
const releaseTime = 10 * time.Second
