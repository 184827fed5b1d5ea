// Package supply holds what one must be told about the program's parts: the
// licences of everything that is linked into it or embedded in it.
//
// The text is written by make licences, from the module cache and themes/, and
// a test of its maker compares it with what is linked on every system, so that
// none is missing. Releases themselves are made by the command below this
// package.
package supply

import _ "embed"

// Licences are the licences, each below the name of what it is for.
//
//go:embed licences.txt
var Licences string
