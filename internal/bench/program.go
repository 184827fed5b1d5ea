package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Program builds charterhouse into dir, as it is released, and returns its path.
func Program(dir string) (string, error) {
	program := filepath.Join(dir, "charterhouse")
	build := exec.Command("go", "build", "-trimpath", "-o", program, "charterhouse/cmd/charterhouse")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
}

// Sizes reads numbers of charters as they stand on a command line: 100,1000.
func Sizes(list string) ([]int, error) {
	var all []int
	for size := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// CPU is the processor time that a running process has taken, where the system
// tells.
func CPU(pid int) time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(after)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // ticks of a hundredth of a second
}

// MS is a time in milliseconds.
func MS(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Spread is the median and the 99th percentile of times, in milliseconds.
func Spread(times []time.Duration) (median, p99 float64) {
	times = slices.Sorted(slices.Values(times))
	return MS(times[len(times)/2]), MS(times[len(times)-1-len(times)/100])
}
