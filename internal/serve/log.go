package serve

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// An accessLog writes a line for each request, in the combined format that
// every reader of logs knows. What stands after the question mark is left out:
// it is what somebody looked for.
type accessLog struct {
	mu sync.Mutex
	to io.Writer
}

func newAccessLog(to io.Writer) *accessLog { return &accessLog{to: to} }

// around lets a handler's answers be written down. Health is asked for every few
// seconds and is no reader.
func (l *accessLog) around(next http.Handler) http.Handler {
	if l.to == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		counted := &counter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(counted, r)
		if r.URL.Path != Health {
			l.write(r, began, counted)
		}
	})
}

func (l *accessLog) write(r *http.Request, began time.Time, c *counter) {
	client, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		client = "-"
	}
	line := fmt.Sprintf("%s - - [%s] \"%s %s %s\" %d %d %s %s\n", client, began.Format("02/Jan/2006:15:04:05 -0700"),
		plain(r.Method), plain(r.URL.EscapedPath()), plain(r.Proto), c.status, c.bytes, quoted(without(r.Referer())), quoted(r.UserAgent()))
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = io.WriteString(l.to, line)
}

func quoted(s string) string {
	if s == "" {
		return `"-"`
	}
	return `"` + plain(s) + `"`
}

// plain keeps what a stranger sends from ending a line or a quotation, and short.
func plain(s string) string {
	s = s[:min(len(s), 512)]
	q := strconv.QuoteToASCII(s)
	return q[1 : len(q)-1]
}

// without is an address without what it was asked.
func without(address string) string {
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	return address
}

// A counter knows what was answered.
type counter struct {
	http.ResponseWriter
	status int
	bytes  int64
	told   bool
}

func (c *counter) WriteHeader(status int) {
	if !c.told && status >= 200 {
		c.status, c.told = status, true
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(b []byte) (int, error) {
	c.told = true
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// ReadFrom lets the system send a file by itself.
func (c *counter) ReadFrom(from io.Reader) (int64, error) {
	c.told = true
	n, err := io.Copy(c.ResponseWriter, from)
	c.bytes += n
	return n, err
}
