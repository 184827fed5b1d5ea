package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"charterhouse/internal/preview"
)

func newPreview(c console) *cobra.Command {
	var asOf, at, editor, listen, profile string
	var open, poll, write, past bool
	cmd := &cobra.Command{
		Use:   "preview [content]",
		Short: "Show the site in a browser while you write",
		Long: `Preview serves the site from memory and changes the open pages whenever you
save a file. What is wrong stands on the page, with the place and how to mend
it; a charter that is broken shows its last sound version meanwhile.

Only this machine can reach it. With --listen colleagues can, too: they may read
everything, and change nothing unless you add --write. There is no sign-in, so
do that only on a network that you trust.

With --at the preview shows what was committed at a revision, or until a day,
as of that day. It shows what it can of texts that had errors then.`,
		Example: `  charterhouse preview --open
  charterhouse preview content --editor vscode
  charterhouse preview --at 2027-03-31      as it was; nothing can be changed
  charterhouse preview --listen 0.0.0.0:4646`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := findContent(args, asOf)
			if err != nil {
				return err
			}
			back, err := w.goTo(at, asOf)
			if err != nil {
				return err
			}
			defer back()
			o := preview.Options{Place: w.Place, Listen: listen, Write: write, Poll: poll, Profile: profile, Editor: preview.Editor(editor), Say: func(line string) { fmt.Fprintln(c.errs, line) }}
			if asOf != "" || at != "" {
				o.AsOf = w.asOf
			}
			if profile != "" && w.At != nil {
				now := w
				now.At = nil
				if o.Today, err = now.read(); err != nil {
					return err
				}
			}
			if past {
				archive, err := w.archive()
				if err != nil {
					return err
				}
				defer archive.Close()
				o.Past = archive.Quarters
			}
			if editor == "" {
				o.Editor = preview.EditorOf(os.Getenv("VISUAL") + " " + os.Getenv("EDITOR"))
			}
			if !slices.Contains(preview.Editors, o.Editor) {
				return fmt.Errorf("--editor: %q is not one of %s", editor, editors())
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			s, err := preview.New(o)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.out, "%s\n%s Ctrl+C ends the preview.\n", s.Address(), shown(w))
			if !s.Local() {
				fmt.Fprintln(c.errs, exposed(s))
			}
			if open {
				browse(s.Address())
			}
			return s.Run(ctx)
		},
	}
	asOfFlag(cmd, &asOf)
	atFlag(cmd, &at)
	historyFlag(cmd, &past)
	profileFlag(cmd, &profile)
	cmd.Flags().BoolVar(&open, "open", false, "open the browser")
	cmd.Flags().BoolVar(&poll, "poll", false, "look at the files now and then, for drives that tell of no changes")
	cmd.Flags().StringVar(&listen, "listen", "", "let colleagues in at this `host:port`")
	cmd.Flags().BoolVar(&write, "write", false, "with --listen: let colleagues change charters, too")
	cmd.Flags().StringVar(&editor, "editor", "", "what opens a file at a line: "+editors()+" (default by $VISUAL or $EDITOR)")
	_ = cmd.RegisterFlagCompletionFunc("editor", cobra.FixedCompletions(strings.Split(editors(), ", "), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// shown says what the preview is of.
func shown(w workplace) string {
	if w.At == nil {
		return "Edit and save; the page follows."
	}
	return fmt.Sprintf("The portfolio as of %s, at commit %s; nothing here can be changed.", w.asOf, w.At.Short())
}

// exposed says what it means that others can reach the preview.
func exposed(s *preview.Server) string {
	may := "read everything here, and change nothing."
	if !s.ReadOnly() {
		may = "read everything here and change the charters: there is no sign-in."
	}
	return "Others reach it at " + strings.Join(s.Elsewhere(), " ") + "\nWhoever does may " + may
}

func editors() string {
	all := make([]string, len(preview.Editors))
	for i, e := range preview.Editors {
		all[i] = string(e)
	}
	return strings.Join(all, ", ")
}

// browse asks the desktop to open our own address. Where there is none, the
// address stands on the terminal.
func browse(address string) {
	command := map[string][]string{"darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"}}[runtime.GOOS]
	if command == nil {
		command = []string{"xdg-open"}
	}
	_ = exec.Command(command[0], append(command[1:], address)...).Start()
}
