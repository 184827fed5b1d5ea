package site

import (
	"fmt"
	"io"

	"charterhouse/internal/export"
)

// addFiles enters what is no page: pictures and attachments, and the whole
// portfolio for other programs.
func addFiles(s *Site) {
	s.files["portfolio.json"] = func(w io.Writer) error { return export.JSON(w, s.p, s.table) }
	s.files["portfolio.schema.json"] = func(w io.Writer) error {
		data, err := export.Schema()
		if err != nil {
			return err
		}
		return fixed(data)(w)
	}
	addEditor(s)
	for _, name := range s.p.Assets() {
		s.files[attachmentAddress(name)] = func(w io.Writer) error {
			if s.options.Attachment == nil {
				return fmt.Errorf("attachment %s: there is no content folder to read it from", name)
			}
			data, err := s.options.Attachment(name)
			if err != nil {
				return err
			}
			return fixed(data)(w)
		}
	}
}

// attachmentAddress is where a file beside a charter stands: as in the content
// folder, so that its name stays what the author gave it.
func attachmentAddress(name string) string { return "files/" + name }
