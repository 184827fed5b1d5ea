package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// A contestant is a command that writes into a folder, and what its runs cost.
type contestant struct {
	name    string
	command []string
	out     string
	fresh   bool         // remove the folder before each run
	cache   string       // the user's cache folder
	cold    bool         // remove that before each run, too
	before  func() error // each run, if anything
	files   int          // that stand after the last run
	bytes   int64        // of them
	runs    []cost
}

// A cost is what one process used. Peak is in bytes.
type cost struct {
	user, system, wall time.Duration
	peak               int64
}

func (c cost) cpu() time.Duration { return c.user + c.system }

// run runs the command once more.
func (c *contestant) run() error {
	if c.fresh {
		if err := os.RemoveAll(c.out); err != nil {
			return err
		}
	}
	if c.cold {
		if err := os.RemoveAll(c.cache); err != nil {
			return err
		}
	}
	if c.before != nil {
		if err := c.before(); err != nil {
			return err
		}
	}
	var said bytes.Buffer
	command := exec.Command(c.command[0], c.command[1:]...)
	command.Stdout, command.Stderr = &said, &said
	command.Env = append(os.Environ(), "XDG_CACHE_HOME="+c.cache)
	began := time.Now()
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", c.name, err, said.Bytes())
	}
	used := cost{user: command.ProcessState.UserTime(), system: command.ProcessState.SystemTime(), wall: time.Since(began)}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		used.peak = usage.Maxrss << 10 // Linux counts in KiB
	}
	c.runs = append(c.runs, used)
	var err error
	c.files, c.bytes, err = count(c.out)
	return err
}

// median is the run in the middle by CPU.
func (c *contestant) median() cost {
	runs := slices.SortedFunc(slices.Values(c.runs), func(a, b cost) int { return cmp.Compare(a.cpu(), b.cpu()) })
	return runs[len(runs)/2]
}

// row is the contestant's line in the table.
func (c *contestant) row(n int, floor cost) string {
	m := c.median()
	return fmt.Sprintf("| %d | %s | %.2f | %.2f | %.2f | %.2f | %d | %d | %d | %.2f | %.2f |", n, c.name, m.cpu().Seconds(), m.user.Seconds(),
		m.system.Seconds(), m.wall.Seconds(), m.peak>>20, c.files, c.bytes/1e6, float64(m.cpu().Microseconds())/1000/float64(max(c.files, 1)),
		float64(m.cpu())/float64(floor.cpu()))
}

// count counts the files of a folder, and their bytes.
func count(dir string) (n int, size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			n++
			size += info.Size()
		}
		return err
	})
	return n, size, err
}
