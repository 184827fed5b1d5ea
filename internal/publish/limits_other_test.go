//go:build !linux

package publish

func limitChild() {}
