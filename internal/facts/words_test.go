package facts

import "testing"

func TestDevicesAreNoIDs(t *testing.T) {
	for _, s := range []string{"con", "prn", "aux", "nul", "com1", "lpt9", "com0"} {
		if ValidID(s) {
			t.Errorf("%q becomes a page that cannot be copied to Windows", s)
		}
	}
	for _, s := range []string{"console", "auxiliary", "com10", "com", "lpt", "con-1", "coma"} {
		if !ValidID(s) {
			t.Errorf("%q is refused", s)
		}
	}
}
