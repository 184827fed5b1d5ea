package remote

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"charterhouse/internal/publish"
	"charterhouse/internal/wire"
)

// An sshd is OpenSSH's server, with keys of its own, for whoever runs the test.
// Options are those of its SFTP.
type sshd struct {
	host string
	dir  string // what is published lies here
	home string
}

func newSSHD(t *testing.T, options ...string) *sshd {
	t.Helper()
	program := "/usr/sbin/sshd"
	if found, err := exec.LookPath("sshd"); err == nil {
		program = found
	}
	dir := t.TempDir()
	s := &sshd{dir: filepath.Join(dir, "www"), home: filepath.Join(dir, "home")}
	if err := os.MkdirAll(filepath.Join(s.home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	s.host = fmt.Sprintf("127.0.0.1:%d", port)
	hostKey := key(t, filepath.Join(dir, "host"))
	mine := key(t, filepath.Join(s.home, ".ssh", "id_ed25519"))
	save(t, filepath.Join(dir, "authorized"), string(ssh.MarshalAuthorizedKey(mine)))
	save(t, filepath.Join(s.home, ".ssh", "known_hosts"), fmt.Sprintf("[127.0.0.1]:%d %s", port, ssh.MarshalAuthorizedKey(hostKey)))
	save(t, filepath.Join(dir, "config"), fmt.Sprintf(`ListenAddress 127.0.0.1:%d
HostKey %s/host
AuthorizedKeysFile %s/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp %s
`, port, dir, dir, strings.Join(options, " ")))
	if os.Geteuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(program, "-D", "-e", "-f", filepath.Join(dir, "config"))
	if err := c.Start(); err != nil {
		t.Fatalf("an SSH server is needed, such as Debian's openssh-server: %v", err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	awaitPort(t, s.host)
	t.Setenv("HOME", s.home)
	t.Setenv("SSH_AUTH_SOCK", "")
	return s
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func awaitPort(t *testing.T, address string) {
	t.Helper()
	for range 500 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("nothing answers at %s", address)
}

// key writes a private key and returns the public one.
func key(t *testing.T, name string) ssh.PublicKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	save(t, name, string(pem.EncodeToMemory(block)))
	k, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func save(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *sshd) open(t *testing.T) (*Place, error) {
	t.Helper()
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	p, err := openHost(context.Background(), Host{User: u.Username, Host: s.host, Path: s.dir}, 2*time.Second)
	if err != nil {
		return nil, err
	}
	t.Cleanup(p.Close)
	return quick(p), nil
}

func (s *sshd) place(t *testing.T) *Place {
	t.Helper()
	p, err := s.open(t)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// there is what lies in the folder, without packed variants and what is hidden.
func (s *sshd) there(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, _ := filepath.Rel(s.dir, name)
		if _, _, variant := wire.Plain(rel); variant {
			return nil
		}
		data, err := os.ReadFile(name)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSFTP(t *testing.T) {
	s := newSSHD(t)
	one, two := made(t, "one", 4), made(t, "two", 3)
	p := s.place(t)
	publishTo(t, p, one)
	if got := s.there(t); !maps.Equal(got, texts(t, one)) {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(got)))
	}
	for _, p := range wire.Packings {
		packed, err := os.ReadFile(filepath.Join(s.dir, "same.html"+p.Ending))
		if err != nil || string(packed) != string(p.Pack("same.html", []byte(texts(t, one)["same.html"]))) {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
	if info, err := os.Stat(filepath.Join(s.dir, "index.html")); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
	if r := publishTo(t, p, one); r.Sent != 0 {
		t.Errorf("the same again: %+v", r)
	}
	if _, err := p.Publish(context.Background(), two, Options{Allow: 1}); err != nil {
		t.Fatal(err)
	}
	if got := current(s.there(t)); !maps.Equal(got, current(texts(t, two))) {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(got)))
	}
	if left, _ := filepath.Glob(filepath.Join(s.dir, "charters", "c03*")); len(left) != 0 {
		t.Errorf("variants of what went are left: %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(s.dir, ".charterhouse*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	save(t, filepath.Join(s.dir, "CNAME"), "charters.example")
	publishTo(t, p, made(t, "three", 3))
	if s.there(t)["CNAME"] == "" {
		t.Error("somebody else's file was removed")
	}
}

// The web server is somebody else, whatever the server lets new files be.
func TestSFTPForOthers(t *testing.T) {
	s := newSSHD(t, "-u", "0077")
	publishTo(t, s.place(t), made(t, "one", 3))
	err := filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if want := map[bool]fs.FileMode{true: 0o755, false: 0o644}[d.IsDir()]; err == nil && info.Mode().Perm() != want {
			t.Errorf("%s: %v", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSFTPRefuses(t *testing.T) {
	s := newSSHD(t)
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(s.dir, "thesis.doc"), "mine")
	if _, err := s.place(t).Publish(context.Background(), made(t, "one", 3), Options{}); err == nil || !strings.Contains(err.Error(), "thesis.doc") {
		t.Error(err)
	}
	known := filepath.Join(s.home, ".ssh", "known_hosts")
	right, _ := os.ReadFile(known)
	host, _, _ := strings.Cut(string(right), " ")
	save(t, known, "")
	if _, err := s.open(t); err == nil || !strings.Contains(err.Error(), "known_hosts does not know this server") {
		t.Error(err)
	}
	save(t, known, host+" "+string(ssh.MarshalAuthorizedKey(key(t, filepath.Join(s.home, "other")))))
	if _, err := s.open(t); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Error(err)
	}
	save(t, known, string(right))
	key(t, filepath.Join(s.home, ".ssh", "id_ed25519"))
	if _, err := s.open(t); err == nil || !strings.Contains(err.Error(), "does not let") {
		t.Error(err)
	}
}

// A server that cannot replace a file in one step keeps the former one when the
// new one does not come to its place, and what is ours is known even when a run
// was cut off while the manifest was replaced.
func TestRenameInSteps(t *testing.T) {
	s := newSSHD(t, "-P", "posix-rename")
	p := s.place(t)
	publishTo(t, p, made(t, "one", 3))
	l, err := p.store.(patient).store.(*sftpStore).conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, can := l.HasExtension("posix-rename@openssh.com"); can {
		t.Fatal("this server can do it in one step")
	}
	index := filepath.Join(s.dir, "index.html")
	before, _ := os.ReadFile(index)
	if err := l.rename(l.path("nothing"), l.path("index.html")); err == nil {
		t.Error("a file that is not there was moved")
	}
	if after, err := os.ReadFile(index); err != nil || string(after) != string(before) {
		t.Errorf("%q instead of %q, %v", after, before, err)
	}
	manifest := filepath.Join(s.dir, publish.Marker)
	if err := os.Rename(manifest, formerName(manifest)); err != nil {
		t.Fatal(err)
	}
	two := made(t, "two", 3)
	publishTo(t, p, two)
	if got := current(s.there(t)); !maps.Equal(got, current(texts(t, two))) {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(got)))
	}
	left, _ := filepath.Glob(filepath.Join(s.dir, ".charterhouse*"))
	deeper, _ := filepath.Glob(filepath.Join(s.dir, "*", ".charterhouse*"))
	if left = append(left, deeper...); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// A connection that is cut, or goes silent, again and again: in the end the site
// is there, and at no moment does a page lack what it names.
func TestSFTPIsCut(t *testing.T) {
	s := newSSHD(t)
	publishTo(t, s.place(t), made(t, "one", 3))
	real := s.host
	cut := cutting(t, real, 12_000)
	right, _ := os.ReadFile(filepath.Join(s.home, ".ssh", "known_hosts"))
	_, rest, _ := strings.Cut(string(right), " ")
	_, port, _ := net.SplitHostPort(cut)
	save(t, filepath.Join(s.home, ".ssh", "known_hosts"), "[127.0.0.1]:"+port+" "+rest)
	s.host = cut
	two := made(t, "two", 2)
	done := false
	for range 40 {
		p, err := s.open(t)
		if err == nil {
			_, err = p.Publish(context.Background(), two, Options{Allow: 1})
			p.Close()
		}
		wholeFor(t, "cut", s.there(t))
		if done = err == nil; done {
			break
		}
	}
	if !done || !maps.Equal(current(s.there(t)), current(texts(t, two))) {
		t.Errorf("done: %t; there are %v", done, slices.Sorted(maps.Keys(s.there(t))))
	}
	if left, _ := filepath.Glob(filepath.Join(s.dir, "*", ".charterhouse*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// cutting passes on to a server, and cuts each connection after so many bytes,
// of which each carries more than the one before.
func cutting(t *testing.T, to string, after int64) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var n atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				up, err := net.Dial("tcp", to)
				if err != nil {
					return
				}
				defer up.Close()
				go func() { _, _ = io.Copy(c, up) }()
				_, _ = io.CopyN(up, c, after+1000*n.Add(1))
			}()
		}
	}()
	return l.Addr().String()
}
