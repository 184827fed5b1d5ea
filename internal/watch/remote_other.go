//go:build !linux

package watch

// remote cannot tell here; the looks find what events do not.
func remote(string) (kind string, yes bool) { return "", false }
