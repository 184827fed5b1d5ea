package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"charterhouse/internal/serve"
)

func newServe(c console) *cobra.Command {
	var listen, log string
	var hosts []string
	cmd := &cobra.Command{
		Use:   "serve [folder]",
		Short: "Show the built site over HTTP, for a pilot or behind a sign-in proxy",
		Long: `Serve answers from a folder that build or publish made, and goes on to the next
version when that is swapped in: no restart, no lost request.

Only this machine can reach it. With --listen others can, too; there is no
sign-in and no TLS, so put a proxy in front that does both. A proxy that hands on
the name by which it was called needs --host with that name.

Each request is a line on standard output, or at the end of the --log file, in
the combined format; what readers search for is not written down. The address
/-/health answers 200 while there is a site to show.`,
		Example: `  charterhouse serve
  charterhouse serve /srv/charters --host charters.example.com
  charterhouse serve public --listen 0.0.0.0:4747 --log access.log`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, done, err := logTo(c.out, log)
			if err != nil {
				return err
			}
			defer done()
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			s, err := serve.New(serve.Options{Folder: siteFolder(args), Listen: listen, Hosts: hosts, Log: out})
			if err != nil {
				return err
			}
			fmt.Fprintln(c.errs, s.Address())
			if terminal(c.errs) { // a service has no keys
				fmt.Fprintln(c.errs, "Ctrl+C ends it.")
			}
			if !s.Local() {
				fmt.Fprintln(c.errs, reachable(s))
			}
			return s.Run(ctx)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", fmt.Sprintf("answer at this `host:port` (default 127.0.0.1:%d)", serve.Port))
	cmd.Flags().StringSliceVar(&hosts, "host", nil, "answer to this `name`, too; may be given more than once")
	cmd.Flags().StringVar(&log, "log", "", "write the access log to the end of this `file`")
	return cmd
}

// siteFolder is the folder that was named, or where build puts the site.
func siteFolder(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	if w, err := findContent(nil, ""); err == nil {
		return filepath.Join(w.Around, "public")
	}
	return "public"
}

// logTo opens the access log.
func logTo(out io.Writer, name string) (io.Writer, func() error, error) {
	if name == "" {
		return out, func() error { return nil }, nil
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
	if err != nil {
		return nil, nil, fmt.Errorf("--log: %w", err)
	}
	return f, f.Close, nil
}

// reachable says what it means that others can reach the site.
func reachable(s *serve.Server) string {
	said := "Others reach this address, and whoever does may read the whole site: there is no sign-in and no TLS here."
	if s.AnyHost() {
		said += "\nIt answers to any name; --host names those that it should."
	}
	return said
}
