package charter

import (
	"slices"
	"strings"

	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// A Field describes one key of the front matter: for hints, for the editor's
// schema and for the manual. Titles and notes are {English, Danish}.
type Field struct {
	// Path is the way to the key: "budget.total". "[]" stands for each item of a
	// list ("goals[].id"), "*" for any id as a key ("owners.*").
	Path string
	// Type is as in the specification: text, md, id, date, money, share, pct,
	// duration, period, number, bool, map, an enumeration "a|b", each with "[]"
	// for a list of it.
	Type  string
	Title [2]string
	Note  [2]string
}

// Fields lists all keys in the order in which a charter is read: what it is,
// when, who, for how much, what for; what was agreed and how it went at the end.
// Laying out, forms, schemas and completion go by it.
func Fields() []Field { return fields }

// Choice is the type of one of several words.
func Choice(words []string) string { return strings.Join(words, "|") }

var fields = []Field{
	{"schema", "charter/1", [2]string{"Model", "Model"}, [2]string{"The version of the model that the file is written for.", "Den udgave af modellen, som filen er skrevet til."}},
	{"type", "charter", [2]string{"Document kind", "Dokumenttype"}, [2]string{"Always charter.", "Altid charter."}},
	{"id", "id", [2]string{"Id", "Id"}, [2]string{"The permanent identifier; the file name where it is missing.", "Den varige betegnelse; filnavnet, hvis den mangler."}},
	{"translation_of", "id", [2]string{"Translation of", "Oversættelse af"}, [2]string{"The charter that this file translates.", "Det charter, som filen oversætter."}},
	{"title", "text", [2]string{"Title", "Titel"}, [2]string{"What the project is called, in at most 120 characters.", "Projektets navn, højst 120 tegn."}},
	{"short_title", "text", [2]string{"Short title", "Kort titel"}, [2]string{"For tables and graphs, in at most 40 characters.", "Til tabeller og figurer, højst 40 tegn."}},
	{"summary", "md", [2]string{"Summary", "Resumé"}, [2]string{"The purpose in one sentence, in at most 280 characters.", "Formålet i én sætning, højst 280 tegn."}},
	{"lang", "text", [2]string{"Language", "Sprog"}, [2]string{"The language of the file, such as en or da.", "Filens sprog, f.eks. en eller da."}},
	{"kind", Choice(kindWords), [2]string{"Kind", "Art"}, [2]string{"Joint when two or more departments pay.", "Fælles (joint), når to eller flere afdelinger betaler."}},
	{"status", Choice(StatusWords()), [2]string{"Status", "Status"}, [2]string{"Where the charter stands in its life.", "Hvor charteret er i sit liv."}},
	{"created", "date", [2]string{"Created", "Oprettet"}, [2]string{"The day of the proposal.", "Dagen for forslaget."}},
	{"aliases", "id[]", [2]string{"Former ids", "Tidligere id'er"}, [2]string{"Ids that still lead here.", "Id'er, der stadig fører hertil."}},
	{"tags", "id[]", [2]string{"Tags", "Emneord"}, [2]string{"Free grouping.", "Fri gruppering."}},
	{"confidential", Choice(confidentialWords), [2]string{"Confidentiality", "Fortrolighed"}, [2]string{"Restricted keeps figures out of public builds.", "Restricted holder tal ude af offentlige sider."}},

	{"timeframe", "map", [2]string{"Timeframe", "Tidsramme"}, [2]string{"The agreed window; both days are part of it.", "Den aftalte periode; begge dage hører med."}},
	{"timeframe.start", "date", [2]string{"Start", "Start"}, [2]string{"The first day.", "Den første dag."}},
	{"timeframe.end", "date", [2]string{"End", "Slut"}, [2]string{"The last day.", "Den sidste dag."}},

	{"owners", "map", [2]string{"Owners", "Ejere"}, [2]string{"The accountable person of each paying department.", "Den ansvarlige person i hver betalende afdeling."}},
	{"owners.*.person", "id", [2]string{"Person", "Person"}, [2]string{"The owner.", "Ejeren."}},
	{"owners.*.role", "text", [2]string{"Role", "Rolle"}, [2]string{"The owner's post.", "Ejerens stilling."}},
	{"lead", "id|id[]", [2]string{"Lead", "Projektleder"}, [2]string{"The project manager; two only from different departments.", "Projektlederen; to kun fra hver sin afdeling."}},
	{"steering", "id[]", [2]string{"Steering group", "Styregruppe"}, [2]string{"If larger than the owners.", "Hvis den er større end ejerne."}},
	{"kickoff", "map", [2]string{"Kickoff", "Opstart"}, [2]string{"When the team was presented together.", "Hvornår holdet blev præsenteret samlet."}},
	{"kickoff.date", "date", [2]string{"Date", "Dato"}, [2]string{"The day of the kickoff.", "Dagen for opstarten."}},
	{"kickoff.presented_to", "id[]", [2]string{"Presented to", "Præsenteret for"}, [2]string{"The chiefs who met the team.", "De chefer, der mødte holdet."}},

	{"budget", "map", [2]string{"Budget", "Budget"}, [2]string{"What it costs and who pays.", "Hvad det koster, og hvem der betaler."}},
	{"budget.currency", "text", [2]string{"Currency", "Valuta"}, [2]string{"Three letters of ISO 4217.", "Tre bogstaver efter ISO 4217."}},
	{"budget.total", "money", [2]string{"Total", "I alt"}, [2]string{"The approved budget.", "Det godkendte budget."}},
	{"budget.shares", "map", [2]string{"Shares", "Andele"}, [2]string{"Who pays what: 50%, 1/3, rest or equal for each department.", "Hvem betaler hvad: 50%, 1/3, rest eller equal for hver afdeling."}},
	{"budget.shares.*.share", "share", [2]string{"Share", "Andel"}, [2]string{"50%, 1/3, rest or equal.", "50%, 1/3, rest eller equal."}},
	{"budget.shares.*.amount", "money", [2]string{"Amount", "Beløb"}, [2]string{"An amount instead of a share.", "Et beløb i stedet for en andel."}},
	{"budget.shares.*.cost_centre", "text", [2]string{"Cost centre", "Omkostningssted"}, [2]string{"One of the department's cost centres.", "Et af afdelingens omkostningssteder."}},
	{"budget.shares.*.in_kind", "text", [2]string{"In kind", "Naturalier"}, [2]string{"What the department gives instead of money.", "Hvad afdelingen giver i stedet for penge."}},
	{"budget.periods", "map", [2]string{"Periods", "Perioder"}, [2]string{"The total by year, quarter or month.", "Beløbet fordelt på år, kvartal eller måned."}},
	{"budget.contingency", "money", [2]string{"Contingency", "Reserve"}, [2]string{"The part of the total that the owners hold back.", "Den del af beløbet, ejerne holder tilbage."}},
	{"budget.spent", "map[]", [2]string{"Spent", "Forbrug"}, [2]string{"What was spent so far.", "Hvad der er brugt indtil nu."}},
	{"budget.spent[].date", "date", [2]string{"Date", "Dato"}, [2]string{"The day of the figure.", "Dagen for tallet."}},
	{"budget.spent[].department", "id", [2]string{"Department", "Afdeling"}, [2]string{"Who paid.", "Hvem der betalte."}},
	{"budget.spent[].amount", "money", [2]string{"Amount", "Beløb"}, [2]string{"What was paid.", "Hvad der blev betalt."}},
	{"budget.spent[].note", "text", [2]string{"Note", "Bemærkning"}, [2]string{"What for.", "Hvad det gik til."}},

	{"goals", "map[]", [2]string{"Goals", "Mål"}, [2]string{"Objectives with their success criteria.", "Mål med deres succeskriterier."}},
	{"goals[].id", "id", [2]string{"Id", "Id"}, [2]string{"Used once among the goals.", "Bruges én gang blandt målene."}},
	{"goals[].text", "text", [2]string{"Text", "Tekst"}, [2]string{"What will be true.", "Hvad der skal gælde."}},
	{"goals[].measure", "map", [2]string{"Measure", "Måling"}, [2]string{"How it is measured, and by when.", "Hvordan det måles, og hvornår."}},
	{"goals[].measure.metric", "text", [2]string{"Metric", "Målepunkt"}, [2]string{"What is measured.", "Hvad der måles."}},
	{"goals[].measure.unit", "text", [2]string{"Unit", "Enhed"}, [2]string{"The unit of baseline and target.", "Enheden for udgangspunkt og mål."}},
	{"goals[].measure.baseline", "number", [2]string{"Baseline", "Udgangspunkt"}, [2]string{"Where it stands today.", "Hvor det står i dag."}},
	{"goals[].measure.target", "number", [2]string{"Target", "Måltal"}, [2]string{"Where it shall stand.", "Hvor det skal stå."}},
	{"goals[].measure.by", "date", [2]string{"By", "Senest"}, [2]string{"The day of the target.", "Dagen for måltallet."}},
	{"goals[].result", "map", [2]string{"Result", "Resultat"}, [2]string{"What it came to.", "Hvad det blev til."}},
	{"goals[].result.value", "number", [2]string{"Value", "Værdi"}, [2]string{"The measured value.", "Den målte værdi."}},
	{"goals[].result.date", "date", [2]string{"Date", "Dato"}, [2]string{"The day of the measurement.", "Dagen for målingen."}},
	{"goals[].result.met", "bool", [2]string{"Met", "Nået"}, [2]string{"true or false.", "true eller false."}},

	{"team", "map[]", [2]string{"Team", "Hold"}, [2]string{"Who is lent to the project.", "Hvem der er udlånt til projektet."}},
	{"team[].person", "id", [2]string{"Person", "Person"}, [2]string{"The member.", "Medlemmet."}},
	{"team[].home", "id", [2]string{"Home", "Stamafdeling"}, [2]string{"The department that the person returns to.", "Den afdeling, personen vender tilbage til."}},
	{"team[].role", "text", [2]string{"Role", "Rolle"}, [2]string{"The role in the project.", "Rollen i projektet."}},
	{"team[].allocation", "pct", [2]string{"Allocation", "Tidsandel"}, [2]string{"The share of working time.", "Andelen af arbejdstiden."}},
	{"team[].from", "date", [2]string{"From", "Fra"}, [2]string{"The first day in the team.", "Den første dag på holdet."}},
	{"team[].until", "date", [2]string{"Until", "Til"}, [2]string{"The last day in the team.", "Den sidste dag på holdet."}},
	{"team[].return", "map", [2]string{"Return", "Tilbagevenden"}, [2]string{"The post that the person goes back to.", "Den stilling, personen vender tilbage til."}},
	{"team[].return.to", "text", [2]string{"To", "Til"}, [2]string{"The post.", "Stillingen."}},
	{"team[].return.date", "date", [2]string{"Date", "Dato"}, [2]string{"The agreed day.", "Den aftalte dag."}},
	{"team[].return.done", "date", [2]string{"Done", "Sket"}, [2]string{"The day it happened.", "Dagen, det skete."}},

	{"responsibilities", "map[]", [2]string{"Responsibilities", "Ansvarsfordeling"}, [2]string{"Which department answers for which area.", "Hvilken afdeling der har ansvaret for hvilket område."}},
	{"responsibilities[].area", "id", [2]string{"Area", "Område"}, [2]string{"An area of the register.", "Et område fra registret."}},
	{"responsibilities[].accountable", "id", [2]string{"Accountable", "Ansvarlig"}, [2]string{"Exactly one department.", "Netop én afdeling."}},
	{"responsibilities[].responsible", "id[]", [2]string{"Responsible", "Udførende"}, [2]string{"Departments that do the work.", "Afdelinger, der udfører arbejdet."}},
	{"responsibilities[].consulted", "id[]", [2]string{"Consulted", "Høres"}, [2]string{"Departments that are asked first.", "Afdelinger, der spørges først."}},
	{"responsibilities[].informed", "id[]", [2]string{"Informed", "Orienteres"}, [2]string{"Departments that are told.", "Afdelinger, der får besked."}},
	{"responsibilities[].scope", "text", [2]string{"Scope", "Afgrænsning"}, [2]string{"The part of the area that is meant.", "Den del af området, der menes."}},
	{"responsibilities[].reason", "text", [2]string{"Reason", "Begrundelse"}, [2]string{"Why this differs from the standing owner.", "Hvorfor dette afviger fra den faste ejer."}},

	{"milestones", "map[]", [2]string{"Milestones", "Milepæle"}, [2]string{"Days by which something stands.", "Dage, hvor noget skal være på plads."}},
	{"milestones[].id", "id", [2]string{"Id", "Id"}, [2]string{"Used once among the milestones.", "Bruges én gang blandt milepælene."}},
	{"milestones[].title", "text", [2]string{"Title", "Titel"}, [2]string{"What stands by then.", "Hvad der er på plads."}},
	{"milestones[].due", "date", [2]string{"Due", "Frist"}, [2]string{"The day.", "Dagen."}},
	{"milestones[].owner", "id", [2]string{"Owner", "Ansvarlig"}, [2]string{"Who sees to it.", "Hvem der sørger for det."}},
	{"milestones[].after", "id[]", [2]string{"After", "Efter"}, [2]string{"Milestones that come first.", "Milepæle, der kommer først."}},
	{"milestones[].done", "date", [2]string{"Done", "Nået"}, [2]string{"The day it stood.", "Dagen, det var på plads."}},
	{"risks", "map[]", [2]string{"Risks", "Risici"}, [2]string{"What may go wrong.", "Hvad der kan gå galt."}},
	{"risks[].id", "id", [2]string{"Id", "Id"}, [2]string{"Used once among the risks.", "Bruges én gang blandt risiciene."}},
	{"risks[].text", "text", [2]string{"Text", "Tekst"}, [2]string{"What may happen.", "Hvad der kan ske."}},
	{"risks[].probability", Choice(levelWords), [2]string{"Probability", "Sandsynlighed"}, [2]string{"low, medium or high.", "low, medium eller high."}},
	{"risks[].impact", Choice(levelWords), [2]string{"Impact", "Konsekvens"}, [2]string{"low, medium or high.", "low, medium eller high."}},
	{"risks[].owner", "id", [2]string{"Owner", "Ansvarlig"}, [2]string{"Who watches it.", "Hvem der holder øje."}},
	{"risks[].response", "text", [2]string{"Response", "Modtræk"}, [2]string{"What is done about it.", "Hvad der gøres ved det."}},
	{"risks[].closed", "date", [2]string{"Closed", "Lukket"}, [2]string{"The day it was over.", "Dagen, den var forbi."}},
	{"deliverables", "map[]", [2]string{"Deliverables", "Leverancer"}, [2]string{"Things handed over.", "Det, der afleveres."}},
	{"deliverables[].id", "id", [2]string{"Id", "Id"}, [2]string{"Used once among the deliverables.", "Bruges én gang blandt leverancerne."}},
	{"deliverables[].title", "text", [2]string{"Title", "Titel"}, [2]string{"What is handed over.", "Hvad der afleveres."}},
	{"deliverables[].owner", "id", [2]string{"Owner", "Ansvarlig"}, [2]string{"Who sees to it.", "Hvem der sørger for det."}},
	{"deliverables[].due", "date", [2]string{"Due", "Frist"}, [2]string{"The day.", "Dagen."}},
	{"exit_criteria", "text[]", [2]string{"Exit criteria", "Afslutningskriterier"}, [2]string{"When the team is dissolved.", "Hvornår holdet opløses."}},

	{"links", "map", [2]string{"Links", "Forbindelser"}, [2]string{"Relations to other charters.", "Forbindelser til andre chartre."}},
	{"links.part_of", "id", [2]string{"Part of", "Del af"}, [2]string{"The programme.", "Programmet."}},
	{"links.depends_on", "id[]", [2]string{"Depends on", "Afhænger af"}, [2]string{"Charters that must finish before.", "Chartre, der skal være færdige først."}},
	{"links.replaces", "id[]", [2]string{"Replaces", "Afløser"}, [2]string{"Charters that this one supersedes.", "Chartre, som dette afløser."}},
	{"links.contributes_to", "objective[]", [2]string{"Contributes to", "Bidrager til"}, [2]string{"Objectives, each written objective:id.", "Mål, hver skrevet objective:id."}},
	{"links.related", "id[]", [2]string{"Related", "Se også"}, [2]string{"See also.", "Se også."}},
	{"tolerances", "map", [2]string{"Tolerances", "Tolerancer"}, [2]string{"How far the lead may drift without an amendment.", "Hvor langt lederen må afvige uden tillæg."}},
	{"tolerances.time", "duration", [2]string{"Time", "Tid"}, [2]string{"14d, 2w or 1m.", "14d, 2w eller 1m."}},
	{"tolerances.cost", "pct", [2]string{"Cost", "Økonomi"}, [2]string{"A part of the budget, such as 5%.", "En del af budgettet, f.eks. 5%."}},

	{"amendments", "map[]", [2]string{"Amendments", "Tillæg"}, [2]string{"Changes of the terms in words, oldest first.", "Ændringer af vilkårene i ord, ældste først."}},
	{"amendments[].id", "id", [2]string{"Id", "Id"}, [2]string{"a1, a2, a3.", "a1, a2, a3."}},
	{"amendments[].date", "date", [2]string{"Date", "Dato"}, [2]string{"The day of the change.", "Dagen for ændringen."}},
	{"amendments[].summary", "md", [2]string{"Summary", "Resumé"}, [2]string{"What changes.", "Hvad der ændres."}},
	{"amendments[].reason", "md", [2]string{"Reason", "Begrundelse"}, [2]string{"Why.", "Hvorfor."}},
	{"approvals", "map[]", [2]string{"Approvals", "Underskrifter"}, [2]string{"Signatures of the paying departments.", "De betalende afdelingers underskrifter."}},
	{"approvals[].department", "id", [2]string{"Department", "Afdeling"}, [2]string{"For whom it is signed.", "For hvem der skrives under."}},
	{"approvals[].person", "id", [2]string{"Person", "Person"}, [2]string{"Who signs.", "Hvem der skriver under."}},
	{"approvals[].date", "date", [2]string{"Date", "Dato"}, [2]string{"The day of the signature.", "Dagen for underskriften."}},
	{"approvals[].terms", "text", [2]string{"Terms", "Vilkår"}, [2]string{"The digest of the terms, jt1- and 16 hex digits.", "Vilkårenes kontrolsum, jt1- og 16 hextegn."}},
	{"approvals[].note", "text", [2]string{"Note", "Bemærkning"}, [2]string{"A remark.", "En bemærkning."}},
	{"updates", "map[]", [2]string{"Updates", "Statusrapporter"}, [2]string{"Reports, in any order.", "Rapporter, i vilkårlig rækkefølge."}},
	{"updates[].date", "date", [2]string{"Date", "Dato"}, [2]string{"The day of the report.", "Dagen for rapporten."}},
	{"updates[].by", "id", [2]string{"By", "Af"}, [2]string{"Who reports.", "Hvem der rapporterer."}},
	{"updates[].rag", Choice(ragWords), [2]string{"Colour", "Farve"}, [2]string{"green, amber or red.", "green, amber eller red."}},
	{"updates[].text", "md", [2]string{"Text", "Tekst"}, [2]string{"How it goes.", "Hvordan det går."}},
	{"updates[].next", "text", [2]string{"Next", "Næste skridt"}, [2]string{"What happens next; needed with amber and red.", "Hvad der sker nu; kræves ved amber og red."}},
	{"closure", "map", [2]string{"Closure", "Afslutning"}, [2]string{"How the charter ended.", "Hvordan charteret endte."}},
	{"closure.date", "date", [2]string{"Date", "Dato"}, [2]string{"The last day.", "Den sidste dag."}},
	{"closure.outcome", "md", [2]string{"Outcome", "Udfald"}, [2]string{"What came of it.", "Hvad der kom ud af det."}},
	{"closure.actuals", "map", [2]string{"Actuals", "Faktisk forbrug"}, [2]string{"What each department paid in the end.", "Hvad hver afdeling betalte til sidst."}},
	{"closure.lessons", "md", [2]string{"Lessons", "Erfaringer"}, [2]string{"What to do better next time.", "Hvad der gøres bedre næste gang."}},

	{"x", "map", [2]string{"Own fields", "Egne felter"}, [2]string{"Fields of your own, declared in charterhouse.yaml.", "Egne felter, erklæret i charterhouse.yaml."}},
	{"translated", "map", [2]string{"Translated", "Oversat"}, [2]string{"What the original said when each part was translated, as digests; charterhouse translated writes them.", "Hvad originalen sagde, da hver del blev oversat, som kontrolsummer; de skrives af charterhouse translated."}},
}

// keysOf returns the keys directly below a path, with what people write
// instead of them.
func keysOf(path string, of diag.Text, aliases ...string) *facts.Keys {
	return KeysOf(fields, strings.TrimSuffix(path, "."), of, aliases...)
}

var (
	charterKeys = keysOf("", diag.Say("a charter"), "name", "title", "titel", "title", "description", "summary", "resumé", "summary", "language", "lang",
		"budgets", "budget", "cost", "budget", "funding", "budget", "økonomi", "budget", "schedule", "timeframe", "dates", "timeframe", "period", "timeframe", "tidsramme", "timeframe",
		"sponsor", "owners", "sponsors", "owners", "ejere", "owners", "manager", "lead", "project_manager", "lead", "leder", "lead", "members", "team", "hold", "team",
		"objectives", "goals", "mål", "goals", "raci", "responsibilities", "ansvar", "responsibilities", "signatures", "approvals", "state", "status", "date", "created", "keywords", "tags",
		"start", "timeframe.start", "end", "timeframe.end", "total", "budget.total", "currency", "budget.currency", "shares", "budget.shares", "depends_on", "links.depends_on", "replaces", "links.replaces", "part_of", "links.part_of", "related", "links.related")
	timeframeKeys      = keysOf("timeframe.", diag.Say("the timeframe"), "from", "start", "begin", "start", "until", "end", "to", "end", "slut", "end")
	tolerancesKeys     = keysOf("tolerances.", diag.Say("the tolerances"), "budget", "cost", "schedule", "time")
	ownerKeys          = keysOf("owners.*.", diag.Say("an owner"), "name", "person", "title", "role")
	kickoffKeys        = keysOf("kickoff.", diag.Say("the kickoff"), "day", "date", "to", "presented_to")
	memberKeys         = keysOf("team[].", diag.Say("a team member"), "name", "person", "department", "home", "share", "allocation", "start", "from", "end", "until", "to", "until")
	returnKeys         = keysOf("team[].return.", diag.Say("a return"), "role", "to", "position", "to", "on", "date")
	budgetKeys         = keysOf("budget.", diag.Say("the budget"), "amount", "total", "sum", "total", "share", "shares", "split", "shares", "years", "periods", "actuals", "spent", "reserve", "contingency")
	partyKeys          = keysOf("budget.shares.*.", diag.Say("a share"), "cost_center", "cost_centre", "costcentre", "cost_centre", "percent", "share")
	spentKeys          = keysOf("budget.spent[].", diag.Say("an entry of what was spent"), "by", "department", "text", "note")
	goalKeys           = keysOf("goals[].", diag.Say("a goal"), "title", "text", "name", "text", "metric", "measure")
	measureKeys        = keysOf("goals[].measure.", diag.Say("a measure"), "date", "by", "from", "baseline", "to", "target")
	resultKeys         = keysOf("goals[].result.", diag.Say("a result"), "on", "date", "actual", "value")
	milestoneKeys      = keysOf("milestones[].", diag.Say("a milestone"), "name", "title", "text", "title", "date", "due", "depends_on", "after")
	riskKeys           = keysOf("risks[].", diag.Say("a risk"), "title", "text", "likelihood", "probability", "mitigation", "response", "consequence", "impact")
	deliverableKeys    = keysOf("deliverables[].", diag.Say("a deliverable"), "name", "title", "text", "title", "date", "due")
	responsibilityKeys = keysOf("responsibilities[].", diag.Say("a responsibility"), "owner", "accountable", "department", "accountable", "why", "reason")
	linksKeys          = keysOf("links.", diag.Say("the links"), "depends", "depends_on", "see_also", "related", "supersedes", "replaces", "parent", "part_of", "objectives", "contributes_to")
	approvalKeys       = keysOf("approvals[].", diag.Say("an approval"), "by", "person", "digest", "terms", "on", "date")
	amendmentKeys      = keysOf("amendments[].", diag.Say("an amendment"), "text", "summary", "why", "reason")
	updateKeys         = keysOf("updates[].", diag.Say("an update"), "person", "by", "author", "by", "colour", "rag", "color", "rag", "status", "rag", "summary", "text")
	closureKeys        = keysOf("closure.", diag.Say("the closure"), "result", "outcome", "spent", "actuals")
)

// groups are the keys by the path of what they stand in.
var groups = map[string]*facts.Keys{"": charterKeys, "timeframe": timeframeKeys, "tolerances": tolerancesKeys, "owners.*": ownerKeys, "kickoff": kickoffKeys,
	"team[]": memberKeys, "team[].return": returnKeys, "budget": budgetKeys, "budget.shares.*": partyKeys, "budget.spent[]": spentKeys, "goals[]": goalKeys,
	"goals[].measure": measureKeys, "goals[].result": resultKeys, "milestones[]": milestoneKeys, "risks[]": riskKeys, "deliverables[]": deliverableKeys,
	"responsibilities[]": responsibilityKeys, "links": linksKeys, "approvals[]": approvalKeys, "amendments[]": amendmentKeys, "updates[]": updateKeys, "closure": closureKeys}

// Meant returns the key that another name is known to stand for, in what stands
// at a path of the manual. It may be the path of a key further down.
func Meant(path, key string) (string, bool) {
	k := groups[path]
	if k == nil || slices.Contains(k.Known, key) {
		return "", false
	}
	meant, ok := k.Aliases[strings.ToLower(key)]
	return meant, ok
}
