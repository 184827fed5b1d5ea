package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"charterhouse/internal/headers"
	"charterhouse/internal/wire"
)

// assets are the style sheets, scripts and fonts of the versions that were here.
// Who opened a page just before a swap, or left it open over some, asks for
// those that his page names. The oldest go first.
type assets struct {
	mu    sync.Mutex
	kept  map[string][]byte
	order []string
	size  int
}

const assetsLimit = 32 << 20

// remember reads the assets of a version, and reports whether all were there.
func (a *assets) remember(v *version) bool {
	list, err := fs.ReadDir(v.root.FS(), "assets")
	if err != nil {
		return false
	}
	for _, e := range list {
		name := "assets/" + e.Name()
		if !wire.Hashed(name) || a.get(name) != nil {
			continue
		}
		file, info, err := v.open(name)
		if err != nil {
			return false
		}
		data, err := io.ReadAll(io.LimitReader(file, assetsLimit))
		file.Close()
		if err != nil || int64(len(data)) != info.Size() {
			return false
		}
		a.put(name, data)
	}
	return true
}

func (a *assets) get(name string) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.kept[name]
}

func (a *assets) put(name string, data []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept[name] = data
	a.order = append(a.order, name)
	for a.size += len(data); a.size > assetsLimit; {
		first := a.order[0]
		a.size -= len(a.kept[first])
		delete(a.kept, first)
		a.order = a.order[1:]
	}
}

// answer gives an asset of a version that is gone, if there was one.
func (a *assets) answer(w http.ResponseWriter, r *http.Request, site headers.Site, name string) bool {
	data := a.get(name)
	if data == nil {
		return false
	}
	for _, f := range site.For(name) {
		w.Header().Set(f.Name, f.Value)
	}
	sum := sha256.Sum256(data)
	w.Header().Set("Content-Type", wire.Type(name))
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return true
}
