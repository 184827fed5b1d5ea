package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"charterhouse/internal/diag"
	"charterhouse/internal/history"
	"charterhouse/internal/source"
)

func newHook(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "hook [content]",
		Short: "Let git check what is staged before each commit",
		Long: `Hook writes a pre-commit hook into the repository of the content folder. Before
each commit it runs charterhouse check --staged: what would be committed is
checked, whatever the files say meanwhile, and errors stop the commit.

A hook of somebody else's stays as it is; then the line to add is said. Hooks are
not part of a clone, so each colleague runs this once. git commit --no-verify
passes by it; CI does not.`,
		Example: "  charterhouse hook",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			w, err := findContent(args, "")
			if err != nil {
				return err
			}
			return installHook(c, w)
		},
	}
}

// hookMark is the hook's second line, so that it is known again as ours.
const hookMark = "# Written by: charterhouse hook"

func installHook(c console, w workplace) error {
	dir, inside, err := history.Hooks(w.Content)
	if err != nil {
		return err
	}
	_, rel, ok := history.Root(w.Content)
	if !ok {
		return fmt.Errorf("%s is in no git repository", w.Content)
	}
	name := filepath.Join(dir, "pre-commit")
	line := "charterhouse check --staged " + shellQuoted(rel) + " || exit 1"
	if !inside {
		return fmt.Errorf("the hooks of this repository are in %s, which others share; add to its pre-commit hook: %s", dir, line)
	}
	if have, err := os.ReadFile(name); err == nil && !bytes.Contains(have, []byte(hookMark)) {
		return fmt.Errorf("%s is there already and stays as it is; add to it: %s", name, line)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("hook: %w", err)
	}
	if err := os.WriteFile(name, []byte(hookText(rel)), 0o755); err != nil {
		return fmt.Errorf("hook: %w", err)
	}
	if err := os.Chmod(name, 0o755); err != nil { // also where it stood there before without
		return fmt.Errorf("hook: %w", err)
	}
	fmt.Fprintf(c.out, "Written: %s\nWhat is staged is checked before each commit from now on.\n", name)
	return nil
}

// hookText is a script for any sh, that of Git for Windows included. Git runs it
// at the root of the working tree.
func hookText(content string) string {
	program := ""
	if self, err := os.Executable(); err == nil {
		program = filepath.ToSlash(self)
	}
	return fmt.Sprintf(`#!/bin/sh
%s. It checks what is staged; git commit --no-verify passes by it.
content=%s
if [ ! -d "$content" ]; then
	exit 0 # a branch without charters
fi
program=charterhouse
if ! command -v "$program" >/dev/null 2>&1; then
	program=%s
fi
if ! command -v "$program" >/dev/null 2>&1; then
	echo "charterhouse is not on the PATH, so the charters were not checked; commit without a check: git commit --no-verify" >&2
	exit 1
fi
exec "$program" check --staged "$content"
`, hookMark, shellQuoted(content), shellQuoted(program))
}

// goToStage lets the workplace be what is staged. A file in conflict has no
// version that could be checked, so it is a finding.
func (w *workplace) goToStage(at string) (back func(), conflicts diag.List, err error) {
	if at != "" {
		return nil, nil, errors.New("--at and --staged are two moments; choose one")
	}
	stage, err := history.Staged(w.Content)
	if err != nil {
		return nil, nil, fmt.Errorf("--staged: %w", err)
	}
	w.At = stage.Revision
	for _, name := range stage.Conflicts {
		if source.KindOf(name) != 0 {
			conflicts.Add(diag.Diagnostic{Pos: diag.Pos{File: name}, Severity: diag.Error, Code: "D002",
				Message: diag.Say("this file is in conflict: git has several versions of it and none to commit"), Hint: diag.Say("choose what it shall say, and add it: git add")})
		}
	}
	return stage.Close, conflicts, nil
}

// shellQuoted writes a text as one word for sh.
func shellQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
