package portfolio

import (
	"maps"
	"slices"
	"strings"

	"charterhouse/internal/charter"
	"charterhouse/internal/diag"
	"charterhouse/internal/facts"
)

// RegisterFields lists the keys of a record of the register called name, in the
// order of the manual; of the rates those of the file. An unknown register has
// none.
func RegisterFields(name string) []charter.Field { return registerFields[name] }

// ConfigFields lists the keys of charterhouse.yaml in the order of the manual.
func ConfigFields() []charter.Field { return configFields }

// inLanguages is the type of a text in one form, or one for each language.
const inLanguages = "words"

var registerFields = map[string][]charter.Field{
	"departments": {
		{Path: "id", Type: "id", Title: [2]string{"Id", "Id"}, Note: [2]string{"The permanent identifier; charters name the department by it.", "Den varige betegnelse, som chartre nævner afdelingen ved."}},
		{Path: "name", Type: inLanguages, Title: [2]string{"Name", "Navn"}, Note: [2]string{"One form, or one for each language: {en: Finance, da: Økonomi}.", "Én form, eller én for hvert sprog: {en: Finance, da: Økonomi}."}},
		{Path: "code", Type: "text", Title: [2]string{"Code", "Forkortelse"}, Note: [2]string{"The short form for tables; the first letters of the id where it is missing.", "Den korte form til tabeller; id'ets første bogstaver, hvis den mangler."}},
		{Path: "chief", Type: "id|map[]", Title: [2]string{"Chief", "Chef"}, Note: [2]string{"Who signs for the department, with the days of each term.", "Hvem der skriver under for afdelingen, med dagene for hver periode."}},
		{Path: "chief[].person", Type: "id", Title: [2]string{"Person", "Person"}, Note: [2]string{"The chief.", "Chefen."}},
		{Path: "chief[].title", Type: inLanguages, Title: [2]string{"Title", "Titel"}, Note: [2]string{"What the post is called.", "Hvad stillingen hedder."}},
		{Path: "chief[].from", Type: "date", Title: [2]string{"From", "Fra"}, Note: [2]string{"The first day.", "Den første dag."}},
		{Path: "chief[].until", Type: "date", Title: [2]string{"Until", "Til"}, Note: [2]string{"The last day; left out while the term lasts.", "Den sidste dag; udelades, så længe perioden varer."}},
		{Path: "deputies", Type: "id|map[]", Title: [2]string{"Deputies", "Stedfortrædere"}, Note: [2]string{"Who may sign instead of the chief.", "Hvem der må skrive under i stedet for chefen."}},
		{Path: "deputies[].person", Type: "id", Title: [2]string{"Person", "Person"}, Note: [2]string{"The deputy.", "Stedfortræderen."}},
		{Path: "deputies[].title", Type: inLanguages, Title: [2]string{"Title", "Titel"}, Note: [2]string{"What the post is called.", "Hvad stillingen hedder."}},
		{Path: "deputies[].from", Type: "date", Title: [2]string{"From", "Fra"}, Note: [2]string{"The first day.", "Den første dag."}},
		{Path: "deputies[].until", Type: "date", Title: [2]string{"Until", "Til"}, Note: [2]string{"The last day; left out while the term lasts.", "Den sidste dag; udelades, så længe perioden varer."}},
		{Path: "parent", Type: "id", Title: [2]string{"Parent", "Hører under"}, Note: [2]string{"The department that this one is part of.", "Den afdeling, som denne er en del af."}},
		{Path: "cost_centres", Type: "text[]", Title: [2]string{"Cost centres", "Omkostningssteder"}, Note: [2]string{"Where the department's money is booked.", "Hvor afdelingens penge bogføres."}},
		{Path: "reviewers", Type: "text|text[]", Title: [2]string{"Reviewers", "Godkendere"}, Note: [2]string{"Who reviews for the department, by their names at the forge: @org/marketing, or an e-mail address.", "Hvem der godkender ændringer for afdelingen, med navnet på git-værten: @org/marketing eller en e-mailadresse."}},
		{Path: "colour", Type: "text", Title: [2]string{"Colour", "Farve"}, Note: [2]string{"Not used: colours follow the order of departments in charterhouse.yaml.", "Bruges ikke: farver følger afdelingernes rækkefølge i charterhouse.yaml."}},
		{Path: "aliases", Type: "text[]", Title: [2]string{"Other names", "Andre navne"}, Note: [2]string{"Former ids, and names that people search for.", "Tidligere id'er og navne, som folk søger efter."}},
	},
	"people": {
		{Path: "id", Type: "id", Title: [2]string{"Id", "Id"}, Note: [2]string{"The permanent identifier; charters name the person by it.", "Den varige betegnelse, som chartre nævner personen ved."}},
		{Path: "name", Type: "text", Title: [2]string{"Name", "Navn"}, Note: [2]string{"As it is shown.", "Som det vises."}},
		{Path: "department", Type: "id|map[]", Title: [2]string{"Department", "Afdeling"}, Note: [2]string{"Where the person belongs, with the days if that changed.", "Hvor personen hører til, med dagene, hvis det har ændret sig."}},
		{Path: "department[].id", Type: "id", Title: [2]string{"Department", "Afdeling"}, Note: [2]string{"The home department.", "Stamafdelingen."}},
		{Path: "department[].title", Type: inLanguages, Title: [2]string{"Title", "Titel"}, Note: [2]string{"What the post is called.", "Hvad stillingen hedder."}},
		{Path: "department[].from", Type: "date", Title: [2]string{"From", "Fra"}, Note: [2]string{"The first day.", "Den første dag."}},
		{Path: "department[].until", Type: "date", Title: [2]string{"Until", "Til"}, Note: [2]string{"The last day; left out while it lasts.", "Den sidste dag; udelades, så længe det varer."}},
		{Path: "capacity", Type: "pct", Title: [2]string{"Capacity", "Arbejdstid"}, Note: [2]string{"The part of a full post; 100% where it is missing.", "Andelen af en fuldtidsstilling; 100%, hvis den mangler."}},
		{Path: "email", Type: "email", Title: [2]string{"E-mail", "E-mail"}, Note: [2]string{"Such as name@example.com.", "Som navn@example.com."}},
		{Path: "handle", Type: "text", Title: [2]string{"Handle", "Brugernavn"}, Note: [2]string{"The person's name at the forge, with its @.", "Personens navn på git-værten, med @ foran."}},
		{Path: "until", Type: "date", Title: [2]string{"Until", "Til"}, Note: [2]string{"The last day in the organisation; left out while here.", "Den sidste dag i organisationen; udelades, så længe personen er her."}},
		{Path: "aliases", Type: "id[]", Title: [2]string{"Former ids", "Tidligere id'er"}, Note: [2]string{"Ids that still lead here.", "Id'er, der stadig fører hertil."}},
	},
	"areas": {
		{Path: "id", Type: "id", Title: [2]string{"Id", "Id"}, Note: [2]string{"The permanent identifier; charters name the area by it.", "Den varige betegnelse, som chartre nævner området ved."}},
		{Path: "name", Type: inLanguages, Title: [2]string{"Name", "Navn"}, Note: [2]string{"One form, or one for each language.", "Én form, eller én for hvert sprog."}},
		{Path: "parent", Type: "id", Title: [2]string{"Parent", "Hører under"}, Note: [2]string{"The area that this one is part of.", "Det område, som dette er en del af."}},
		{Path: "standing_owner", Type: "id", Title: [2]string{"Standing owner", "Fast ejer"}, Note: [2]string{"The department that answers for it everywhere, unless a charter says why not.", "Den afdeling, der har ansvaret overalt, medmindre et charter begrunder andet."}},
		{Path: "required_for", Type: "joint|single[]", Title: [2]string{"Required for", "Kræves i"}, Note: [2]string{"The kinds of charter that must have a row for it.", "De slags chartre, der skal have en række om det."}},
		{Path: "aliases", Type: "id[]", Title: [2]string{"Former ids", "Tidligere id'er"}, Note: [2]string{"Ids that still lead here.", "Id'er, der stadig fører hertil."}},
	},
	"objectives": {
		{Path: "id", Type: "id", Title: [2]string{"Id", "Id"}, Note: [2]string{"The permanent identifier; charters write objective: before it.", "Den varige betegnelse; chartre skriver objective: foran."}},
		{Path: "text", Type: inLanguages, Title: [2]string{"Text", "Tekst"}, Note: [2]string{"What the organisation wants to reach.", "Hvad organisationen vil nå."}},
		{Path: "owner", Type: "id", Title: [2]string{"Owner", "Ejer"}, Note: [2]string{"The department that answers for it.", "Den afdeling, der har ansvaret for det."}},
		{Path: "period", Type: "period", Title: [2]string{"Period", "Periode"}, Note: [2]string{"A year, a quarter or a month: 2027, 2027-Q1, 2027-03.", "Et år, et kvartal eller en måned: 2027, 2027-Q1, 2027-03."}},
		{Path: "aliases", Type: "id[]", Title: [2]string{"Former ids", "Tidligere id'er"}, Note: [2]string{"Ids that still lead here.", "Id'er, der stadig fører hertil."}},
	},
	"rates": {
		{Path: "base", Type: "text", Title: [2]string{"Base", "Grundvaluta"}, Note: [2]string{"The currency that one unit of each other is worth so much of.", "Den valuta, som én enhed af hver anden er så meget værd i."}},
		{Path: "date", Type: "date", Title: [2]string{"Date", "Dato"}, Note: [2]string{"The day of the rates; every converted total shows it.", "Dagen for kurserne; den vises ved alle omregnede beløb."}},
		{Path: "source", Type: "text", Title: [2]string{"Source", "Kilde"}, Note: [2]string{"Where the rates come from.", "Hvor kurserne kommer fra."}},
		{Path: "rates", Type: "map", Title: [2]string{"Rates", "Kurser"}, Note: [2]string{"What one unit of each currency is worth: EUR: 7.46.", "Hvad én enhed af hver valuta er værd: EUR: 7.46."}},
		{Path: "rates.*", Type: "rate", Title: [2]string{"Rate", "Kurs"}, Note: [2]string{"A decimal number above zero.", "Et decimaltal over nul."}},
	},
}

var configFields = []charter.Field{
	{Path: "title", Type: "text", Title: [2]string{"Title", "Titel"}, Note: [2]string{"What the site is called.", "Hvad siden hedder."}},
	{Path: "languages", Type: "text|text[]", Title: [2]string{"Languages", "Sprog"}, Note: [2]string{"Of the pages; the first is the main one. A charter may be written in any of them.", "Sidernes sprog; det første er hovedsproget. Et charter kan skrives på hvert af dem."}},
	{Path: "departments", Type: "id[]", Title: [2]string{"Departments", "Afdelinger"}, Note: [2]string{"The order of their colours in figures and tables.", "Rækkefølgen af deres farver i figurer og tabeller."}},
	{Path: "reporting_currency", Type: "text", Title: [2]string{"Reporting currency", "Rapporteringsvaluta"}, Note: [2]string{"For totals over several currencies, by registers/rates.yml.", "Til beløb på tværs af valutaer efter registers/rates.yml."}},
	{Path: "fiscal_year_starts", Type: "number", Title: [2]string{"Fiscal year starts", "Regnskabsåret begynder"}, Note: [2]string{"The number of the month, from 1 to 12.", "Månedens nummer, fra 1 til 12."}},
	{Path: "repository", Type: "text|map", Title: [2]string{"Repository", "Repository"}, Note: [2]string{"Where the files can be edited in a browser: https://github.com/our-org/charters.", "Hvor filerne kan redigeres i en browser: https://github.com/vores-org/charters."}},
	{Path: "repository.url", Type: "text", Title: [2]string{"Address", "Adresse"}, Note: [2]string{"As the browser shows it.", "Som browseren viser den."}},
	{Path: "repository.forge", Type: charter.Choice(Forges), Title: [2]string{"Forge", "Git-vært"}, Note: [2]string{"Its kind, where the address does not tell.", "Hvilken slags det er, hvis adressen ikke siger det."}},
	{Path: "repository.branch", Type: "text", Title: [2]string{"Branch", "Gren"}, Note: [2]string{"The branch that is edited and that changes are proposed for; main where it is missing.", "Den gren, der redigeres, og som ændringer foreslås til; main, hvis den mangler."}},
	{Path: "repository.folder", Type: "text", Title: [2]string{"Folder", "Mappe"}, Note: [2]string{"Of the content in the repository, where it cannot be seen.", "Indholdets mappe i repositoryet, hvor det ikke kan ses."}},
	{Path: "reviewers", Type: "text|text[]", Title: [2]string{"Reviewers", "Godkendere"}, Note: [2]string{"Who reviews registers and this file, by their names at the forge.", "Hvem der godkender ændringer i registrene og denne fil, med navnet på git-værten."}},
	{Path: "editor", Type: "map", Title: [2]string{"Web editor", "Redigering i browseren"}, Note: [2]string{"Puts a web editor for the repository under admin/; see docs/web-editor.md.", "Lægger et redigeringsprogram til repositoryet under admin/; se docs/web-editor.md."}},
	{Path: "editor.app_id", Type: "text", Title: [2]string{"Application id", "Program-id"}, Note: [2]string{"That the forge gave the editor when it was registered there.", "Som git-værten gav, da programmet blev registreret."}},
	{Path: "editor.auth", Type: "text", Title: [2]string{"Sign-in server", "Loginserver"}, Note: [2]string{"The small server of yours that GitHub needs to sign in.", "Den lille server hos jer, som GitHub kræver til login."}},
	{Path: "publish", Type: "map", Title: [2]string{"Publish", "Udgivelse"}, Note: [2]string{"Where the site is published, by name; see docs/publishing.md. Never with passwords or keys.", "Hvor siden udgives, efter navn; se docs/publishing.md. Aldrig med adgangskoder eller nøgler."}},
	{Path: "publish.*", Type: "map", Title: [2]string{"Place", "Sted"}, Note: [2]string{"Named on the command line: charterhouse publish intranet.", "Nævnes på kommandolinjen: charterhouse publish intranet."}},
	{Path: "publish.*.to", Type: "text", Title: [2]string{"Address", "Adresse"}, Note: [2]string{"A folder, s3://bucket/prefix or sftp://user@host/path.", "En mappe, s3://bucket/præfiks eller sftp://bruger@vært/sti."}},
	{Path: "publish.*.endpoint", Type: "text", Title: [2]string{"Endpoint", "Tjenesteadresse"}, Note: [2]string{"Of an object store that is not Amazon's: https://store.example.org.", "På et objektlager, der ikke er Amazons: https://lager.example.org."}},
	{Path: "publish.*.region", Type: "text", Title: [2]string{"Region", "Region"}, Note: [2]string{"Of an object store, such as eu-west-1.", "For et objektlager, for eksempel eu-west-1."}},
	{Path: "publish.*.encoding", Type: "gzip", Title: [2]string{"Encoding", "Pakning"}, Note: [2]string{"gzip: an object store holds texts packed, and says so to every browser.", "gzip: objektlageret gemmer tekster pakket og siger det til enhver browser."}},
	{Path: "theme", Type: "id", Title: [2]string{"Theme", "Tema"}, Note: [2]string{"A folder below themes/; the default theme where it is missing.", "En mappe under themes/; standardtemaet, hvis den mangler."}},

	{Path: "rules", Type: "map", Title: [2]string{"Rules", "Regler"}, Note: [2]string{"The numbers that rules depend on.", "De tal, som reglerne afhænger af."}},
	{Path: "rules.update_days", Type: "number", Title: [2]string{"Days between updates", "Dage mellem statusrapporter"}, Note: [2]string{"Of an active charter: 30.", "For et aktivt charter: 30."}},
	{Path: "rules.return_grace_days", Type: "number", Title: [2]string{"Days of grace for returns", "Frist for tilbagevenden i dage"}, Note: [2]string{"Until an open return is overdue: 14.", "Før en åben tilbagevenden er forsinket: 14."}},
	{Path: "rules.return_from", Type: "pct", Title: [2]string{"Return from", "Tilbagevenden fra"}, Note: [2]string{"The allocation from which a return must be agreed: 50%.", "Den tidsandel, hvorfra tilbagevenden skal aftales: 50%."}},
	{Path: "rules.token_share", Type: "pct", Title: [2]string{"Token share", "Symbolsk andel"}, Note: [2]string{"A share below this is a token: 5%.", "En andel under denne er symbolsk: 5%."}},
	{Path: "rules.longest_months", Type: "number", Title: [2]string{"Longest timeframe", "Længste tidsramme"}, Note: [2]string{"In months: 24.", "I måneder: 24."}},
	{Path: "rules.benefit_months", Type: "number", Title: [2]string{"Benefit window", "Gevinstperiode"}, Note: [2]string{"Months after the end in which goals may be measured: 12.", "Måneder efter slutdatoen, hvor mål kan måles: 12."}},
	{Path: "rules.approval_days", Type: "number", Title: [2]string{"Days between signatures", "Dage mellem underskrifter"}, Note: [2]string{"From the first to the last: 60.", "Fra den første til den sidste: 60."}},
	{Path: "rules.amendment_days", Type: "number", Title: [2]string{"Days for an amendment", "Dage til et tillæg"}, Note: [2]string{"To collect its signatures: 30.", "Til at samle underskrifterne: 30."}},
	{Path: "rules.ending_days", Type: "number", Title: [2]string{"Days before the end", "Dage før afslutning"}, Note: [2]string{"In which a charter is called ending: 90.", "Hvor et charter kaldes snart afsluttet: 90."}},

	{Path: "required", Type: "map", Title: [2]string{"Required", "Krævet"}, Note: [2]string{"Changes to what a charter needs at which status.", "Ændringer af, hvad et charter skal have ved hvilken status."}},
	{Path: "required.*", Type: "map", Title: [2]string{"Key of a charter", "Nøgle i et charter"}, Note: [2]string{"The need at each status.", "Kravet ved hver status."}},
	{Path: "required.*.*", Type: charter.Choice(needWords), Title: [2]string{"Need", "Krav"}, Note: [2]string{"optional, required or refused.", "optional, required eller refused."}},
	{Path: "severity", Type: "map", Title: [2]string{"Severity", "Alvor"}, Note: [2]string{"How grave the findings of a rule are, by its code: F012: note.", "Hvor alvorlige en regels fund er, efter dens kode: F012: note."}},
	{Path: "severity.*", Type: "error|warning|note|off", Title: [2]string{"Severity", "Alvor"}, Note: [2]string{"error, warning, note or off.", "error, warning, note eller off."}},

	{Path: "fields", Type: "map", Title: [2]string{"Own fields", "Egne felter"}, Note: [2]string{"What charters may say below x:.", "Hvad chartre kan sige under x:."}},
	{Path: "fields.*", Type: "field|map", Title: [2]string{"Own field", "Eget felt"}, Note: [2]string{"Its type, or keys that say more.", "Dets type, eller nøgler, der siger mere."}},
	{Path: "fields.*.type", Type: "field", Title: [2]string{"Type", "Type"}, Note: [2]string{"What stands there; with [] behind it, a list.", "Hvad der står der; med [] efter er det en liste."}},
	{Path: "fields.*.name", Type: inLanguages, Title: [2]string{"Name", "Navn"}, Note: [2]string{"One form, or one for each language.", "Én form, eller én for hvert sprog."}},
	{Path: "fields.*.note", Type: inLanguages, Title: [2]string{"Note", "Forklaring"}, Note: [2]string{"What the field is for.", "Hvad feltet er til."}},
	{Path: "fields.*.values", Type: "values", Title: [2]string{"Values", "Værdier"}, Note: [2]string{"Of a choice: a list of ids, or names by id.", "Af et valg: en liste af id'er, eller navne efter id."}},
	{Path: "fields.*.required", Type: "statuses", Title: [2]string{"Required", "Kræves"}, Note: [2]string{"The statuses at which it must be there, or true for all.", "De statusser, hvor det skal være der, eller true for alle."}},

	{Path: "profiles", Type: "map", Title: [2]string{"Profiles", "Profiler"}, Note: [2]string{"Audiences that a site may be built for, each below its name; see docs/profiles.md.", "Målgrupper, som en side kan bygges til, hver under sit navn; se docs/profiles.md."}},
	{Path: "profiles.*", Type: "map", Title: [2]string{"Profile", "Profil"}, Note: [2]string{"What this audience may read: charterhouse build --profile public.", "Hvad denne målgruppe må læse: charterhouse build --profile public."}},
	{Path: "profiles.*.name", Type: inLanguages, Title: [2]string{"Name", "Navn"}, Note: [2]string{"For whom the site is, as its footer says.", "Hvem siden er til, som der står i sidefoden."}},
	{Path: "profiles.*.title", Type: "text", Title: [2]string{"Title", "Titel"}, Note: [2]string{"What the site is called for them, if something else.", "Hvad siden hedder for dem, hvis noget andet."}},
	{Path: "profiles.*.restricted", Type: charter.Choice(restrictionWords), Title: [2]string{"Restricted charters", "Fortrolige chartre"}, Note: [2]string{"omit leaves them out; outline keeps title, status, days and departments; show keeps them. omit where nothing is said.", "omit udelader dem; outline bevarer titel, status, dage og afdelinger; show bevarer dem. omit, hvis intet er sagt."}},
	{Path: "profiles.*.names", Type: charter.Choice(nameWords), Title: [2]string{"Names", "Navne"}, Note: [2]string{"roles shows what people do instead of who they are.", "roles viser, hvad folk gør, i stedet for hvem de er."}},
	{Path: "profiles.*.withhold", Type: "text|text[]", Title: [2]string{"Withhold", "Tilbagehold"}, Note: [2]string{"Keys of charters that are left out, such as budget, risks, updates or x.vendor; also body and attachments.", "Nøgler i chartre, der udelades, for eksempel budget, risks, updates eller x.vendor; også body og attachments."}},

	{Path: "policies", Type: "map", Title: [2]string{"Own rules", "Egne regler"}, Note: [2]string{"Rules in the form of questions, each below a code that begins with X-.", "Regler i form af spørgsmål, hver under en kode, der begynder med X-."}},
	{Path: "policies.*", Type: "map", Title: [2]string{"Own rule", "Egen regel"}, Note: [2]string{"What it is about, and what must hold.", "Hvad den handler om, og hvad der skal gælde."}},
	{Path: "policies.*.title", Type: inLanguages, Title: [2]string{"Title", "Titel"}, Note: [2]string{"What the rule asks, in one line.", "Hvad reglen kræver, på én linje."}},
	{Path: "policies.*.for", Type: "text", Title: [2]string{"For", "For"}, Note: [2]string{"charter, payer, or a field such as lead to count by.", "charter, payer eller et felt som lead at tælle efter."}},
	{Path: "policies.*.where", Type: "text", Title: [2]string{"Where", "Hvor"}, Note: [2]string{"Which charters it is about.", "Hvilke chartre den handler om."}},
	{Path: "policies.*.must", Type: "text", Title: [2]string{"Must", "Skal"}, Note: [2]string{"The condition that they keep.", "Betingelsen, de skal opfylde."}},
	{Path: "policies.*.at_most", Type: "number", Title: [2]string{"At most", "Højst"}, Note: [2]string{"As many charters for each.", "Så mange chartre for hver."}},
	{Path: "policies.*.at_least", Type: "number", Title: [2]string{"At least", "Mindst"}, Note: [2]string{"As many charters for each.", "Så mange chartre for hver."}},
	{Path: "policies.*.at_the_same_time", Type: "bool", Title: [2]string{"At the same time", "Samtidig"}, Note: [2]string{"Count only those that run at the same time.", "Tæl kun dem, der løber samtidig."}},
	{Path: "policies.*.severity", Type: "error|warning|note|off", Title: [2]string{"Severity", "Alvor"}, Note: [2]string{"error, warning, note or off.", "error, warning, note eller off."}},
	{Path: "policies.*.message", Type: inLanguages, Title: [2]string{"Message", "Besked"}, Note: [2]string{"What a finding says; fields stand in braces.", "Hvad et fund siger; felter står i krøllede parenteser."}},
	{Path: "policies.*.hint", Type: inLanguages, Title: [2]string{"Hint", "Råd"}, Note: [2]string{"What to write instead.", "Hvad man skal skrive i stedet."}},
	{Path: "policies.*.why", Type: inLanguages, Title: [2]string{"Why", "Hvorfor"}, Note: [2]string{"Why the rule is there.", "Hvorfor reglen findes."}},
	{Path: "policies.*.examples", Type: "map", Title: [2]string{"Examples", "Eksempler"}, Note: [2]string{"Small charters that the rule is tried on.", "Små chartre, som reglen prøves på."}},
	{Path: "policies.*.examples.pass", Type: "example", Title: [2]string{"Pass", "Holder"}, Note: [2]string{"What keeps the rule.", "Det, der overholder reglen."}},
	{Path: "policies.*.examples.fail", Type: "example", Title: [2]string{"Fail", "Bryder"}, Note: [2]string{"What breaks it.", "Det, der bryder den."}},
}

// registerNamings say what ids in registers and configuration name, by register
// and path.
var registerNamings = map[string]charter.Naming{
	"departments id": charter.ADepartment, "departments chief": charter.APerson, "departments chief[].person": charter.APerson, "departments deputies": charter.APerson,
	"departments deputies[].person": charter.APerson, "departments parent": charter.ADepartment,
	"people id": charter.APerson, "people department": charter.ADepartment, "people department[].id": charter.ADepartment,
	"areas id": charter.AnArea, "areas parent": charter.AnArea, "areas standing_owner": charter.ADepartment,
	"objectives id": charter.AnObjective, "objectives owner": charter.ADepartment,
	"rates base": charter.ACurrency, "charterhouse departments": charter.ADepartment, "charterhouse reporting_currency": charter.ACurrency, "charterhouse languages": charter.ALanguage,
}

// keysOf returns the keys directly below a path, with what people write instead.
func keysOf(fields []charter.Field, path string, of diag.Text, aliases ...string) facts.Keys {
	return *charter.KeysOf(fields, path, of, aliases...)
}

// tenure has the keys of a person's term and of a person's home.
func tenure() facts.Keys {
	k := keysOf(registerFields["departments"], "chief[]", diag.Say("a term of office"), "to", "until", "department", "id")
	for _, f := range charter.Below(registerFields["people"], "department[]") {
		if !slices.Contains(k.Known, f.Key()) {
			k.Known = append(k.Known, f.Key())
		}
	}
	return k
}

// Rows are the fields of the table of what is required when, in order of name.
func (r Required) Rows() []string { return slices.Sorted(maps.Keys(r)) }

// FieldsOf lists the keys of a file by its path below the content folder, with
// the name of its schema: "charter", "approvals", "charterhouse", or that of a
// register. records says that the file is a list of records.
func FieldsOf(file string) (name string, fields []charter.Field, records bool) {
	top, rest, below := strings.Cut(file, "/")
	stem, _, _ := strings.Cut(rest, ".")
	switch {
	case file == "charterhouse.yaml" || file == "charterhouse.yml":
		return "charterhouse", configFields, false
	case top == "registers" && registerFields[stem] != nil:
		return stem, registerFields[stem], stem != "rates"
	case top == "approvals" && below:
		return "approvals", approvalFields, true
	case top == "charters" && strings.Contains(rest, "/updates/"):
		return "update", updateFields, false
	case top == "charters" && strings.HasSuffix(file, ".md"):
		return "charter", charter.Fields(), false
	}
	return "", nil, false
}

var approvalFields, updateFields = lifted("approvals[]."), lifted("updates[].")

// lifted are the fields of a charter's list as those of a file of its own.
func lifted(path string) (all []charter.Field) {
	for _, f := range charter.Fields() {
		if rest, ok := strings.CutPrefix(f.Path, path); ok {
			f.Path = rest
			all = append(all, f)
		}
	}
	return all
}

// Naming says what the value of a field names, by the name of its file's schema.
func Naming(name, path string) charter.Naming {
	switch name {
	case "charter":
		return charter.Names(path)
	case "approvals":
		return charter.Names("approvals[]." + path)
	case "update":
		return charter.Names("updates[]." + path)
	}
	return registerNamings[name+" "+path]
}
