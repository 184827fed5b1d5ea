package site

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"charterhouse/internal/search"
)

// Part lists the addresses of part number of so many, counted from 1, in the
// order of Addresses. Each address is in one part, the same on whatever machine,
// and stays there while others come and go.
//
// What is worked out together goes together: a page in all its languages, and
// the files of the search index that are cut from one vocabulary.
func (s *Site) Part(number, of int) []string {
	var part []string
	for _, address := range s.Addresses() {
		if s.partOf(address, of) == number {
			part = append(part, address)
		}
	}
	return part
}

func (s *Site) partOf(address string, of int) int {
	_, _, within := s.split(address)
	if strings.HasPrefix(within, search.Folder) && !strings.HasPrefix(within, search.Folder+"x-") {
		within = search.Folder
	}
	sum := sha256.Sum256([]byte(within))
	return 1 + int(binary.BigEndian.Uint64(sum[:])%uint64(of))
}
