package site

import (
	"io"

	"charterhouse/internal/ask"
	"charterhouse/internal/export"
	"charterhouse/internal/markdown"
	"charterhouse/internal/portfolio"
	"charterhouse/internal/theme"
)

// addQuestions enters a page for each saved question, and one that lists them.
func addQuestions(s *Site, pages pages) {
	all := s.p.Questions()
	if len(all) == 0 {
		return
	}
	pages["questions/index.html"] = page{section: "rollup", make: func(v *voice) (content, error) {
		d := questionsPage{Home: v.home}
		for _, q := range all {
			d.Questions = append(d.Questions, questionLine{Href: v.href(questionAddress(q)), Title: q.Name(v.lang), Description: q.Description.In(v.lang)})
		}
		return content{Title: v.words.T("questions.title"), Template: "questions", Data: d}, nil
	}}
	for _, q := range all {
		pages[questionAddress(q)] = page{section: "rollup", make: func(v *voice) (content, error) {
			return content{Title: q.Name(v.lang), Template: "question", Data: newQuestionPage(v, q)}, nil
		}}
		if b, _ := ask.Bind(s.p, q.Query); b != nil {
			pages[questionFile(q)] = page{write: func(w io.Writer, v *voice) error {
				a, _ := v.site.answer(q.Query, v.lang)
				return export.CSV(w, v.speech(), v.answerTable(a, q.Name(v.lang)))
			}}
		}
	}
}

func questionAddress(q *portfolio.Question) string { return "questions/" + string(q.ID) + ".html" }

// questionFile is the answer as CSV.
func questionFile(q *portfolio.Question) string { return "questions/" + string(q.ID) + ".csv" }

type questionsPage struct {
	Home      string
	Questions []questionLine
}

type questionLine struct{ Href, Title, Description string }

// A questionPage is what templates/question.html is given.
type questionPage struct {
	Home, Title, Lede, File string
	CSV                     string // the answer's file
	Lang                    string // of the prose, where it is another than the page's
	Prose                   theme.Fragment
	Answer                  *answerView // nil where the question cannot be asked
}

func newQuestionPage(v *voice, q *portfolio.Question) questionPage {
	d := questionPage{Home: v.home, Title: q.Name(v.lang), Lede: q.Description.In(v.lang), File: q.File}
	if a, ok := v.site.answer(q.Query, v.lang); ok {
		view := v.answer(a, "q-answer")
		d.Answer, d.CSV = &view, v.href(questionFile(q))
	} else if v.site.p.Veil() != nil { // nothing is wrong with it
		d.Answer = &answerView{Notes: []string{v.words.T("withheld.question")}}
	}
	lang := cmpOr(q.Lang, v.site.p.Config().Languages[0])
	if lang != v.lang {
		d.Lang = lang
	}
	if q.Body.Words > 0 || len(q.Body.Queries) > 0 {
		links := v.site.p.LinksOf(q)
		var b theme.Builder
		v.answers(&b, &q.Body, q.Asked, "q-", func(i int, l markdown.Link) markdown.Target { return v.linkTarget(links[i].Target, l) })
		d.Prose = b.Fragment()
	}
	return d
}
