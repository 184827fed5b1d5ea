// Package wire knows how the files of a site travel: their content types, how
// long a browser may keep them, and their packed variants.
//
// All of it follows from a file's name and bytes, so that a folder under nginx,
// an object store and our own server say the same. Types do not come from the
// system's list, which differs from machine to machine.
package wire

import (
	"path"
	"regexp"
	"strings"
)

var types = map[string]string{
	".atom":        "application/atom+xml; charset=utf-8",
	".avif":        "image/avif",
	".css":         "text/css; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".docx":        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".gif":         "image/gif",
	".gz":          "application/gzip",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/vnd.microsoft.icon",
	".ics":         "text/calendar; charset=utf-8",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".md":          "text/markdown; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".odp":         "application/vnd.oasis.opendocument.presentation",
	".ods":         "application/vnd.oasis.opendocument.spreadsheet",
	".odt":         "application/vnd.oasis.opendocument.text",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".pptx":        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".svg":         "image/svg+xml; charset=utf-8",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
	".xlsx":        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xml":         "application/xml; charset=utf-8",
	".yaml":        "application/yaml; charset=utf-8",
	".yml":         "application/yaml; charset=utf-8",
	".zip":         "application/zip",
}

// Type is the content type of a file. What is not known is to be saved, not
// shown.
func Type(name string) string {
	if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}

// hashed is the shape of an asset whose name holds a digest of its bytes.
var hashed = regexp.MustCompile(`(^|/)assets/[^/]+\.[0-9a-f]{10}\.[a-z0-9]+$`)

// Hashed reports whether the name of a file changes with its bytes.
func Hashed(name string) bool { return hashed.MatchString(name) }

// Cache is the Cache-Control of a file: a year for names that change with their
// bytes, and for all others a question whether they are still the same.
func Cache(name string) string {
	if Hashed(name) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}
