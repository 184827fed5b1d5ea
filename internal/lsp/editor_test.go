package lsp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// made is where charterhouse is built, once for all tests that need it.
var made string

func TestMain(m *testing.M) {
	code := m.Run()
	if made != "" {
		os.RemoveAll(made)
	}
	os.Exit(code)
}

// program builds charterhouse.
func program(t *testing.T) string {
	t.Helper()
	if made == "" {
		dir, err := os.MkdirTemp("", "charterhouse-lsp-")
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command("go", "build", "-o", filepath.Join(dir, "charterhouse"), "charterhouse/cmd/charterhouse")
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		made = dir
	}
	return filepath.Join(made, "charterhouse")
}

// An editor that people use finds, completes, explains, follows and renames.
func TestNeovim(t *testing.T) {
	name := os.Getenv("NVIM_PROGRAM")
	if name == "" {
		name = "nvim"
	}
	nvim, err := exec.LookPath(name)
	if err != nil {
		t.Fatal("the tests need Neovim: run make neovim, or install it, for instance with 'apt install neovim', or set NVIM_PROGRAM to its path")
	}
	dir := t.TempDir()
	content, answers := filepath.Join(dir, "content"), filepath.Join(dir, "answers.json")
	if err := os.CopyFS(content, os.DirFS("../../content")); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/editor.lua")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, nvim, "--clean", "--headless", "-n", "-c", "luafile "+script)
	c.Env = append(os.Environ(), "CHARTERHOUSE="+program(t), "CONTENT="+content, "ANSWERS="+answers, "HOME="+dir, "XDG_CACHE_HOME="+dir+"/cache", "XDG_STATE_HOME="+dir+"/state", "LANG=C.UTF-8")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got struct {
		Encoding, Finding, Hover, Definition, Renamed, Error string
		Completion                                           []string
		Line                                                 int
		Mended                                               bool
	}
	data, err := os.ReadFile(answers)
	if err == nil {
		err = json.Unmarshal(data, &got)
	}
	if err != nil || got.Error != "" {
		t.Fatalf("%v %s\n%s", err, got.Error, out)
	}
	if !strings.Contains(got.Finding, "did you mean kind?") || got.Line != 0 || !got.Mended {
		t.Errorf("findings: %s", data)
	}
	if !slices.Contains(got.Completion, "Lene Brandt=lene-brandt") {
		t.Errorf("completion: %q", got.Completion)
	}
	if !strings.Contains(got.Hover, "**Lene Brandt** · Marketing") {
		t.Errorf("hover: %q", got.Hover)
	}
	if got.Definition != "partnerportal.md" || !strings.Contains(got.Renamed, "[[partner-portal]]") {
		t.Errorf("definition and rename: %s", data)
	}
	if text, err := os.ReadFile(filepath.Join(content, "charters", "partner-portal.md")); err != nil || !strings.Contains(string(text), "partnerportal]") {
		t.Errorf("the file was not renamed, or its old id not kept: %v\n%s", err, out)
	}
}

// The program itself: nothing but the protocol on its output, and an end when
// its input ends, when it is told to, or when who started it is gone.
func TestProgram(t *testing.T) {
	file := program(t)
	content, err := filepath.Abs("../../content")
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"exit", "input ends", "parent gone"} {
		t.Run(end, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
			defer cancel()
			c := exec.CommandContext(ctx, file, "lsp", content, "--stdio")
			c.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir())
			in, _ := c.StdinPipe()
			out, _ := c.StdoutPipe()
			var errs bytes.Buffer
			c.Stderr = &errs
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			say := func(body string) { fmt.Fprintf(in, "Content-Length: %d\r\n\r\n%s", len(body), body) }
			parent := os.Getpid()
			if end == "parent gone" {
				gone := exec.Command(file, "version")
				if err := gone.Run(); err != nil {
					t.Fatal(err)
				}
				parent = gone.Process.Pid
			}
			say(fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":%d,"capabilities":{"general":{"positionEncodings":["utf-8","utf-16"]}}}}`, parent))
			r := bufio.NewReader(out)
			if answer := message(t, r); !strings.Contains(answer, `"positionEncoding":"utf-8"`) {
				t.Error(answer)
			}
			say(`{"jsonrpc":"2.0","method":"initialized","params":{}}`)
			switch end {
			case "exit":
				say(`{"jsonrpc":"2.0","id":"two","method":"shutdown"}`)
				for answer := ""; !strings.Contains(answer, `"id":"two"`); {
					answer = message(t, r)
				}
				say(`{"jsonrpc":"2.0","method":"exit"}`)
			case "input ends":
				in.Close()
			}
			rest, _ := io.ReadAll(r)
			for r := bufio.NewReader(bytes.NewReader(rest)); ; {
				if _, err := r.Peek(1); err != nil {
					break
				}
				message(t, r)
			}
			err := c.Wait()
			if (err == nil) != (end == "exit") || ctx.Err() != nil {
				t.Errorf("the program ends with %v\n%s", err, &errs)
			}
		})
	}
}

// message reads one message, which must be one.
func message(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	length := -1
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		if _, err := fmt.Sscanf(line, "Content-Length: %d", &length); err != nil && !strings.HasPrefix(line, "Content-Type:") {
			t.Fatalf("%q is no header", line)
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil || !json.Valid(body) {
		t.Fatalf("%q: %v", body, err)
	}
	return string(body)
}
