SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
GOLDEN ?= ../shared/golden
MLFLOW_PORT ?= 5000
FUZZ_SECONDS ?= 60

BIN := $(CURDIR)/.venv/bin
AUDIT := $(CURDIR)/.cache/audit/bin
LOWEST := $(CURDIR)/.cache/lowest/bin
# What meets the libraries most, in a few minutes.
LOWEST_TESTS := dataset decisions evaluation inference integrations model registry text training
INSTALLED := .venv/installed
# The demo needs no tools for tests, so it installs less if there is no .venv yet.
INSTALLED_FOR_DEMO := .venv/installed-for-demo
INSTALL_LOG := .venv/install.log

# Stages call `sru-ner` and flows call `dvc`: both must be this checkout's.
export PATH := $(BIN):$(PATH)
# No tool sends data about its use. MLflow accepts only the word true.
export DO_NOT_TRACK := true
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export MLFLOW_DISABLE_TELEMETRY := true
export HF_HUB_DISABLE_TELEMETRY := 1
# Where Python keeps no bytecode, each process compiles the sources again.
unexport PYTHONDONTWRITEBYTECODE
# The first start of Prefect's temporary server is slow on a small machine: it makes its database.
export PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS := 120

.PHONY: help install demo test lowest lint types fuzz audit format docs bench mlflow services stop release clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Create .venv with the pinned packages (does nothing when up to date)

$(INSTALLED): EXTRA := dev
$(INSTALLED_FOR_DEMO): EXTRA := pipeline
$(INSTALLED) $(INSTALLED_FOR_DEMO): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "make: Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing)." >&2; \
	  echo "  → name one: make PYTHON=/path/to/python3.12 install" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { \
	  echo "  → on Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }
	@echo "Installing the pinned packages into .venv (a few minutes the first time) ..."
	@set -o pipefail; $(BIN)/python -m pip install --use-pep517 --progress-bar off -c constraints.txt -e '.[$(EXTRA)]' 2>&1 \
	  | tee $(INSTALL_LOG) \
	  | awk '/^ *Collecting / {if (++n % 40 == 0) print "  " n " packages found"; fflush()} \
	         /^Installing collected/ {print "  unpacking " n + 0 " packages"; fflush()}' \
	  || { tail -n 20 $(INSTALL_LOG) >&2; echo "  → all of it: $(INSTALL_LOG)" >&2; exit 1; }
	@touch $@
	@echo "Installed; try: .venv/bin/sru-ner doctor"

demo: $(if $(wildcard $(INSTALLED)),$(INSTALLED),$(INSTALLED_FOR_DEMO)) ## Run the whole pipeline on the synthetic corpora and show the results (minutes)
	@$(BIN)/python -m flows.pipeline --suite demo --concurrency 2

test: install ## Run the tests; those on real corpora need SRU_NER_MIRROR
# Two workers with a thread each. A file stays with one worker, because it may start a server.
# tests/conftest.py has the order of the files: pytest-xdist would leave slow ones for the end.
# Hypothesis draws the same examples each time; `pytest` without this profile draws new ones.
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
	  --hypothesis-profile=ci

lowest: ## Run part of the tests with the lowest versions allowed, in an environment of its own
	@test -x $(LOWEST)/pip || $(PYTHON) -m venv $(dir $(LOWEST))
	@$(LOWEST)/pip install -q --progress-bar off -c constraints-lowest.txt \
	  -e '.[pipeline,postgresql,serve,spacy]' httpx hypothesis nervaluate pytest pytest-xdist seqeval
	@OMP_NUM_THREADS=1 PATH="$(LOWEST):$$PATH" $(LOWEST)/python -m pytest -n 2 --dist loadfile \
	  --hypothesis-profile=ci $(addprefix tests/,$(LOWEST_TESTS))

lint: install ## Check style, format and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache --no-logo

types: install ## Check types
	@$(BIN)/mypy

fuzz: install ## Read garbled corpora and settings for FUZZ_SECONDS=60, new ones each time
	@OMP_NUM_THREADS=1 $(BIN)/python -m tools.fuzz $(FUZZ_SECONDS)

audit: install ## Write licences and an SBOM into build/, then look for known weaknesses (network)
	@test -x $(AUDIT)/pip || $(BIN)/python -m venv $(dir $(AUDIT))
	@$(AUDIT)/pip install -q -r tools/audit.txt
	@mkdir -p build
	@$(AUDIT)/cyclonedx-py environment $(BIN)/python --output-reproducible --no-validate \
	  --output-format JSON --output-file build/sbom.json
	@$(AUDIT)/pip-licenses --python $(BIN)/python --from mixed --format csv --output-file build/licences.csv
	@$(AUDIT)/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict

format: install ## Format the code and repair what ruff can repair
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: install ## Build the documentation site in build/docs/site (a broken link is an error)
	@$(BIN)/python -m tools.docs_site

bench: install ## Measure speed and memory into reports/bench.json (most of an hour on 2 quiet cores)
	@$(BIN)/python -m bench --golden $(GOLDEN)

mlflow: install ## Show runs and models at http://127.0.0.1:5000, or at MLFLOW_PORT=<port>
	@MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow server --workers 1 \
	  --host 127.0.0.1 --port $(MLFLOW_PORT) \
	  --backend-store-uri "$${MLFLOW_TRACKING_URI:-sqlite:///$(CURDIR)/mlflow.db}"

services: install ## Start MLflow and Prefect with their pages in the background, and print the addresses
	@$(BIN)/python -m flows.services start --mlflow-port $(MLFLOW_PORT)

stop: ## End what `make services` started
	@$(BIN)/python -m flows.services stop

RELEASED := models/released/sru-ner-biomed-small
UNSEEN := reports/leave_one_out_cpu/evaluation

release: install ## Train the released model, package it into models/released/ and build its wheel (hours)
	@$(BIN)/python -m flows.pipeline --suite released_cpu
	@$(BIN)/sru-ner package models/released_cpu/biomed_small --output $(RELEASED) \
	  --licence apache-2.0 --precision bf16 $(addprefix --unseen ,$(wildcard $(UNSEEN)))
	@$(BIN)/sru-ner package $(RELEASED) --wheel --output dist

clean: ## Remove caches and build files; data, models, runs and .venv stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	@find . -path ./.venv -prune -o \( -name __pycache__ -o -name '*.egg-info' \) -print0 | xargs -0 rm -rf
