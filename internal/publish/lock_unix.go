//go:build unix

package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a second build waits for the first.
const patience = 10 * time.Second

// lock takes the lock file, which the system frees when its process ends, in
// whatever way.
func lock(ctx context.Context, name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock file: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			f.Close()
			return nil, fmt.Errorf("lock file %s: %w", name, err)
		}
		select {
		case <-ctx.Done():
			holder, _ := os.ReadFile(name)
			f.Close()
			return nil, fmt.Errorf("another build (%s) holds the lock %s; wait for it, or end it", cmp.Or(strings.TrimSpace(string(holder)), "just begun"), name)
		case <-time.After(50 * time.Millisecond):
		}
	}
	_ = f.Truncate(0)
	_, _ = fmt.Fprintf(f, "pid %d, since %s\n", os.Getpid(), time.Now().Format("15:04:05"))
	return func() { f.Close() }, nil
}
