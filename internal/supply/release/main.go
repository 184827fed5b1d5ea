// Command release makes what is handed out of a version: the program for every
// system, packed with its licences, a bill of materials for each, and checksums.
//
// Nothing in it depends on the folder, the user, the day or the machine: the
// same commit and the same Go give the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "the folder of the repository")
	out := flag.String("out", "dist", "the folder that becomes the release; new or empty")
	version := flag.String("version", "", "the version (default from git: the tag, or the commit)")
	licences := flag.Bool("licences", false, "write internal/supply/licences.txt instead")
	flag.Parse()
	if err := run(*root, *out, *version, *licences); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(root, out, version string, licences bool) error {
	if licences {
		text, err := collect(root)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(root, "internal", "supply", "licences.txt"), text, 0o644)
	}
	moment, err := of(root, version)
	if err != nil {
		return err
	}
	names, err := build(root, out, moment, systems)
	if err != nil {
		return err
	}
	for _, name := range names {
		fmt.Println(filepath.Join(out, name))
	}
	return nil
}
