// Command charterhouse checks project charters and compiles them into a site.
//
// The command is thin: one file a command reads its flags, makes one call and
// prints the answer. Exit codes: 0 for clean texts or warnings only, 1 for
// errors in the texts, 2 for misuse or a failing world (a disk, a folder).
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// Exit codes.
const (
	exitClean  = 0
	exitErrors = 1 // the texts have errors
	exitWorld  = 2 // misuse, or the world failed
)

// errTexts ends a command whose findings were printed already.
var errTexts = errors.New("the texts have errors")

func run(args []string, in io.Reader, out, errs io.Writer) int {
	root := newRoot(console{in, out, errs})
	root.SetArgs(args)
	switch err := root.Execute(); {
	case err == nil:
		return exitClean
	case errors.Is(err, errTexts):
		return exitErrors
	default:
		fmt.Fprintln(errs, "charterhouse:", err)
		for _, line := range advice(err) {
			fmt.Fprintln(errs, line)
		}
		return exitWorld
	}
}
