package site

import (
	"fmt"

	"charterhouse/internal/export"
)

// addFiles enters what is no page: pictures and attachments, and the whole
// portfolio for other programs.
func addFiles(s *Site) {
	s.files["portfolio.json"] = func() ([]byte, error) { return export.JSON(s.p) }
	s.files["portfolio.schema.json"] = func() ([]byte, error) { return export.Schema() }
	for _, name := range s.p.Assets() {
		s.files[attachmentAddress(name)] = func() ([]byte, error) {
			if s.options.Attachment == nil {
				return nil, fmt.Errorf("attachment %s: there is no content folder to read it from", name)
			}
			return s.options.Attachment(name)
		}
	}
}

// attachmentAddress is where a file beside a charter stands: as in the content
// folder, so that its name stays what the author gave it.
func attachmentAddress(name string) string { return "files/" + name }
