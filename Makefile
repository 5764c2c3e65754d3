# Everything a developer of this project does. `make test` on a machine with Python 3.11+ and make is enough to start.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: all generate format lint types layers fresh description check test docs examples bench quickstart migrations nightly fuzz clean

all: check test

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group dev --editable ".[testing]"
	touch $@

# --- code that is printed, never written by hand

generate: $(READY)
	$(BIN)/python spec/generate.py

# --- what must hold before a change lands

format: $(READY)
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy keycloak_sdk generated/keycloak_oidc_api spec tests/typing examples
	$(BIN)/pyright

layers: $(READY)
	$(BIN)/lint-imports

fresh: $(READY)
	$(BIN)/python spec/generate.py --check

description: $(READY)
	$(BIN)/python spec/check.py

check: lint fresh types layers description

# --- tests, the live ones against a real Keycloak included

test: $(READY)
	$(BIN)/python -m pytest --cov --cov-report=term --cov-fail-under=100

# The pages of docs/ and the README do what they say; so do the programs of examples/.

docs: $(READY)
	$(BIN)/python -m pytest tests/contract/test_docs.py

examples: $(READY)
	$(BIN)/python -m pytest tests/examples

# Programs from PyPI that are written for python-keycloak run on this package once their imports are changed.

migrations: $(READY)
	$(BIN)/python tests/migrations/run.py

# Every night: the live tests on the oldest release that is supported, more random configurations of
# resource servers than `make test` compares with the server, then those programs.

nightly: $(READY)
	KEYCLOAK_VERSION=26.4.0 $(BIN)/python -m pytest -m live
	KEYCLOAK_SDK_CONFIGURATIONS=200 $(BIN)/python -m pytest tests/live/test_authorization_evaluation.py
	$(MAKE) migrations

# What reads tokens and keys, under a fuzzer; FUZZ_SECONDS for each target.

FUZZ_SECONDS ?= 60

fuzz: $(READY)
	$(BIN)/python -m pip install --quiet --group fuzz
	$(BIN)/python tests/fuzz/run.py --seconds $(FUZZ_SECONDS)

# --- how fast it is, in paired rounds against python-keycloak and others

bench: $(READY)
	$(BIN)/python benchmarks/http_calls.py
	$(BIN)/python benchmarks/decode_token.py
	$(BIN)/python benchmarks/permissions.py
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python benchmarks/renewal_storms.py
	$(BIN)/python benchmarks/shared_token.py

# --- a first look: the main job against a real Keycloak, from a small environment of its own

QUICKSTART := build/quickstart

$(QUICKSTART)/ready: pyproject.toml
	@echo "quickstart: making an environment in $(QUICKSTART), once"
	@$(PYTHON) -m venv --clear $(QUICKSTART)
	@$(QUICKSTART)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[testing]"
	@touch $@

quickstart: $(QUICKSTART)/ready
	@$(QUICKSTART)/bin/python examples/quickstart.py

clean:
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
