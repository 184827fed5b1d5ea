package main

import (
	"os"
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
	}})
}
