package portfolio

import "charterhouse/internal/facts"

// Former returns what an id that is no longer used means today. The ids that
// something had before stand under aliases, in its charter or in its register.
// A department's aliases may also be other names that people use.
func (p *Portfolio) Former(kind TargetKind, id ID) (now ID, ok bool) {
	if kind == ToCharter {
		now, ok = p.aliases[id]
	} else {
		now, ok = p.former[Target{Kind: kind, ID: id}]
	}
	return now, ok
}

// FormerIDs returns the former ids of one kind, with what each means today.
func (p *Portfolio) FormerIDs(kind TargetKind) map[ID]ID {
	if kind == ToCharter {
		return p.aliases
	}
	all := map[ID]ID{}
	for t, now := range p.former {
		if t.Kind == kind {
			all[t.ID] = now
		}
	}
	return all
}

// formerOf collects the former ids of the registers. An id that is used, or was
// claimed by an earlier record, stays with that one.
func formerOf(reg *Registers) map[Target]ID {
	used := map[Target]bool{}
	for t := range recordsOf(reg) {
		used[t] = true
	}
	former := map[Target]ID{}
	for t, aliases := range recordsOf(reg) {
		for _, a := range aliases {
			was := Target{Kind: t.Kind, ID: ID(a)}
			if _, taken := former[was]; !taken && !used[was] && facts.ValidID(a) {
				former[was] = t.ID
			}
		}
	}
	return former
}

// recordsOf yields every record that has an id, with its aliases.
func recordsOf(reg *Registers) func(func(Target, []string) bool) {
	return func(yield func(Target, []string) bool) {
		for _, d := range reg.Departments {
			if !yield(Target{Kind: ToDepartment, ID: d.ID}, d.Aliases) {
				return
			}
		}
		for _, x := range reg.People {
			if !yield(Target{Kind: ToPerson, ID: x.ID}, x.Aliases) {
				return
			}
		}
		for _, a := range reg.Areas {
			if !yield(Target{Kind: ToArea, ID: a.ID}, a.Aliases) {
				return
			}
		}
		for _, o := range reg.Objectives {
			if !yield(Target{Kind: ToObjective, ID: o.ID}, o.Aliases) {
				return
			}
		}
	}
}
