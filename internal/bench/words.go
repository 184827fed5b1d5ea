package bench

// A word is a name with the id that goes with it.
type word struct{ id, name string }

var adjectives = []word{
	{"common", "Common"}, {"open", "Open"}, {"quiet", "Quiet"}, {"shared", "Shared"}, {"plain", "Plain"},
	{"green", "Green"}, {"swift", "Swift"}, {"clear", "Clear"}, {"steady", "Steady"}, {"northern", "Northern"},
	{"second", "Second"}, {"digital", "Digital"}, {"local", "Local"}, {"direct", "Direct"}, {"faelles", "Fælles"},
	{"ny", "Ny"}, {"grundig", "Grundig"},
}

var nouns = []word{
	{"mailbox", "mailbox"}, {"price-list", "price list"}, {"warehouse", "warehouse"}, {"contract-file", "contract file"},
	{"customer-view", "customer view"}, {"loyalty-card", "loyalty card"}, {"returns-desk", "returns desk"},
	{"forecast", "forecast"}, {"consent-log", "consent log"}, {"supplier-portal", "supplier portal"},
	{"training-week", "training week"}, {"night-delivery", "night delivery"}, {"invoice-flow", "invoice flow"},
}

var firsts = []word{
	{"anna", "Anna"}, {"bo", "Bo"}, {"carla", "Carla"}, {"ditte", "Ditte"}, {"emil", "Emil"}, {"frida", "Frida"},
	{"gustav", "Gustav"}, {"hanne", "Hanne"}, {"ivar", "Ivar"}, {"jytte", "Jytte"}, {"karim", "Karim"}, {"lone", "Lone"},
	{"mads", "Mads"}, {"nora", "Nora"}, {"oskar", "Oskar"}, {"petra", "Petra"}, {"rune", "Rune"}, {"soeren", "Søren"},
	{"tove", "Tove"}, {"ulrik", "Ulrik"}, {"vera", "Vera"}, {"yasmin", "Yasmin"}, {"aese", "Æse"}, {"aase", "Åse"},
}

var lasts = []word{
	{"ahm", "Ahm"}, {"bjerre", "Bjerre"}, {"dahl", "Dahl"}, {"eg", "Eg"}, {"friis", "Friis"}, {"gram", "Gram"},
	{"holt", "Holt"}, {"iversen", "Iversen"}, {"juhl", "Juhl"}, {"krogh", "Krogh"}, {"lind", "Lind"}, {"munk", "Munk"},
	{"nyborg", "Nyborg"}, {"oestergaard", "Østergaard"}, {"poulsen", "Poulsen"}, {"rude", "Rude"}, {"skou", "Skou"},
	{"toft", "Toft"}, {"vang", "Vang"}, {"winther", "Winther"}, {"aagaard", "Ågård"}, {"brandt", "Brandt"},
	{"haddad", "Haddad"}, {"meier", "Meier"}, {"ferreira", "Ferreira"},
}

// department names in English and Danish; the id is the English one.
var departmentNames = [departments]struct{ id, en, da, code string }{
	{"marketing", "Marketing", "Marketing", "MKT"}, {"it", "IT", "It", "IT"}, {"finance", "Finance", "Økonomi", "FIN"},
	{"service", "Customer Service", "Kundeservice", "CS"}, {"sales", "Sales", "Salg", "SAL"},
	{"supply", "Supply Chain", "Forsyning", "SCM"}, {"people", "People", "Personale", "HR"},
	{"legal", "Legal", "Jura", "LEG"}, {"stores", "Stores", "Butikker", "STO"}, {"product", "Product", "Produkt", "PRD"},
	{"property", "Property", "Ejendomme", "PRO"}, {"quality", "Quality", "Kvalitet", "QUA"},
}

var areaNames = [areas]string{
	"campaign-content", "data-handling", "invoicing", "complaints", "price-agreements", "stock-levels", "hiring",
	"contracts", "opening-hours", "specifications", "buildings", "audits", "customer-database", "data-policy",
	"payment-terms", "telephone-hours", "customer-visits", "transport", "training", "privacy",
}

// prose is what charters say. The verb's place in a made portfolio is to be parsed, not to be read.
var prose = []string{
	"Two departments have each bought half of the same answer, and no one can put the two side by side.",
	"Whoever asks a question on Monday has an answer by Wednesday, in writing, from the one who decides.",
	"The work is done where the goods are, not where the meetings are.",
	"A change of more than two weeks is an amendment, and both chiefs sign it again.",
	"What we build belongs to the department that runs it after us, *including* its faults.",
	"Nobody sends a message to a customer who has not asked for one; **that rule has no exceptions**.",
	"The figures are counted on the last working day of the month, in the same way as the month before.",
	"Old lists stay readable until the end of the year after, and are then removed for good.",
	"The team sits together on Tuesdays and Wednesdays, and writes down on Thursday what it decided.",
	"If a part is late, the next part waits; we do not start two things in order to finish neither.",
	"The price of a wrong entry is paid by the department that made it, not by the one that found it.",
	"Every store gets the same notice, at the same hour, in words that a person of seventeen understands.",
	"We measure before we begin, since nobody believes a figure that was first taken afterwards.",
	"Each quarter we ask ten customers what has become easier, and print the answers as they were given.",
}

// sections are the headings that a charter is asked to have, with their depth.
var sections = []string{
	"## Background", "## Scope", "### In", "### Out", "## How we work together", "## Demarcation", "## Benefits", "## Exit", "## Decisions",
}

// One language of the interface, since each further one is the same site once more.
const config = `title: A made portfolio
languages: [en]
`
