package site

import (
	"fmt"
	"io"

	"charterhouse/internal/export"
)

// addFiles enters what is no page: pictures and attachments, and the whole
// portfolio for other programs.
func addFiles(s *Site) {
	s.files["portfolio.json"] = s.writeJSON
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

// writeJSON writes portfolio.json: what of it the last site had already, whoever
// writes this one after it may know.
func (s *Site) writeJSON(w io.Writer) error {
	carrier, ok := w.(interface {
		Carry(inputs string, write func(io.Writer) error) error
	})
	if !ok || s.options.Ground == "" {
		return export.JSON(w, s.p, s.table)
	}
	inputs, i := s.partInputs(), 0
	for part := range export.Parts(s.p, s.table) {
		if err := carrier.Carry(inputs[i], part.Write); err != nil {
			return err
		}
		i++
	}
	return nil
}

// attachmentAddress is where a file beside a charter stands: as in the content
// folder, so that its name stays what the author gave it.
func attachmentAddress(name string) string { return "files/" + name }
