package rename

import (
	"strings"

	"charterhouse/internal/facts"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/source"
)

// named says where a value is the id of what, by the path of its key. A list of
// ids has the path of its key, whether it is written as a list or as one value;
// a star stands for a key that is itself an id.
type named struct{ values, keys map[string]Kind }

var inCharter = named{
	values: map[string]Kind{
		"id": Charter, "translation_of": Charter, "links.part_of": Charter, "links.depends_on": Charter, "links.replaces": Charter, "links.related": Charter,
		"lead": Person, "steering": Person, "owners.*": Person, "owners.*.person": Person, "kickoff.presented_to": Person, "team[].person": Person,
		"milestones[].owner": Person, "risks[].owner": Person, "deliverables[].owner": Person, "approvals[].person": Person, "updates[].by": Person,
		"team[].home": Department, "budget.spent[].department": Department, "approvals[].department": Department,
		"responsibilities[].accountable": Department, "responsibilities[].responsible": Department, "responsibilities[].consulted": Department, "responsibilities[].informed": Department,
		"responsibilities[].area": Area, "links.contributes_to": Objective,
	},
	keys: map[string]Kind{"owners": Department, "budget.shares": Department, "closure.actuals": Department},
}

var inRegister = map[string]named{
	"departments": {values: map[string]Kind{"[].id": Department, "[].parent": Department, "[].chief": Person, "[].chief[].person": Person, "[].chief[].id": Person,
		"[].deputies": Person, "[].deputies[].person": Person, "[].deputies[].id": Person}},
	"people":     {values: map[string]Kind{"[].id": Person, "[].department": Department, "[].department[].id": Department, "[].department[].person": Department}},
	"areas":      {values: map[string]Kind{"[].id": Area, "[].parent": Area, "[].standing_owner": Department}},
	"objectives": {values: map[string]Kind{"[].id": Objective, "[].owner": Department}},
}

var (
	inApproval = named{values: map[string]Kind{"department": Department, "person": Person, "[].department": Department, "[].person": Person}}
	inUpdate   = named{values: map[string]Kind{"by": Person}}
	inConfig   = named{values: map[string]Kind{"departments": Department}}
)

// of is where ids stand in the facts of a file.
func (m *maker) of(e source.Entry) named {
	switch e.Kind {
	case source.Charter:
		return inCharter
	case source.Register:
		name, _, _ := strings.Cut(strings.TrimPrefix(e.Path, "registers/"), ".")
		return inRegister[name]
	case source.Approval:
		return inApproval
	case source.Update:
		return inUpdate
	case source.Config:
		return inConfig
	}
	return named{}
}

// walk changes ids in facts, by the path of their keys.
func (s *sheet) walk(in named, path string, n *facts.Node) {
	switch n.Kind {
	case facts.Scalar:
		s.scalar(in, strings.TrimSuffix(path, "[]"), n)
	case facts.List:
		for _, item := range n.Items {
			s.walk(in, path+"[]", item)
		}
	case facts.Map:
		key, ids := in.keys[path]
		for i := range n.Fields {
			f := &n.Fields[i]
			below := strings.TrimPrefix(path+"."+f.Key, ".")
			if ids {
				below = path + ".*"
				if key == s.m.Kind && f.Key == string(s.m.Old) {
					s.id(f.Mark)
				}
			}
			s.walk(in, below, f.Value)
		}
	}
}

func (s *sheet) scalar(in named, path string, n *facts.Node) {
	kind, ok := in.values[path]
	if own, found := strings.CutPrefix(path, "x."); found && !ok {
		kind, ok = s.own(own)
	}
	switch {
	case !ok || kind != s.m.Kind:
	case n.Text == string(s.m.Old):
		s.id(n.Mark)
	case kind == Objective && n.Text == "objective:"+string(s.m.Old):
		s.swap(n.Mark, n.Text, "objective:"+string(s.m.New))
	}
}

// own is what the values of an own field name.
func (s *sheet) own(key string) (Kind, bool) {
	f := s.m.p.Config().Field(key)
	switch {
	case f == nil:
	case f.Type == portfolio.PersonField:
		return Person, true
	case f.Type == portfolio.DepartmentField:
		return Department, true
	}
	return 0, false
}

// partKeys are the groups of parts of a translation that are named by an id.
var partKeys = map[string]Kind{"owners.": Department, "budget.shares.": Department, "team.": Person, "responsibilities.": Area}

// parts changes ids in the names of parts, below translated.
func (s *sheet) parts(n *facts.Node) {
	if n == nil {
		return
	}
	for _, f := range n.Fields {
		for group, kind := range partKeys {
			rest, ok := strings.CutPrefix(f.Key, group+string(s.m.Old))
			if ok && kind == s.m.Kind && (rest == "" || strings.IndexByte(".@#", rest[0]) >= 0) {
				s.swap(f.Mark, f.Key, group+string(s.m.New)+rest)
			}
		}
	}
}
