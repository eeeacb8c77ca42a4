# `make` lists the targets. Everything is installed into .venv, which is made when it is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --quiet --disable-pip-version-check --no-compile

# A service that a test starts, and each process of the tests, would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup serve analysts quick test lint types page-types plsql-grammar clients bench bench-formats bench-oracle bench-dashboard soak mutations oracle-truth lock base-digest clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.runtime  ## Install into .venv what the service and its commands need

serve: $(VENV)/.runtime  ## Serve the data at http://127.0.0.1:8000 (also /dashboard and /docs)
	@$(BIN)/python service.py

analysts: $(VENV)/.analysts  ## Add pyarrow, for answers as Arrow and Parquet

quick: $(VENV)/.development  ## Run most tests in less than a minute: no engine, no browser
	@$(BIN)/python -m pytest -m "not slow" -n 3 --dist worksteal

test: $(VENV)/.development  ## Run every test; COVERAGE=yes measures what they reach
ifdef COVERAGE
	@$(BIN)/python -m coverage run -m pytest -n 2 --dist worksteal
	@$(BIN)/python -m coverage combine --quiet && $(BIN)/python -m coverage report
else
	@$(BIN)/python -m pytest -n 2 --dist worksteal
endif

lint: $(VENV)/.development  ## Check the code's style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.development  ## Check the types, strictly
	@$(BIN)/mypy

page-types: node_modules/.tools  ## Check the types of the pages' scripts, strictly
	@node_modules/.bin/tsc --project app/pages/jsconfig.json

clients: .clients/.made  ## Install what writes a TypeScript client, for its test

plsql-grammar: node_modules/.tools $(VENV)/.development  ## Read the PL/SQL by a second grammar
	@$(BIN)/python -m tests.plsql.second_grammar $(filter --if-changed,$(ONLY))

bench: $(VENV)/.development  ## Measure the service beside its peers
	@$(BIN)/python -m benchmarks.embedded

bench-formats: $(VENV)/.development  ## Measure each format and compressor on 20,000 days
	@$(BIN)/python -m benchmarks.formats

bench-oracle: $(VENV)/.development  ## Measure the chunk transport and the service on Oracle's wire
	@$(BIN)/python -m benchmarks.transport
	@$(BIN)/python -m benchmarks.oracle

bench-dashboard: $(VENV)/.development  ## Measure how fast Chromium draws 20,000 days
	@$(BIN)/python -m benchmarks.dashboard

soak: $(VENV)/.development  ## Ten minutes of everything at once; nothing may be wrong or left over
	@$(BIN)/python -m benchmarks.soak --minutes 10

mutations: $(VENV)/.development $(if $(filter-out --%,$(ONLY)),,plsql-grammar)  ## Break the PL/SQL in many ways; the tests must notice each
	@$(BIN)/python -m tests.plsql.mutations $(ONLY)

oracle-truth: $(VENV)/.development  ## Run on a real Oracle all that it alone can tell; writes a dated page
	@$(BIN)/python -m tests.truth

define compile
$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
  --no-annotate --custom-compile-command 'make lock' $(UPGRADE) $(2) $(VENV)-lock/$(1).txt \
  --output-file $(1).lock
endef

# A package that is added gets its versions and hashes, and the others keep theirs.
lock: requirements-dev.txt requirements-analysts.txt  ## Write the lock files and constraints.txt; UPGRADE=--upgrade takes the newest
	@$(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install $(PIP_FLAGS) uv==0.13.9
	@for file in requirements.txt requirements-analysts.txt requirements-dev.txt; do \
	  sed '/^-c constraints.txt$$/d' $$file > $(VENV)-lock/$$file; done
	@$(call compile,requirements-dev)
	@{ sed -n '/^#/p' constraints.txt; echo; \
	  sed -nE 's/^([a-z0-9.-]+==[^ ]+) .*/\1/p' requirements-dev.lock; } > $(VENV)-lock/new
	@mv $(VENV)-lock/new constraints.txt
	@$(call compile,requirements-analysts,--constraints constraints.txt)
	@$(call compile,requirements,--constraints constraints.txt)
	@rm -r $(VENV)-lock

base-digest:  ## Name the containers' base images by their digests (needs docker and its registry)
	@docker/pin_images.sh

clean:  ## Remove what the targets made, except the database
	@rm -rf $(VENV) node_modules .clients .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
	@find . -name __pycache__ -prune -exec rm -r {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "ODM needs Python 3.10 or newer: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)

# The Python's own pip installs into .venv where there is one: that saves seconds on a first start.
# Nothing is installed whose hash is not in the lock file, which names all that is needed.
define install
	@if $(PYTHON) -c 'import pip, sys; sys.exit(int(pip.__version__.split(".")[0]) < 23)' \
	    2> /dev/null; then \
	  $(PYTHON) -m pip --python $(BIN)/python install $(PIP_FLAGS) --require-hashes --no-deps -r $(1); \
	else \
	  $(BIN)/python -m ensurepip > /dev/null 2>&1 || \
	    { echo "This Python has neither pip nor ensurepip (Debian: apt-get install python3-venv)"; \
	      exit 1; }; \
	  $(BIN)/python -m pip install $(PIP_FLAGS) --require-hashes --no-deps -r $(1); \
	fi
	@touch $@
endef

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	$(call install,requirements.lock)

$(VENV)/.analysts: requirements-analysts.lock | $(VENV)/bin/python
	$(call install,requirements-analysts.lock)

$(VENV)/.development: requirements-dev.lock | $(VENV)/bin/python
	$(call install,requirements-dev.lock)

# openapi-typescript needs a TypeScript of before 7, so it has a folder of its own.
.clients/.made: Makefile
	@npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error \
	  --prefix .clients openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3
	@touch $@

# uPlot is here for its types alone, in the version that requirements.txt brings.
node_modules/.tools: Makefile
	@npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error \
	  --prefix . typescript@7.0.2 uplot@1.6.31 @griffithswaite/ts-plsql-parser@1.1.1 antlr4@4.13.0
	@touch $@
