package bench

import (
	"os"
	"slices"
	"testing"
	"time"
)

func TestSizes(t *testing.T) {
	if all, err := Sizes("100,1000"); err != nil || !slices.Equal(all, []int{100, 1000}) {
		t.Errorf("%v %v", all, err)
	}
	if _, err := Sizes("100,many"); err == nil {
		t.Error("many is a number")
	}
}

func TestSpread(t *testing.T) {
	var times []time.Duration
	for i := range 200 {
		times = append(times, time.Duration(200-i)*time.Millisecond)
	}
	if median, p99 := Spread(times); median != 101 || p99 != 198 || times[0] != 200*time.Millisecond {
		t.Errorf("%v %v", median, p99)
	}
	if median, p99 := Spread(times[:1]); median != 200 || p99 != 200 {
		t.Errorf("of one %v %v", median, p99)
	}
}

func TestCPU(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		return
	}
	for deadline := time.Now().Add(10 * time.Second); CPU(os.Getpid()) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("this process takes no time")
		}
	}
}
