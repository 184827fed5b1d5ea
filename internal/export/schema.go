package export

import (
	"encoding/json"

	"github.com/google/jsonschema-go/jsonschema"
)

// Schema returns the JSON Schema of portfolio.json.
func Schema() ([]byte, error) {
	s, err := jsonschema.For[Document](nil)
	if err != nil {
		return nil, err
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "Charterhouse portfolio, version 1"
	s.Description = "All charters and registers of one day, with every rollup. Amounts are text with all decimals of their currency; shares and other exact numbers are reduced fractions."
	return json.MarshalIndent(s, "", " ")
}
