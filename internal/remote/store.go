package remote

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A store is what an object store and an SFTP server have in common, as far as
// a site needs it. Names are slash paths below the place's root.
type store interface {
	// list tells all files.
	list(ctx context.Context) (map[string]object, error)
	// get reads a file of no more than limit bytes.
	get(ctx context.Context, name string, limit int64) (data []byte, tag string, err error)
	// put writes a file as a whole, if what is there meets the condition.
	put(ctx context.Context, name string, o object, when condition) (tag string, err error)
	// holds reports whether what is there has these bytes, without being sure of
	// its size alone.
	holds(ctx context.Context, name string, there, want object) (bool, error)
	// remove removes a file; one that is not there is no error.
	remove(ctx context.Context, name string) error
	close()
}

// An object is a file in a store. What is listed has no data.
type object struct {
	data                  []byte
	kind, cache, encoding string // headers
	sum                   string // of the plain bytes
	size                  int64
	tag                   string // changes with the bytes
}

// A condition is the tag of what must be there.
type condition string

const (
	always condition = "*"
	absent condition = ""
)

// cond lets a tag that was read be the condition of what replaces it.
func cond(tag string) condition { return condition(tag) }

var (
	errAbsent   = errors.New("it is not there")
	errConflict = errors.New("somebody else has changed it")
)

// A temporary error may be gone when one tries again.
type temporary struct{ error }

func (t temporary) Unwrap() error { return t.error }

// A patient store tries again what fails for the moment, later each time.
type patient struct {
	store
	tries int
	wait  time.Duration
}

func (p patient) again(ctx context.Context, do func() error) error {
	for n := 1; ; n++ {
		err := do()
		if ctx.Err() != nil {
			return fmt.Errorf("stopped: %w", context.Cause(ctx))
		}
		var t temporary
		if err == nil || !errors.As(err, &t) {
			return err
		}
		if n == p.tries {
			return fmt.Errorf("%w (tried %d times)", err, n)
		}
		wait := p.wait << (n - 1)
		wait += rand.N(wait/2 + 1)
		select {
		case <-ctx.Done():
			return fmt.Errorf("stopped: %w", context.Cause(ctx))
		case <-time.After(wait):
		}
	}
}

func (p patient) list(ctx context.Context) (all map[string]object, err error) {
	err = p.again(ctx, func() error { all, err = p.store.list(ctx); return err })
	return all, err
}

func (p patient) get(ctx context.Context, name string, limit int64) (data []byte, tag string, err error) {
	err = p.again(ctx, func() error { data, tag, err = p.store.get(ctx, name, limit); return err })
	return data, tag, err
}

// put tells a conflict with somebody else from one with ourselves: an answer may
// be lost after the store has written.
func (p patient) put(ctx context.Context, name string, o object, when condition) (tag string, err error) {
	tried := 0
	err = p.again(ctx, func() error {
		tried++
		tag, err = p.store.put(ctx, name, o, when)
		if !errors.Is(err, errConflict) || tried == 1 {
			return err
		}
		data, there, wrong := p.store.get(ctx, name, int64(len(o.data)))
		if wrong != nil || string(data) != string(o.data) {
			return err
		}
		tag = there
		return nil
	})
	return tag, err
}

func (p patient) holds(ctx context.Context, name string, there, want object) (ok bool, err error) {
	err = p.again(ctx, func() error { ok, err = p.store.holds(ctx, name, there, want); return err })
	return ok, err
}

func (p patient) remove(ctx context.Context, name string) error {
	return p.again(ctx, func() error { return p.store.remove(ctx, name) })
}
