package remote

import (
	"context"
	"net"
	"time"
)

// How long a connection may take to be made, and how long it may be silent while
// we wait for it.
const (
	dialTime  = 10 * time.Second
	stallTime = 30 * time.Second
)

// dialer makes connections that end when nothing moves, instead of waiting for
// ever on a network that drops what it is given.
func dialer(stall time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: dialTime}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &moving{c, stall}, nil
	}
}

// A moving connection fails when a single read or write takes too long.
type moving struct {
	net.Conn
	stall time.Duration
}

func (c *moving) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.stall)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *moving) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.stall)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
