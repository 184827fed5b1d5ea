//go:build unix

package serve

import (
	"errors"
	"syscall"
)

// failing reports whether the fault is the machine's: no descriptor is left, or
// the disk does not answer.
func failing(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.EIO)
}
