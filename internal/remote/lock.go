package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

var errLost = errors.New("another run has taken over, since this one was not heard of for a while; nothing more was sent")

// A lease is the lock of a run that is under way. It beats, so that others see
// that the run lives; clocks are never compared.
type lease struct {
	*run
	since time.Time
	stop  func()
	gone  chan struct{}

	mu    sync.Mutex
	beats int
	tag   string
	lost  bool
}

// A lockNote is what the lock's file says.
type lockNote struct {
	Run   string    `json:"run"`
	Since time.Time `json:"since"`
	Beats int       `json:"beats"`
}

// lock takes the lock of the place, or says who has it. A lock that does not
// beat belongs to a run that was cut off.
func (r *run) lock(ctx context.Context) (context.Context, *lease, error) {
	l := &lease{run: r, since: r.now().UTC().Truncate(time.Second), gone: make(chan struct{})}
	err := l.beatOnce(ctx, absent)
	if errors.Is(err, errConflict) {
		var stale condition
		if stale, err = l.wait(ctx); err == nil {
			err = l.beatOnce(ctx, stale)
		}
	}
	if errors.Is(err, errConflict) {
		return nil, nil, errors.New("another run publishes there; nothing was sent")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("lock: %w", err)
	}
	under, lose := context.WithCancelCause(ctx)
	beating, stop := context.WithCancel(ctx)
	l.stop = stop
	go l.live(beating, lose)
	return under, l, nil
}

// wait looks at somebody else's lock until it is given back or has not beaten
// for long enough.
func (l *lease) wait(ctx context.Context) (condition, error) {
	last, told := "", false
	for start := time.Now(); time.Since(start) < l.patience; {
		data, tag, err := l.store.get(ctx, lockName, 1<<10)
		if errors.Is(err, errAbsent) {
			return absent, nil
		}
		if err != nil {
			return absent, err
		}
		if last != "" && tag != last {
			return absent, errConflict
		}
		last = tag
		if !told && l.o.Waiting != nil {
			var n lockNote
			_ = json.Unmarshal(data, &n)
			l.o.Waiting(n.Since)
			told = true
		}
		select {
		case <-ctx.Done():
			return absent, fmt.Errorf("stopped: %w", context.Cause(ctx))
		case <-time.After(l.patience / 15):
		}
	}
	return cond(last), nil
}

func (l *lease) beatOnce(ctx context.Context, when condition) error {
	l.beats++
	data, err := json.Marshal(lockNote{Run: l.id, Since: l.since, Beats: l.beats})
	if err != nil {
		return err
	}
	tag, err := l.store.put(ctx, lockName, object{data: data, kind: "application/json", cache: "no-store"}, when)
	if err == nil {
		l.tag = tag
	}
	return err
}

// check makes sure that the lock is still ours.
func (l *lease) check(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost {
		return errLost
	}
	err := l.beatOnce(ctx, cond(l.tag))
	if errors.Is(err, errConflict) || errors.Is(err, errAbsent) {
		l.lost = true
		return errLost
	}
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

// live beats until the run ends, and ends the run when the lock is lost.
func (l *lease) live(ctx context.Context, lose context.CancelCauseFunc) {
	defer close(l.gone)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.beat):
		}
		if err := l.check(ctx); errors.Is(err, errLost) {
			lose(errLost)
			return
		}
	}
}

// release gives the lock back, also after the run was stopped.
func (l *lease) release() {
	l.stop()
	<-l.gone
	if l.lost {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), releaseTime)
	defer cancel()
	_ = l.store.remove(ctx, lockName) // who comes next sees that it does not beat
}
