package lsp

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// The parts of the protocol that we speak, version 3.17. Each type is named
// after the specification's.

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type textRange struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

// touches reports whether two ranges have a place in common.
func (r textRange) touches(o textRange) bool {
	before := func(a, b position) bool { return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character }
	return !before(r.End, o.Start) && !before(o.End, r.Start)
}

type location struct {
	URI   string    `json:"uri"`
	Range textRange `json:"range"`
}

type workspaceFolder struct {
	URI  string `json:"uri"`
	Name string `json:"name"`
}

type initializeParams struct {
	ProcessID        *int               `json:"processId"`
	Locale           string             `json:"locale"`
	RootURI          string             `json:"rootUri"`
	WorkspaceFolders []workspaceFolder  `json:"workspaceFolders"`
	Capabilities     clientCapabilities `json:"capabilities"`
	Options          struct {
		Lang string `json:"lang"`
	} `json:"initializationOptions"`
}

// UnmarshalJSON takes options of another form for none: clients send what their
// users wrote.
func (p *initializeParams) UnmarshalJSON(data []byte) error {
	type plain initializeParams
	var loose struct {
		plain
		Options json.RawMessage `json:"initializationOptions"`
	}
	if err := json.Unmarshal(data, &loose); err != nil {
		return err
	}
	*p = initializeParams(loose.plain)
	if len(loose.Options) > 0 {
		_ = json.Unmarshal(loose.Options, &p.Options) // a wish that cannot be read is none
	}
	return nil
}

type clientCapabilities struct {
	General      generalCapabilities `json:"general"`
	TextDocument struct {
		Completion struct {
			Item struct {
				Snippets bool `json:"snippetSupport"`
			} `json:"completionItem"`
		} `json:"completion"`
		Hover struct {
			Format []string `json:"contentFormat"`
		} `json:"hover"`
		Publish struct {
			Related bool `json:"relatedInformation"`
		} `json:"publishDiagnostics"`
	} `json:"textDocument"`
	Workspace struct {
		Edit struct {
			Resources []string `json:"resourceOperations"`
		} `json:"workspaceEdit"`
	} `json:"workspace"`
}

type generalCapabilities struct {
	Encodings []encoding `json:"positionEncodings"`
}

// encoding chooses UTF-8 where the client offers it, and what every client knows
// otherwise.
func (g generalCapabilities) encoding() encoding {
	for _, e := range []encoding{utf8s, utf16s, utf32s} {
		if slices.Contains(g.Encodings, e) {
			return e
		}
	}
	return utf16s
}

func (c clientCapabilities) abilities() abilities {
	return abilities{
		snippets:  c.TextDocument.Completion.Item.Snippets,
		resources: slices.Contains(c.Workspace.Edit.Resources, "rename"),
		markdown:  len(c.TextDocument.Hover.Format) == 0 || slices.Contains(c.TextDocument.Hover.Format, "markdown"),
		related:   c.TextDocument.Publish.Related,
	}
}

type object = map[string]any

func initializeResult(enc encoding, version string) any {
	return object{
		"serverInfo": object{"name": "charterhouse", "version": version},
		"capabilities": object{
			"positionEncoding":       enc,
			"textDocumentSync":       object{"openClose": true, "change": 2, "save": true},
			"completionProvider":     object{"triggerCharacters": []string{"[", "#", ":", "-", " ", "(", "/", ","}},
			"hoverProvider":          true,
			"definitionProvider":     true,
			"referencesProvider":     true,
			"documentSymbolProvider": true, "workspaceSymbolProvider": true,
			"documentLinkProvider": object{}, "inlayHintProvider": true,
			"documentFormattingProvider": true,
			"codeActionProvider":         object{"codeActionKinds": []string{"quickfix"}},
			"renameProvider":             object{"prepareProvider": true},
			"workspace":                  object{"workspaceFolders": object{"supported": true, "changeNotifications": true}},
		},
	}
}

type textDocument struct {
	URI     string `json:"uri"`
	Version int    `json:"version"`
	Text    string `json:"text"`
}

type didOpen struct {
	TextDocument textDocument `json:"textDocument"`
}

type contentChange struct {
	Range *textRange `json:"range"`
	Text  string     `json:"text"`
}

type didChange struct {
	TextDocument   textDocument    `json:"textDocument"`
	ContentChanges []contentChange `json:"contentChanges"`
}

type didChangeFolders struct {
	Event struct {
		Added   []workspaceFolder `json:"added"`
		Removed []workspaceFolder `json:"removed"`
	} `json:"event"`
}

type spotParams struct {
	TextDocument textDocument `json:"textDocument"`
	Position     position     `json:"position"`
	Range        textRange    `json:"range"`
	NewName      string       `json:"newName"`
	Context      struct {
		IncludeDeclaration bool     `json:"includeDeclaration"`
		Only               []string `json:"only"`
	} `json:"context"`
}

type diagnostic struct {
	Range    textRange       `json:"range"`
	Severity int             `json:"severity"`
	Code     string          `json:"code,omitempty"`
	About    *codeReference  `json:"codeDescription,omitempty"`
	Source   string          `json:"source"`
	Message  string          `json:"message"`
	Related  []relatedDetail `json:"relatedInformation,omitempty"`
}

type codeReference struct {
	Href string `json:"href"`
}

type relatedDetail struct {
	Location location `json:"location"`
	Message  string   `json:"message"`
}

type publishDiagnostics struct {
	URI         string       `json:"uri"`
	Version     *int         `json:"version,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type completionList struct {
	Incomplete bool             `json:"isIncomplete"`
	Items      []completionItem `json:"items"`
}

type completionItem struct {
	Label         string   `json:"label"`
	Kind          int      `json:"kind,omitempty"`
	Detail        string   `json:"detail,omitempty"`
	Documentation *markup  `json:"documentation,omitempty"`
	SortText      string   `json:"sortText,omitempty"`
	FilterText    string   `json:"filterText,omitempty"`
	Indent        int      `json:"insertTextMode,omitempty"` // 1: lines stand as they are
	Edit          textEdit `json:"textEdit"`
}

// The kinds of completion that we use.
const (
	kindField     = 5
	kindModule    = 9
	kindProperty  = 10
	kindValue     = 12
	kindEnum      = 13
	kindFile      = 17
	kindReference = 18
	kindMember    = 20
)

type textEdit struct {
	Range   textRange `json:"range"`
	NewText string    `json:"newText"`
}

type markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

type hover struct {
	Contents markup     `json:"contents"`
	Range    *textRange `json:"range,omitempty"`
}

type documentSymbol struct {
	Name      string           `json:"name"`
	Detail    string           `json:"detail,omitempty"`
	Kind      int              `json:"kind"`
	Range     textRange        `json:"range"`
	Selection textRange        `json:"selectionRange"`
	Children  []documentSymbol `json:"children,omitempty"`
}

type workspaceSymbol struct {
	Name      string   `json:"name"`
	Kind      int      `json:"kind"`
	Container string   `json:"containerName,omitempty"`
	Location  location `json:"location"`
}

// The kinds of symbol that we use.
const (
	symbolFile   = 1
	symbolModule = 2
	symbolClass  = 5
	symbolField  = 8
	symbolString = 15
	symbolKey    = 20
)

type documentLink struct {
	Range   textRange `json:"range"`
	Target  string    `json:"target"`
	Tooltip string    `json:"tooltip,omitempty"`
}

type inlayHint struct {
	Position position `json:"position"`
	Label    string   `json:"label"`
	Tooltip  string   `json:"tooltip,omitempty"`
	Padding  bool     `json:"paddingLeft"`
}

type codeAction struct {
	Title       string        `json:"title"`
	Kind        string        `json:"kind"`
	Diagnostics []diagnostic  `json:"diagnostics,omitempty"`
	Preferred   bool          `json:"isPreferred,omitempty"`
	Edit        workspaceEdit `json:"edit"`
}

type workspaceEdit struct {
	Changes         map[string][]textEdit `json:"changes,omitempty"`
	DocumentChanges []any                 `json:"documentChanges,omitempty"`
}

type textDocumentEdit struct {
	TextDocument struct {
		URI     string `json:"uri"`
		Version *int   `json:"version"`
	} `json:"textDocument"`
	Edits []textEdit `json:"edits"`
}

type renameFile struct {
	Kind string `json:"kind"`
	Old  string `json:"oldUri"`
	New  string `json:"newUri"`
}

// pathOf is the path of this machine that a URI names.
func pathOf(uri string) (string, bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return "", false
	}
	p := u.Path
	if len(p) > 2 && p[0] == '/' && p[2] == ':' { // /c:/charters
		p = p[1:]
	}
	if u.Host != "" && u.Host != "localhost" {
		p = "//" + u.Host + p
	}
	return filepath.Clean(filepath.FromSlash(p)), true
}

// uriOf is the URI of a path of this machine.
func uriOf(path string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}
