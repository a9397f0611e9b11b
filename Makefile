# Each target installs what it needs. `make run` starts the program, `make test` runs every check and test.
SHELL := /bin/bash
UV := $(or $(shell command -v uv 2>/dev/null),var/uv/bin/uv)
RUN := $(UV) run --frozen --no-sync
JOBS ?= 2
# Compiled modules are kept, whatever the shell says: without them each process spends three seconds compiling 2,000 files.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run demo test check bench format web messages screenshots clean browser
.DEFAULT_GOAL := help

help:  ## show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 14

run: .venv/.synced web/dist/.built  ## start the program on 127.0.0.1:8000 with the demo district
	@exec .venv/bin/yigang run

test: check browser  ## every check, every test, the browser's too
	$(RUN) pytest -n $(JOBS) --dist worksteal

CHECKS := types web-types web-tests templates policies imports style form
style := $(RUN) ruff check .
form := $(RUN) ruff format --check .
types := $(RUN) mypy
imports := $(RUN) lint-imports
templates := $(RUN) djlint --lint --quiet src
policies := $(RUN) yigang policy check
web-types := npm --prefix web run --silent check
web-tests := npm --prefix web run --silent test

check: .venv/.synced web/dist/.built  ## lint, types, imports, templates, front end; as many at once as JOBS
	@$(MAKE) --no-print-directory --keep-going --output-sync=target -j $(JOBS) $(CHECKS:%=check-%)

.PHONY: $(CHECKS:%=check-%)
$(CHECKS:%=check-%):
	$($(@:check-%=%))

bench: .venv/.synced web/dist/.built  ## measure what docs/performance.md states
	$(RUN) python -m bench

format: .venv/.synced  ## put every file into its form
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

web: web/dist/.built  ## build styles and scripts

.venv/.synced: pyproject.toml uv.lock
	@if ! command -v $(UV) >/dev/null; then \
	  python3 -m venv var/uv && var/uv/bin/pip install --quiet --disable-pip-version-check uv; fi
	$(UV) sync --frozen --quiet
	@touch $@

web/node_modules/.synced: web/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or later with npm is needed: apt-get install nodejs npm"; exit 1; }
	npm --prefix web ci --silent --no-audit --no-fund
	@touch $@

web/dist/.built: web/node_modules/.synced $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)
	npm --prefix web run --silent build
	@touch $@

messages: .venv/.synced  ## gather the words of the interface into the catalogues and compile them
	$(RUN) python -m yigang.config.messages extract
	$(RUN) python -m yigang.config.messages compile

screenshots: .venv/.synced web/dist/.built browser  ## take the pictures of the guides from the running program
	$(RUN) python docs/guide/screenshots.py

browser:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
	  else echo "The browser tests need Chromium: sudo apt-get install chromium fonts-noto-cjk"; exit 1; fi; }

clean:  ## remove what was built; data under var/ stays
	rm -rf .venv web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache
