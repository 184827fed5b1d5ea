package serve

import (
	"net"
	"slices"
	"strings"
)

// names are those that a server answers to. A page of another site can let its
// name point to this machine and would then read all that stands here, if a
// server did not look at the name by which it is called.
type names struct {
	hosts []string // without port, in lower case; empty for any
}

// namesFor are those that were given. On loopback, where no others were, they
// are this machine's.
func namesFor(given []string, at *net.TCPAddr) names {
	var n names
	for _, name := range given {
		n.hosts = append(n.hosts, bare(name))
	}
	if len(given) > 0 || at.IP.IsLoopback() {
		n.hosts = append(n.hosts, "localhost", "127.0.0.1", "::1", at.IP.String())
	}
	return n
}

func (n names) know(host string) bool {
	return len(n.hosts) == 0 || slices.Contains(n.hosts, bare(host))
}

// bare is a host without its port.
func bare(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}
