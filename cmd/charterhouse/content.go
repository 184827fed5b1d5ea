package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"charterhouse/internal/calendar"
	"charterhouse/internal/desk"
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

// read loads, links and checks the content folder with its theme.
func (w workplace) read() (*desk.View, error) {
	d, err := desk.Open(w.Place, false)
	if err != nil {
		return nil, err
	}
	defer d.Settle()
	return d.Look(w.asOf), nil
}
