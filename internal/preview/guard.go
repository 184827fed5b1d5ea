package preview

import (
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"charterhouse/internal/headers"
)

// A guard lets in requests that a person's own browser made to this very
// server, and nothing else: not a page of another site that aims at loopback,
// and not one whose name was bent to point here.
type guard struct {
	shown    string   // "localhost:4646"
	hosts    []string // values of Host that mean this server
	readOnly bool
	local    bool // only this machine can reach us
}

// guardFor works out the names of the address that was taken.
func guardFor(asked string, at *net.TCPAddr, write bool) (guard, error) {
	host, _, err := net.SplitHostPort(asked)
	if err != nil {
		host = asked
	}
	port := strconv.Itoa(at.Port)
	var names []string
	switch {
	case at.IP.IsLoopback():
		names = []string{"localhost", at.IP.String(), host}
	case at.IP.IsUnspecified():
		names = append([]string{"localhost"}, addresses()...)
	default:
		names = []string{host, at.IP.String()}
	}
	g := guard{local: at.IP.IsLoopback(), readOnly: !at.IP.IsLoopback() && !write}
	for _, n := range names {
		if n != "" {
			g.hosts = append(g.hosts, net.JoinHostPort(strings.ToLower(n), port))
		}
	}
	g.shown = g.hosts[0]
	return g, nil
}

// addresses are the names that colleagues may call this machine by.
func addresses() []string {
	var names []string
	if name, err := os.Hostname(); err == nil {
		names = append(names, name)
	}
	list, _ := net.InterfaceAddrs()
	for _, a := range list {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil {
			names = append(names, prefix.Addr().WithZone("").String())
		}
	}
	return names
}

// protect answers for everything that must not reach a page.
func (g guard) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Referrer-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cache-Control", "no-store")
		head.Set("Content-Security-Policy", policy)
		switch status, why := g.judge(r); {
		case status != 0:
			http.Error(w, why, status)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// policy is what a page in the preview may do: what a built page may, and send
// our own forms.
var policy = strings.Replace(headers.Pages, "form-action 'none'", "form-action 'self'", 1)

// judge refuses a request, with a status and a reason, or returns 0.
func (g guard) judge(r *http.Request) (status int, why string) {
	if !slices.Contains(g.hosts, strings.ToLower(r.Host)) {
		return http.StatusMisdirectedRequest, fmt.Sprintf("This preview is at http://%s/. It does not answer to other names.", g.shown)
	}
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !reading && r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, "The preview answers GET, HEAD and the POST of its own pages."
	}
	from := r.Header.Get("Sec-Fetch-Site")
	arriving := reading && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	if from != "" && from != "same-origin" && from != "none" && !arriving {
		return http.StatusForbidden, "Another site asked for this. The preview answers its own pages only."
	}
	origin := r.Header.Values("Origin")
	if reading && len(origin) == 0 {
		return 0, ""
	}
	if len(origin) != 1 || origin[0] != "http://"+strings.ToLower(r.Host) {
		return http.StatusForbidden, "This did not come from a page of the preview."
	}
	return 0, ""
}

// carries reports whether a request has the token that only our pages know.
func (s *Server) carries(r *http.Request) bool {
	given := r.Header.Get("X-Charterhouse-Token")
	if given == "" {
		given = r.PostFormValue("token")
	}
	return subtle.ConstantTimeCompare([]byte(given), []byte(s.token)) == 1
}
