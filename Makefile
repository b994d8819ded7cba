# Two commands for a newcomer: `make demo` and `make test`. As root, missing system packages are installed;
# otherwise the apt line is named and make ends with 2 before anything starts.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: help demo demo-files serve packages venv test test-spark bench check proofs docs messages lock clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DEMO_DIR := demo-files
PROOFS := src/jubao/packs/proofs.json
# One test worker per core, at most four; two at least, so that every run mixes the order of the files.
WORKERS := $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$(( n < 2 ? 2 : n > 4 ? 4 : n )))

help:
	@echo 'make demo        set everything up, make four demo districts, leave the site running'
	@echo 'make serve       run the site on the data that are there'
	@echo 'make demo-files  write demo files and run the file commands on them'
	@echo 'make test        set everything up and run all tests but those on Spark'
	@echo 'make test-spark  install PySpark and a Java runtime, run the tests on Spark'
	@echo 'make check       format, lint, types, imports, policy packs, index of proofs, documents'
	@echo 'make bench       benchmarks beside their peers, into bench/results.md'
	@echo 'make proofs      write the index of requirements and the tests that prove them, then the documents'
	@echo 'make docs        write the pages and tables that come from packs, rules and tests'
	@echo 'make messages    extract the messages and compile the translations'
	@echo 'make lock        lock the dependencies again (UPGRADE=1: newest versions)'
	@echo 'make clean       remove the environment, caches and demo files'

# The commands alone: the project and what it needs to run.
$(VENV)/.base: requirements/base.txt requirements/build.txt pyproject.toml
	@scripts/make_venv.sh $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements/base.txt -r requirements/build.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The reference verifier of faces, for the demo. Where no wheel fits the machine the demo goes on without it.
$(VENV)/.face: $(VENV)/.base requirements/face.txt
	$(PIP) install --quiet --require-hashes -r requirements/face.txt \
		|| echo 'no wheel of the face verifier for this machine: the demo uses the simulated face service' >&2
	@touch $@

# With what tests, checks and benchmarks need.
$(VENV)/.dev: $(VENV)/.base requirements/dev.txt requirements/photos.txt
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m scripts.fetch_face_photos
	@touch $@

$(VENV)/.spark: $(VENV)/.dev requirements/spark.txt
	$(PIP) install --quiet --require-hashes --no-build-isolation -r requirements/spark.txt
	@touch $@

venv: $(VENV)/.dev

demo: $(VENV)/.base $(VENV)/.face
	$(BIN)/jubao demo start

serve: $(VENV)/.base
	$(BIN)/jubao serve

demo-files: $(VENV)/.base
	@scripts/demo.sh $(BIN)/jubao $(DEMO_DIR)

# What the tests use of the system: a browser with Chinese letters, and the readers of PDF.
packages:
	@scripts/require_packages.sh chromium=chromium fc-list=fontconfig FONT:zh-cn=fonts-wqy-microhei \
		pdftotext=poppler-utils

test: packages $(VENV)/.dev
	$(BIN)/python -m pytest -m 'not spark' -n $(WORKERS) --dist loadfile

test-spark: $(VENV)/.spark
	@scripts/require_java.sh
	$(BIN)/python -m pytest -m spark -n 2 --dist load

bench: $(VENV)/.dev
	$(BIN)/python -m bench

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	JUBAO_DATA_DIR=build/check $(BIN)/mypy src
	$(BIN)/lint-imports
	$(BIN)/jubao policy check
	$(BIN)/jubao trace --check
	$(BIN)/python -m pytest --quiet tests/tidy

proofs: $(VENV)/.dev
	$(BIN)/python -m pytest --collect-only --quiet --no-summary --write-proofs=$(PROOFS) tests > /dev/null
	$(BIN)/python -m scripts.make_docs

docs: $(VENV)/.dev
	$(BIN)/python -m scripts.make_docs

messages: $(VENV)/.dev
	$(BIN)/python scripts/messages.py

lock:
	scripts/lock.sh

clean:
	rm -rf $(VENV) $(DEMO_DIR) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
