package export

import "io"

// A sink gathers what is written in small pieces, and keeps the first error.
type sink struct {
	w   io.Writer
	buf []byte
	err error
}

// enough is how much is gathered before it is written.
const enough = 1 << 15

func (s *sink) raw(parts ...string) {
	for _, part := range parts {
		s.buf = append(s.buf, part...)
	}
}

// flush writes what was gathered, if that is enough.
func (s *sink) flush(enough int) {
	if len(s.buf) < enough {
		return
	}
	if s.err == nil {
		_, s.err = s.w.Write(s.buf)
	}
	s.buf = s.buf[:0]
}

// end writes the rest.
func (s *sink) end() error {
	s.flush(1)
	return s.err
}
