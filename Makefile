# All that is done with this repository, by name. `make` alone lists the names.

AS_OF    ?= 2026-11-16
FUZZ     ?= 10000x
AXE      := 4.14.1
MORPH    := 0.8.0
STEMMERS := 3.1.18
PORTER2  := 1.1.0
DECAP    := 3.16.3
HUGO     := v0.165.0
VERSITYGW := v1.8.0

CHARTERHOUSE := CGO_ENABLED=0 go run -trimpath ./cmd/charterhouse
TOOL         := go tool -modfile=tools/go.mod

# Packages whose code runs on several goroutines and is cheap to run under the race detector; make soak runs all.
CONCURRENT := ./internal/portfolio/... ./internal/theme/... ./internal/site/...

.DEFAULT_GOAL := help
.PHONY: help build site test race lint fuzz soak vuln bench bench-past bench-live bench-lsp bench-hugo browser office neovim axe idiomorph stemmers cms shots servers release licences bench-pages clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

build: ## the program, as it is released: bin/charterhouse
	CGO_ENABLED=0 go build -trimpath -ldflags=-buildid= -o bin/charterhouse ./cmd/charterhouse

release: ## the program for every system, checksums and bills of materials: dist/
	rm -rf dist
	go run ./internal/supply/release -out dist

licences: ## write the licences of all that is in the program anew, after a dependency changed
	go run ./internal/supply/release -licences

site: ## the sample portfolio of content/ as a site: public/index.html
	$(CHARTERHOUSE) build --as-of $(AS_OF) --out public content

# The browser, the preview and the watcher go one after the other: on two cores they disturb each other.
ALONE := internal/browser$$|internal/preview$$|internal/watch$$|internal/publish$$

test: browser office neovim servers ## vet and all tests: in a browser, a spreadsheet, an editor and web servers, too
	go vet ./...
	go test -p 2 -count=1 -timeout 15m $$(go list ./... | grep -vE '$(ALONE)')
	go test -p 1 -count=1 -timeout 15m $$(go list ./... | grep -E '$(ALONE)')

# The race detector needs cgo and a C compiler, which building and testing Charterhouse otherwise does not.
race: ## the race detector, where several goroutines share something
	@if [ "$$(go env CGO_ENABLED)" = 1 ] && command -v "$$(go env CC)" >/dev/null; then \
		set -e; echo go test -race $(CONCURRENT); go test -race -timeout 15m $(CONCURRENT); \
		echo "and the rules, where they are asked side by side"; go test -race -timeout 15m -run Fault ./internal/check; \
		echo "and the preview, hearing and changing"; go test -race -timeout 15m -run 'Hear|NothingIs' ./internal/preview; \
	else \
		echo "no C compiler here, so nothing was looked at with the race detector"; \
	fi

lint: ## gofmt, vet and staticcheck, at the version that tools/go.mod pins, and the layout of the sample
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "not formatted with gofmt:"; echo "$$bad"; exit 1; fi
	go vet ./...
	$(TOOL) staticcheck ./...
	$(CHARTERHOUSE) fmt --check content

# Inputs are counted, not seconds: at the end of a time the tool may take its own deadline for a failure.
fuzz: ## every fuzz target for FUZZ inputs (10000x), or for a time as 60s
	@set -e; count=0; \
	for package in $$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...); do \
		found=$$(go test -list '^Fuzz' $$package); \
		for target in $$(echo "$$found" | grep '^Fuzz' || true); do \
			echo "go test -fuzz ^$$target\$$ -fuzztime $(FUZZ) $$package"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ) -fuzzminimizetime 1s $$package; \
			count=$$((count + 1)); \
		done; \
	done; \
	echo "$$count fuzz targets"; [ $$count -gt 0 ]

soak: browser office neovim servers bin/versitygw ## some hours: everything under the race detector, faults by the thousand, then 200,000 inputs for every fuzz target
	go test -race -count=1 -timeout 60m ./...
	go test -count=1 -timeout 60m -run 'TestKilled|TestVersionsKilled' ./internal/publish -kills 1000
	go test -count=1 -timeout 60m -v -run TestUnderNginx ./internal/publish -republishes 200
	go test -count=1 -timeout 60m -v -run TestFaults/killed ./cmd/charterhouse -kills 1000
	go test -count=1 -timeout 60m -v -run TestServedWhileRebuilt ./cmd/charterhouse -rebuilds 200
	go test -count=1 -timeout 60m -v -run 'TestOneFault|TestFaultsThatStay|TestKilled' ./internal/remote -faults -kills 500
	go test -count=1 -timeout 60m ./internal/remote -versitygw $(CURDIR)/bin/versitygw
	go test -count=1 -timeout 60m -v -run TestSwaps ./internal/serve -swaps 2000
	go test -count=1 -timeout 60m -v -run TestSameAnywhere ./internal/supply/release -releases
	go test -count=1 -timeout 60m -v -run TestEveryCommit ./internal/change -commits 5000
	go test -count=1 -timeout 60m -run TestSameInputsSamePage ./internal/desk -edits 500
	go test -count=1 -timeout 60m -v -run TestSoak ./internal/preview -soak 10m
	@$(MAKE) --no-print-directory fuzz FUZZ=200000x

vuln: ## known faults in what we link; asks vuln.go.dev, so it is no part of CI
	$(TOOL) govulncheck ./...

bench: ## cold build, unchanged rebuild, one changed charter and memory beside the floor, for 100, 1,000 and 10,000 charters
	go run ./internal/bench/compare
	@$(MAKE) --no-print-directory bench-live

bench-past: ## how long reading the history takes beside git log itself, for 10,000 charters and 20,000 commits
	go run ./internal/bench/past

bench-live: browser ## how soon the preview shows what was saved, in a real browser, for 100, 1,000 and 10,000 charters
	go run ./internal/bench/live

bench-pages: browser ## how soon pages of the sample and of 100 charters show something on slow 4G, in a real browser, and what they weigh
	go run ./internal/bench/pages

bench-lsp: ## how soon the language server answers an editor, for 100, 1,000 and 10,000 charters
	go run ./internal/bench/lsp

bench-hugo: ## the same with Hugo beside it, which is built into bin/ first
	GOBIN=$(CURDIR)/bin CGO_ENABLED=0 go install github.com/gohugoio/hugo@$(HUGO)
	go run ./internal/bench/compare -hugo bin/hugo

browser: ## find Chromium or Chrome for the tests; on Debian as root, install it
	@for name in $${CHROME:-chromium chromium-browser google-chrome google-chrome-stable}; do \
		if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ -n "$$CHROME" ]; then echo "CHROME names no program: $$CHROME" >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; \
	else \
		echo "the tests need Chromium or Chrome: install one, for instance with 'apt install chromium', or set CHROME to its path" >&2; \
		exit 1; \
	fi

office: ## find LibreOffice for the tests; on Debian as root, install it
	@for name in $${SOFFICE:-soffice libreoffice /Applications/LibreOffice.app/Contents/MacOS/soffice}; do \
		if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ -n "$$SOFFICE" ]; then echo "SOFFICE names no program: $$SOFFICE" >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libreoffice-calc; \
	else \
		echo "the tests need LibreOffice Calc: install it, for instance with 'apt install libreoffice-calc', or set SOFFICE to its path" >&2; \
		exit 1; \
	fi

neovim: ## find Neovim for the tests of the language server; on Debian as root, install it
	@if command -v "$${NVIM_PROGRAM:-nvim}" >/dev/null; then exit 0; fi; \
	if [ -n "$$NVIM_PROGRAM" ]; then echo "NVIM_PROGRAM names no program: $$NVIM_PROGRAM" >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends neovim; \
	else \
		echo "the tests need Neovim: install it, for instance with 'apt install neovim', or set NVIM_PROGRAM to its path" >&2; \
		exit 1; \
	fi

servers: ## find nginx, Caddy, Apache and OpenSSH's server for the tests; on Debian as root, install them
	@PATH=$$PATH:/usr/sbin; missing=""; \
	for pair in nginx:nginx caddy:caddy apache2:apache2 sshd:openssh-server; do \
		command -v "$${pair%%:*}" >/dev/null || missing="$$missing $${pair#*:}"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; \
	else \
		echo "the tests need$$missing: install them, for instance with 'apt install$$missing'" >&2; \
		exit 1; \
	fi

bin/versitygw: # a store that speaks S3, for make soak; takes some minutes to build
	GOBIN=$(CURDIR)/bin CGO_ENABLED=0 go install github.com/versity/versitygw/cmd/versitygw@$(VERSITYGW)

axe: ## fetch the accessibility checker of the browser tests anew, at the version named above
	@dir=$$(mktemp -d) && trap 'rm -r "$$dir"' EXIT && to=$(CURDIR)/internal/browser/testdata/axe && cd "$$dir" && \
	npm pack --silent axe-core@$(AXE) && tar xzf axe-core-$(AXE).tgz && \
	cp package/axe.min.js package/LICENSE package/LICENSE-3RD-PARTY.txt "$$to" && \
	sed -i.old '1s/axe-core [0-9.]*,/axe-core $(AXE),/' "$$to/README.md" && rm "$$to/README.md.old" && head -1 "$$to/README.md"

idiomorph: ## fetch the library that changes pages in place anew, at the version named above
	@dir=$$(mktemp -d) && trap 'rm -r "$$dir"' EXIT && to=$(CURDIR)/themes/preview/assets && cd "$$dir" && \
	npm pack --silent idiomorph@$(MORPH) && tar xzf idiomorph-$(MORPH).tgz && \
	cp package/dist/idiomorph.min.js "$$to/idiomorph.js" && \
	{ echo "idiomorph $(MORPH), https://github.com/bigskysoftware/idiomorph, fetched by make idiomorph"; echo; cat package/LICENSE; } >"$$to/idiomorph.LICENSE.txt" && \
	head -1 "$$to/idiomorph.LICENSE.txt"

stemmers: ## fetch the stemmers of the search anew, at the versions named above; the tests then compare them with those in Go
	@dir=$$(mktemp -d) && trap 'rm -r "$$dir"' EXIT && to=$(CURDIR)/themes/default/assets && cd "$$dir" && \
	npm pack --silent @orama/stemmers@$(STEMMERS) porter2@$(PORTER2) >/dev/null && \
	mkdir orama porter2 && tar xzf orama-stemmers-*.tgz -C orama && tar xzf porter2-*.tgz -C porter2 && \
	wrap() { echo "(function (exports) {"; grep -v '^//# sourceMappingURL' "$$2"; echo "window.charterhouseStems.$$1 = exports.$$3; })({});"; } && \
	{ echo "/* What is left of a word without its endings. Danish and German: @orama/stemmers $(STEMMERS), Apache-2.0; English: porter2 $(PORTER2), MIT."; \
	  echo "   The licences stand in stemmers.LICENSE.txt; fetched by make stemmers. */"; \
	  echo "window.charterhouseStems = {};"; \
	  wrap da orama/package/dist/dk.cjs stemmer; wrap de orama/package/dist/de.cjs stemmer; wrap en porter2/package/dist/index.js stem; } >"$$to/stemmers.js" && \
	{ echo "@orama/stemmers $(STEMMERS), https://github.com/oramasearch/orama"; echo; cat orama/package/LICENSE.md; \
	  echo; echo "porter2 $(PORTER2), https://github.com/eilvelia/porter2.js"; echo; cat porter2/package/LICENSE; } >"$$to/stemmers.LICENSE.txt" && \
	head -1 "$$to/stemmers.js"

cms: ## fetch the web editor anew, at the version named above; it stands packed, and only sites that ask for it hold it
	@dir=$$(mktemp -d) && trap 'rm -r "$$dir"' EXIT && to=$(CURDIR)/themes/admin/assets && cd "$$dir" && \
	npm pack --silent decap-cms@$(DECAP) >/dev/null && tar xzf decap-cms-$(DECAP).tgz && \
	gzip -9nc package/dist/decap-cms.js >"$$to/decap-cms.js.gz" && \
	{ echo "Decap CMS $(DECAP), https://github.com/decaporg/decap-cms, fetched by make cms"; echo; \
	  cat "$$to/../decap-cms.MIT.txt"; echo; echo "It holds, among others:"; echo; cat package/dist/decap-cms.js.LICENSE.txt; } >"$$to/decap-cms.LICENSE.txt" && \
	head -1 "$$to/decap-cms.LICENSE.txt"

shots: browser site ## pictures of every kind of page, at three widths, light, dark and on paper: bin/shots/
	go run ./internal/browser/shots public bin/shots

clean: ## remove what these targets made
	rm -rf bin dist public
