package remote

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/crypto/ssh/knownhosts"

	"charterhouse/internal/publish"
)

// A Host names a folder on an SFTP server.
type Host struct {
	User string // empty is who runs this
	Host string // with a port, if it is not 22
	Path string // from the root, or with a leading ~/ from where one signs in
}

// sftpParallel is how many files are sent at a time, over one connection.
const sftpParallel = 8

// OpenHost connects, and signs in with the SSH agent or the usual key files. A
// host that known_hosts does not know is refused.
func OpenHost(ctx context.Context, h Host) (*Place, error) { return openHost(ctx, h, stallTime) }

func openHost(ctx context.Context, h Host, stall time.Duration) (*Place, error) {
	name := "sftp://" + h.Host + "/" + strings.TrimPrefix(h.Path, "/")
	s := &sftpStore{host: h, base: ctx, dial: dialer(stall)}
	if _, _, err := net.SplitHostPort(h.Host); err != nil {
		s.host.Host = net.JoinHostPort(strings.Trim(h.Host, "[]"), "22")
	}
	p := newPlace(s, name, true, sftpParallel)
	if err := p.store.(patient).again(ctx, func() error { _, err := s.conn(ctx); return err }); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

type sftpStore struct {
	host Host
	base context.Context // of the whole run: one connection serves many calls
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu   sync.Mutex
	link *link
	dirs map[string]bool // that are there
}

// A link is one connection.
type link struct {
	*sftp.Client
	ssh  *ssh.Client
	root string
	stop func() bool
}

func (l *link) end() {
	l.stop()
	l.Client.Close()
	l.ssh.Close()
}

func (s *sftpStore) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil {
		s.link.end()
		s.link = nil
	}
}

// conn is the connection, which is made again when it broke.
func (s *sftpStore) conn(ctx context.Context) (*link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil {
		return s.link, nil
	}
	bound := s.base
	if bound.Err() != nil { // the run was stopped; this is to give the lock back
		bound = ctx
	}
	l, err := s.connect(bound)
	if err != nil {
		return nil, err
	}
	s.link, s.dirs = l, map[string]bool{}
	return l, nil
}

// broken forgets a connection that failed, and tells what to do.
func (s *sftpStore) broken(l *link, err error) error {
	var status *sftp.StatusError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return errAbsent
	case errors.Is(err, fs.ErrPermission):
		return errors.New("the server does not permit it")
	case errors.As(err, &status) && status.FxCode() != sftp.ErrSSHFxConnectionLost && status.FxCode() != sftp.ErrSSHFxNoConnection:
		return fmt.Errorf("the server answers: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link == l {
		s.link = nil
		l.end()
	}
	return temporary{fmt.Errorf("the connection broke: %w", err)}
}

func (s *sftpStore) connect(ctx context.Context) (*link, error) {
	config, err := s.config()
	if err != nil {
		return nil, err
	}
	raw, err := s.dial(ctx, "tcp", s.host.Host)
	if err != nil {
		return nil, temporary{err}
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	c, channels, requests, err := ssh.NewClientConn(raw, s.host.Host, config)
	if err != nil {
		stop()
		raw.Close()
		return nil, s.refused(err)
	}
	client := ssh.NewClient(c, channels, requests)
	files, err := sftp.NewClient(client)
	if err != nil {
		stop()
		client.Close()
		return nil, fmt.Errorf("the server offers no SFTP: %w", err)
	}
	l := &link{Client: files, ssh: client, root: s.host.Path, stop: stop}
	if rest, ok := strings.CutPrefix(l.root, "~/"); ok {
		home, err := files.Getwd()
		if err != nil {
			l.end()
			return nil, temporary{err}
		}
		l.root = path.Join(home, rest)
	}
	return l, nil
}

// refused says what to do when two do not come to trust each other.
func (s *sftpStore) refused(err error) error {
	var key *knownhosts.KeyError
	var revoked *knownhosts.RevokedError
	switch {
	case errors.As(err, &revoked):
		return errors.New("known_hosts says that the server's key is revoked")
	case errors.As(err, &key) && len(key.Want) > 0:
		return errors.New("the server shows another key than the one in known_hosts; ask whoever runs it before you go on")
	case errors.As(err, &key):
		host, port, _ := net.SplitHostPort(s.host.Host)
		return fmt.Errorf("known_hosts does not know this server; compare its key with whoever runs it, and add it: ssh-keyscan -p %s %s >> ~/.ssh/known_hosts", port, host)
	case strings.Contains(err.Error(), "unable to authenticate"):
		return fmt.Errorf("the server does not let %s in; load a key into the SSH agent, or keep one without a passphrase in ~/.ssh", s.user())
	}
	return temporary{err}
}

func (s *sftpStore) user() string {
	if s.host.User != "" {
		return s.host.User
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return os.Getenv("USER")
}

func (s *sftpStore) config() (*ssh.ClientConfig, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, fmt.Errorf("SSH keys: %w", err)
	}
	var files []string
	for _, name := range []string{filepath.Join(home, ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"} {
		if _, err := os.Stat(name); err == nil {
			files = append(files, name)
		}
	}
	known, err := knownhosts.New(files...)
	if err != nil {
		return nil, fmt.Errorf("known_hosts: %w", err)
	}
	return &ssh.ClientConfig{
		User: s.user(), HostKeyCallback: known, HostKeyAlgorithms: s.algorithms(known),
		Auth: []ssh.AuthMethod{ssh.PublicKeysCallback(func() ([]ssh.Signer, error) { return keys(home), nil })},
	}, nil
}

// algorithms asks the server for a key of the kind that known_hosts holds: it
// may have several, and would show another one.
func (s *sftpStore) algorithms(known ssh.HostKeyCallback) []string {
	var key *knownhosts.KeyError
	if err := known(s.host.Host, &net.TCPAddr{IP: net.IPv4zero}, noKey{}); !errors.As(err, &key) {
		return nil
	}
	var all []string
	for _, k := range key.Want {
		kind := k.Key.Type()
		if kind == ssh.KeyAlgoRSA {
			all = append(all, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
			continue
		}
		all = append(all, kind)
	}
	return all
}

// noKey is a key that nobody has.
type noKey struct{}

func (noKey) Type() string                        { return "none" }
func (noKey) Marshal() []byte                     { return []byte("none") }
func (noKey) Verify([]byte, *ssh.Signature) error { return errors.New("no key") }

// keys are those of the agent, and then those in files that need no passphrase.
func keys(home string) []ssh.Signer {
	var all []ssh.Signer
	if socket := os.Getenv("SSH_AUTH_SOCK"); socket != "" {
		if c, err := net.DialTimeout("unix", socket, dialTime); err == nil {
			if held, err := agent.NewClient(c).Signers(); err == nil {
				all = append(all, held...)
			}
		}
	}
	for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
		data, err := os.ReadFile(filepath.Join(home, ".ssh", name))
		if err != nil {
			continue
		}
		if key, err := ssh.ParsePrivateKey(data); err == nil {
			all = append(all, key)
		}
	}
	return all
}

func (l *link) path(name string) string { return path.Join(l.root, name) }

func (s *sftpStore) list(ctx context.Context) (map[string]object, error) {
	l, err := s.conn(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]object{}
	err = s.broken(l, l.walk("", all))
	if errors.Is(err, errAbsent) {
		return all, nil
	}
	return all, err
}

// walk lists a folder and those in it; links are not followed, but they are
// something that is there.
func (l *link) walk(dir string, all map[string]object) error {
	entries, err := l.ReadDir(l.path(dir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if !e.IsDir() {
			all[name] = object{size: e.Size()}
		} else if err := l.walk(name, all); err != nil {
			return err
		}
	}
	return nil
}

func (s *sftpStore) get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	l, err := s.conn(ctx)
	if err != nil {
		return nil, "", err
	}
	data, err := l.read(name, limit)
	if name == publish.Marker && errors.Is(err, fs.ErrNotExist) { // a run was cut off while it was replaced
		data, err = l.read(formerName(name), limit)
	}
	if err := s.broken(l, err); err != nil {
		return nil, "", err
	}
	if int64(len(data)) > limit {
		return nil, "", fmt.Errorf("%s is larger than it can be", name)
	}
	return data, publish.Sum(data), nil
}

func (l *link) read(name string, limit int64) ([]byte, error) {
	f, err := l.Open(l.path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// put writes beside the place, and renames. SFTP knows no conditions but that a
// file must not exist; for the rest the lock keeps others away.
func (s *sftpStore) put(ctx context.Context, name string, o object, when condition) (string, error) {
	l, err := s.conn(ctx)
	if err != nil {
		return "", err
	}
	if err := s.folder(l, path.Dir(name)); err != nil {
		return "", s.broken(l, err)
	}
	switch when {
	case always:
	case absent:
		f, err := l.OpenFile(l.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL)
		if err != nil {
			return "", s.taken(l, name, err)
		}
		if err := f.Close(); err != nil {
			return "", s.broken(l, err)
		}
	default:
		if _, tag, err := s.get(ctx, name, manifestLimit); err != nil {
			return "", err
		} else if tag != string(when) {
			return "", errConflict
		}
	}
	if err := l.write(name, o.data); err != nil {
		return "", s.broken(l, err)
	}
	return publish.Sum(o.data), nil
}

// taken tells whether a file could not be made because there is one.
func (s *sftpStore) taken(l *link, name string, err error) error {
	if _, wrong := l.Stat(l.path(name)); wrong == nil {
		return errConflict
	}
	return s.broken(l, err)
}

func (l *link) write(name string, data []byte) error {
	half := l.path(path.Join(path.Dir(name), temporaryName+rand.Text()))
	f, err := l.OpenFile(half, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	_, err = f.ReadFrom(strings.NewReader(string(data)))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = l.Chmod(half, 0o644) // the web server is somebody else
	}
	if err == nil {
		err = l.rename(half, l.path(name))
	}
	if err != nil {
		_ = l.Remove(half)
	}
	return err
}

// rename replaces in one step where the server can, as OpenSSH does, and most others
// when they are asked plainly. Elsewhere the former file makes way for a moment, under
// a name from which get takes it again.
func (l *link) rename(from, to string) error {
	if _, ok := l.HasExtension("posix-rename@openssh.com"); ok {
		return l.PosixRename(from, to)
	}
	err := l.Rename(from, to)
	if err == nil || !l.are(from, to) {
		return err
	}
	former := formerName(to)
	_ = l.Remove(former)
	if err := l.Rename(to, former); err != nil {
		return err
	}
	if err := l.Rename(from, to); err != nil {
		_ = l.Rename(former, to)
		return err
	}
	return l.Remove(former)
}

// are reports whether files are there.
func (l *link) are(names ...string) bool {
	for _, name := range names {
		if _, err := l.Stat(name); err != nil {
			return false
		}
	}
	return true
}

// formerName is where a file stands while another takes its place.
func formerName(name string) string {
	return path.Join(path.Dir(name), temporaryName+"former-"+path.Base(name))
}

// folder makes a folder and those around it.
func (s *sftpStore) folder(l *link, dir string) error {
	s.mu.Lock()
	there := s.dirs[dir]
	s.mu.Unlock()
	if there {
		return nil
	}
	if err := l.folders(l.path(dir)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dirs[dir] = true
	return nil
}

// folders makes what is missing of a path, for the web server to read.
func (l *link) folders(dir string) error {
	if info, err := l.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if up := path.Dir(dir); up != dir {
		if err := l.folders(up); err != nil {
			return err
		}
	}
	err := l.Mkdir(dir)
	if err == nil {
		return l.Chmod(dir, 0o755)
	}
	if info, wrong := l.Stat(dir); wrong == nil && info.IsDir() { // another of our files made it
		return nil
	}
	return err
}

func (s *sftpStore) holds(ctx context.Context, name string, _, want object) (bool, error) {
	data, tag, err := s.get(ctx, name, want.size)
	if errors.Is(err, errAbsent) {
		return false, nil
	}
	return err == nil && int64(len(data)) == want.size && tag == publish.Sum(want.data), err
}

func (s *sftpStore) remove(ctx context.Context, name string) error {
	l, err := s.conn(ctx)
	if err != nil {
		return err
	}
	err = s.broken(l, l.Remove(l.path(name)))
	if errors.Is(err, errAbsent) {
		return nil
	}
	return err
}
