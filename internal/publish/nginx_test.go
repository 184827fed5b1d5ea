package publish

import (
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var republishes = flag.Int("republishes", 20, "how often TestUnderNginx publishes")

// nginx shows a folder on a free port, by the configuration of the guide.
func nginx(t *testing.T, root string) (address string) {
	t.Helper()
	program := "/usr/sbin/nginx"
	if found, err := exec.LookPath("nginx"); err == nil {
		program = found
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	dir := t.TempDir()
	text := fmt.Sprintf(`daemon off;
master_process off;
error_log stderr error;
pid %[1]s/pid;
events {}
http {
  access_log off;
  types { text/html html; text/css css; }
  client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
  keepalive_requests 100000;
  server { listen %[2]s; root %[3]s; gzip_static on; charset utf-8; }
}
`, dir, address, root)
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-p", dir, "-c", conf)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatalf("nginx is needed, such as Debian's: %v", err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	for range 500 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return address
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("nginx does not answer")
	return ""
}

// A visitor reads pages, packed or not.
type visitor struct {
	t       *testing.T
	address string
	packed  bool
	client  http.Client
	reads   *atomic.Int64
}

func (v *visitor) get(name string) string {
	r, err := http.NewRequest(http.MethodGet, "http://"+v.address+"/"+name, nil)
	if err != nil {
		v.t.Error(err)
		return ""
	}
	r.Header.Set("Accept-Encoding", "identity")
	if v.packed {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Errorf("%s: %v", name, err)
		return ""
	}
	defer answer.Body.Close()
	body := io.Reader(answer.Body)
	if answer.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(body); err != nil {
			v.t.Errorf("%s: %v", name, err)
			return ""
		}
	}
	data, err := io.ReadAll(body)
	v.reads.Add(1)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.HasSuffix(string(data), "</html>") && strings.HasSuffix(name, ".html") {
		v.t.Errorf("%s: %d, %d bytes, %v", name, answer.StatusCode, len(data), err)
	}
	return string(data)
}

// generation reads a page: its number, and its style sheet, which must be there.
func (v *visitor) generation(name string) int {
	words := strings.Fields(v.get(name))
	if len(words) < 2 {
		v.t.Errorf("%s is torn", name)
		return 0
	}
	n, _ := strconv.Atoi(words[0])
	v.get(words[1])
	return n
}

// While a server shows the folder and people read, each answer is whole, none is
// missing, and no page is older or newer than what is read around it.
func TestUnderNginx(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "www")
	v := versions(t, dir)
	clock := time.Now()
	v.now = func() time.Time { return clock }
	site := func(n int) *Built {
		css := fmt.Sprintf("assets/house.%010x.css", n)
		files := map[string]string{css: strings.Repeat("a{color:red}", 200), "same.html": "0 " + css + strings.Repeat(" same", 300) + "</html>"}
		for _, name := range []string{"index.html", "charters/a.html", "charters/b.html"} {
			files[name] = fmt.Sprintf("%d %s %s</html>", n, css, strings.Repeat("text and ", 2000))
		}
		out := filepath.Join(t.TempDir(), "public")
		s, err := Begin(context.Background(), options(out, strconv.Itoa(n)))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		if err := write(s, files); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Commit(); err != nil {
			t.Fatal(err)
		}
		b, err := Open(out)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	show(t, v, site(1))
	address := nginx(t, filepath.Join(dir, Current))
	var readers sync.WaitGroup
	var reads atomic.Int64
	stop := make(chan struct{})
	for i := range 2 {
		readers.Go(func() {
			one := &visitor{t: t, address: address, packed: i == 1, reads: &reads}
			for !t.Failed() {
				select {
				case <-stop:
					return
				default:
				}
				first := one.generation("index.html")
				page := one.generation("charters/a.html")
				if last := one.generation("index.html"); page < first || page > last {
					t.Errorf("a page of %d between an index of %d and one of %d", page, first, last)
				}
			}
		})
	}
	for n := 2; n <= *republishes+1 && !t.Failed(); n++ {
		b := site(n)
		show(t, v, b)
		b.Close()
		clock = clock.Add(30 * time.Hour) // old versions go meanwhile
	}
	close(stop)
	readers.Wait()
	t.Logf("%d answers during %d publishes", reads.Load(), *republishes)
}
