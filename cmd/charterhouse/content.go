package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
	"charterhouse/internal/history"
)

// A workplace is a content folder and the folder around it, which holds themes
// and, if nobody says otherwise, the site.
type workplace struct {
	desk.Place
	asOf calendar.Date
}

// asOfFlag is the day that stands for today.
func asOfFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "as-of", "", "look at the portfolio as of this `day`, YYYY-MM-DD (default today)")
}

// findContent is the folder that was named, or the one that is here.
func findContent(args []string, asOf string) (workplace, error) {
	w := workplace{asOf: calendar.On(time.Now())}
	if asOf != "" {
		day, err := calendar.ParseDate(asOf)
		if err != nil {
			return w, fmt.Errorf("--as-of: %w; write YYYY-MM-DD", err)
		}
		w.asOf = day
	}
	candidates := args
	if len(args) == 0 {
		candidates = []string{".", "content"}
	}
	for _, dir := range candidates {
		if place, ok := desk.At(dir); ok {
			w.Place = place
			return w, nil
		}
	}
	if len(args) == 1 {
		if _, err := os.Stat(args[0]); err != nil {
			return w, fmt.Errorf("content folder: %w", err)
		}
		return w, fmt.Errorf("%s has neither charterhouse.yaml nor charters/, so it is not a content folder", args[0])
	}
	return w, fmt.Errorf("there is no charterhouse.yaml here and none in ./content; name the content folder, or start one with: charterhouse init")
}

// atFlag is the moment of the past that stands for the working tree.
func atFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "at", "", "look at the portfolio as it was committed at this `revision` or day: v2, HEAD~3, 2027-03-31")
}

// goTo lets the workplace be what was committed at a revision or until a day,
// and today that day, unless another was named. Empty is here and now.
func (w *workplace) goTo(at, asOf string) (back func(), err error) {
	if at == "" {
		return func() {}, nil
	}
	r, err := history.Open(w.Content)
	if err != nil {
		return nil, fmt.Errorf("--at: %w", err)
	}
	if w.At, err = r.At(at); err != nil {
		r.Close()
		return nil, fmt.Errorf("--at: %w", err)
	}
	if asOf != "" {
		return r.Close, nil
	}
	w.asOf = w.At.Day
	if day, err := calendar.ParseDate(at); err == nil {
		w.asOf = day
	}
	if w.asOf.IsZero() {
		r.Close()
		return nil, fmt.Errorf("--at %s: this commit has no day that a calendar knows; say which day to look at with --as-of", at)
	}
	return r.Close, nil
}

// repository is the root of the repository and the way from there to the content
// folder, as a slash path; without a repository, the folder around it.
func (w workplace) repository() (root, rel string) {
	if root, rel, ok := history.Root(w.Content); ok {
		return root, rel
	}
	return w.Around, history.Folder(w.Content)
}

// historyFlag asks for the pages of the past.
func historyFlag(cmd *cobra.Command, to *bool) {
	cmd.Flags().BoolVar(to, "history", false, "add a page for each quarter's portfolio since the first commit, and one that compares any two")
}

// archive opens the past of the workplace.
func (w workplace) archive() (*desk.Archive, error) {
	a, err := desk.OpenArchive(w.Place)
	if err != nil {
		return nil, fmt.Errorf("--history: %w", err)
	}
	return a, nil
}

// read loads, links and checks the content folder with its theme.
func (w workplace) read() (*desk.View, error) {
	d, err := desk.Open(w.Place, false)
	if err != nil {
		return nil, err
	}
	defer d.Settle()
	return d.Look(w.asOf), nil
}
