package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"charterhouse": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }})
}

// The scripts of testdata/script read like the manual: a folder of charters,
// and what the command says to it.
func TestScripts(t *testing.T) {
	home := func(e *testscript.Env) error {
		e.Setenv("XDG_CACHE_HOME", e.WorkDir+"/.cache")
		return nil
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: home, Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"step":  step,
		"pause": func(*testscript.TestScript, bool, []string) { time.Sleep(3 * time.Second) }, // what runs beside says nothing until it ends
		"edit":  edit,
	}})
}

// edit puts one text in the place of another, as an author does: edit file 'old'
// 'new', with \n for a line end. The old text stands in the file once.
func edit(s *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		s.Fatalf("usage: edit file old new")
	}
	lines := strings.NewReplacer(`\n`, "\n")
	text := s.ReadFile(args[0])
	if n := strings.Count(text, lines.Replace(args[1])); n != 1 {
		s.Fatalf("%q stands %d times in %s", args[1], n, args[0])
	}
	s.Check(os.WriteFile(s.MkAbs(args[0]), []byte(strings.Replace(text, lines.Replace(args[1]), lines.Replace(args[2]), 1)), 0o644))
}
