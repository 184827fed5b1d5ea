//go:build unix

package source

import "syscall"

// careful opens without waiting for a writer: a FIFO would hang.
const careful = syscall.O_NONBLOCK | syscall.O_NOFOLLOW
