package source

import "errors"

var (
	errNotRegular = errors.New("not a regular file")
	errSwapped    = errors.New("the file was replaced while it was opened")
)
