// Package themes holds the default theme as plain files and embeds them in the
// binary. It knows no Go of ours; package theme gives the files their meaning.
package themes

import (
	"embed"
	"io/fs"
)

//go:embed all:default
var files embed.FS

// Default returns the default theme: templates/, messages/ and assets/.
func Default() fs.FS {
	sub, err := fs.Sub(files, "default")
	if err != nil {
		panic(err) // the folder is embedded above, so its name is valid
	}
	return sub
}
