package bench

import (
	"fmt"
	"strings"
)

func (m maker) departments() string {
	var b strings.Builder
	for d, name := range departmentNames {
		fmt.Fprintf(&b, "- id: %s\n  name: {en: %q, da: %q}\n  code: %s\n", name.id, name.en, name.da, name.code)
		fmt.Fprintf(&b, "  chief:\n    - {person: %s, from: 2020-01-01}\n", m.chief(d))
		fmt.Fprintf(&b, "  cost_centres: [\"%d10\", \"%d20\"]\n", 10+d, 10+d)
	}
	return b.String()
}

func (m maker) register() string {
	var b strings.Builder
	for k := range m.people {
		fmt.Fprintf(&b, "- id: %s\n  name: %s\n  department:\n    - {id: %s, from: 2020-01-01}\n",
			personID(k), personName(k), departmentNames[k%departments].id)
	}
	return b.String()
}

// The first areas belong to a department each, the others to the first departments again.
func (m maker) areas() string {
	var b strings.Builder
	for a, id := range areaNames {
		name := strings.ToUpper(id[:1]) + strings.ReplaceAll(id[1:], "-", " ")
		fmt.Fprintf(&b, "- id: %s\n  name: %s\n  standing_owner: %s\n", id, name, departmentNames[a%departments].id)
	}
	return b.String()
}

func (m maker) objectives() string {
	var b strings.Builder
	for o := range objectives {
		fmt.Fprintf(&b, "- id: objective-%d\n  text: Customers notice one thing less each year, number %d\n  owner: %s\n  period: 2027\n",
			o+1, o+1, departmentNames[o].id)
	}
	return b.String()
}
