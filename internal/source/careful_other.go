//go:build !unix

package source

const careful = 0
