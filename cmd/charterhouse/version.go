package main

import (
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"charterhouse/internal/supply"
)

// release is set by the linker for releases.
var release = ""

// version is the release, or the commit that the binary was built from.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "0.1.0-dev+" + s.Value[:12]
		}
	}
	return "0.1.0-dev"
}

func newVersion(c console) *cobra.Command {
	var licences bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if licences {
				_, err := io.WriteString(c.out, supply.Licences)
				return err
			}
			_, err := fmt.Fprintln(c.out, "charterhouse", version())
			return err
		},
	}
	cmd.Flags().BoolVar(&licences, "licences", false, "print the licences of all that is in the program")
	return cmd
}
