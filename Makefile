# Every verb of the project. `make` prints them.
.DEFAULT_GOAL := verbs
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
PIP := .venv/bin/pip install -q --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: verbs run stop status logs reset test unit integration e2e chaos check types lint imports generate bench demo lock clean screenshots

verbs:  ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (https://www.python.org)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Say which: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/local: .venv/made requirements-local.txt
	@test -f .venv/dev || echo "  installing what the product needs (once, about a minute)"
	@test -f .venv/dev || $(PIP) -r requirements-local.txt
	@touch $@

.venv/dev: .venv/made requirements-dev.txt
	@echo "  installing what the tests need (once, about a minute)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

run: .venv/local  ## start the whole product with its sample district
	@$(PY) -m deploy.local up

stop: .venv/local  ## stop it; nothing stays behind
	@$(PY) -m deploy.local down

status: .venv/local  ## which processes run, and whether they are ready
	@$(PY) -m deploy.local status

logs: .venv/local  ## follow all logs
	@$(PY) -m deploy.local logs

reset: .venv/local  ## stop and throw the sample district's data away
	@$(PY) -m deploy.local reset

demo: .venv/local  ## a simulated school day against a running `make run` (SPEED=60)
	@$(PY) -m deploy.local.demo $(if $(SPEED),--speed $(SPEED))

test: .venv/dev  ## everything: unit, contract, integration, security, chaos, end to end
	@$(PY) -m tests

unit: .venv/dev  ## only what needs no server
	@$(PY) -m pytest -q tests/unit tests/contract

integration: .venv/dev  ## with real PostgreSQL and RabbitMQ
	@$(PY) -m pytest -q tests/integration tests/security

e2e: .venv/dev  ## the pages in a real browser
	@$(PY) -m pytest -q tests/e2e

chaos: .venv/dev  ## faults
	@$(PY) -m pytest -q tests/chaos

check: lint types imports  ## ruff, mypy --strict, import-linter, generated files up to date
	@$(PY) -m deploy.generated --check

lint: .venv/dev
	@.venv/bin/ruff check .

types: .venv/dev
	@.venv/bin/mypy

imports: .venv/dev
	@.venv/bin/lint-imports --no-cache | tail -n 3

generate: .venv/dev  ## make documents and catalogs anew from the code
	@$(PY) -m deploy.generated

bench: .venv/dev  ## measured promises, beside their limits and peers
	@$(PY) -m benchmarks

screenshots: .venv/dev  ## the pictures of the README, from a running product
	@$(PY) -m tests.e2e.screenshots

lock: .venv/dev  ## pin requirements with hashes
	@for name in requirements requirements-local requirements-dev; do \
	  .venv/bin/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --no-emit-options -o $$name.txt $$name.in; done

clean:  ## remove what was made, except the data
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
