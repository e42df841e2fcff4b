# Every target does its own set-up; what is set up already is not done again, so the second time works offline.
# Needs make, Python 3.11 or newer with venv, and bash. Node.js is taken from the system or, where there is no npm,
# from a locked package.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# What Python and pytest have compiled is kept, also where a container says otherwise: half of what loading the tests takes.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.done
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input
LOCKED := $(PIP) --require-hashes --only-binary :all: --requirement
VENDOR := src/jishiyu/web/static/vendor
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" $(LOCK_FLAGS)

.PHONY: help setup demo test check format lock bench messages stop clean

help: ## list what can be made
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

setup: $(DONE)/package $(VENDOR)/.done $(DONE)/static $(DONE)/messages $(DONE)/compiled ## environment, locked packages, fonts: all a running Jishiyu needs

demo: setup ## an invented city, from settlement feeds to payments and figures
	@$(BIN)/jishiyu demo $(DEMO_FLAGS)

test: setup $(DONE)/dev $(DONE)/spark ## the whole test suite (TESTS="tests/engine -k money" for a part)
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(TESTS)

check: setup $(DONE)/dev ## lint, format, types, layers, templates, architecture
	@red=(); \
	run() { echo "· $$*"; "$(BIN)/$$@" || red+=("$$*"); }; \
	run ruff check --no-cache .; \
	run ruff format --no-cache --check .; \
	run mypy; \
	run lint-imports --no-cache --no-logo; \
	run python scripts/messages.py check; \
	run python scripts/vulnerabilities.py; \
	run djlint --quiet --lint src; \
	run python -m pytest --quiet tests/architecture; \
	if (($${#red[@]})); then printf 'Red: %s\n' "$${red[@]}" >&2; exit 1; fi; \
	echo "All checks are green."

format: $(DONE)/dev ## write the code in the project's format
	$(BIN)/ruff check --no-cache --fix-only --exit-zero .
	$(BIN)/ruff format --no-cache .

lock: $(DONE)/dev ## resolve requirements/*.in again (LOCK_FLAGS=--upgrade for newer versions)
	$(UV_COMPILE) --output-file requirements/runtime.txt requirements/runtime.in
	$(UV_COMPILE) --output-file requirements/dev.txt --constraint requirements/runtime.txt requirements/dev.in
	$(UV_COMPILE) --output-file requirements/bench.txt --constraint requirements/runtime.txt requirements/bench.in
	$(UV_COMPILE) --output-file requirements/spark.txt --constraint requirements/runtime.txt requirements/spark.in
	$(UV_COMPILE) --output-file requirements/assets.txt requirements/assets.in
	npm install --package-lock-only

bench: setup $(DONE)/bench ## the benchmarks beside their peers, one table
	@$(BIN)/python -m benchmarks $(BENCH_FLAGS)

messages: $(DONE)/package ## bring the translations of the screens in line with what they say
	@$(BIN)/python scripts/messages.py $(FOLDERS)
	@$(BIN)/python scripts/messages.py check

stop: ## close the page that make demo left open
	@if [ -x $(BIN)/jishiyu ]; then $(BIN)/jishiyu down; else echo "Nothing is running."; fi

clean: ## remove what set-up made (data in var/ stays)
	rm -rf $(VENV) node_modules $(VENDOR) src/jishiyu/web/static/jishiyu/*.gz src/jishiyu/web/static/jishiyu/*.png

# What is done once. A stamp is younger than what it was made from.

$(DONE)/venv:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed. On Debian: apt install python3 python3-venv" >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$(PYTHON) cannot make virtual environments. On Debian: apt install python3-venv" >&2; exit 1; fi
	@echo "Setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/runtime: requirements/runtime.txt $(DONE)/venv
	@echo "Installing the locked packages: $<"
	@$(LOCKED) $<
	@touch $@

$(DONE)/dev: requirements/dev.txt package-lock.json $(DONE)/runtime $(VENDOR)/.done
	@echo "Installing the locked packages: $<"
	@$(LOCKED) $<
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent
	@touch $@

$(DONE)/bench: requirements/bench.txt $(DONE)/runtime
	@echo "Installing the locked packages: $<"
	@$(LOCKED) $<
	@touch $@

# PySpark comes as source only: it is put together here from what is locked, with the tools of requirements/runtime.txt.
$(DONE)/spark: requirements/spark.txt $(DONE)/runtime
	@echo "Installing the locked packages: $<"
	@$(PIP) --require-hashes --only-binary :all: --no-binary pyspark --no-build-isolation --requirement $<
	@touch $@

$(DONE)/package: pyproject.toml $(DONE)/runtime
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(DONE)/messages: scripts/messages.py $(wildcard src/jishiyu/web/*/locale/*/LC_MESSAGES/django.po) $(DONE)/runtime
	@$(BIN)/python scripts/messages.py compile
	@touch $@

# Browsers get our scripts and styles compressed, and phones the icon as PNG: made here once, out of what is in the folder.
$(DONE)/static: scripts/static.py $(wildcard src/jishiyu/web/static/jishiyu/*.css src/jishiyu/web/static/jishiyu/*.js) \
		src/jishiyu/web/static/jishiyu/icon.svg $(DONE)/runtime
	@$(BIN)/python scripts/static.py >/dev/null
	@touch $@

# A round of a city is searched by compiled loops: compiled here once, half a minute, and kept beside the source.
$(DONE)/compiled: $(wildcard src/jishiyu/engine/pairing/*.py) $(DONE)/package
	@echo "Compiling the search for teams"
	@$(BIN)/python -m jishiyu.engine.pairing.warming
	@touch $@

$(VENDOR)/.done: package-lock.json .npmrc scripts/assets.py requirements/assets.txt $(DONE)/runtime
	@echo "Installing the locked assets: package-lock.json"
	@if ! command -v npm >/dev/null; then \
		echo "No npm on this system: taking Node.js from requirements/assets.txt"; $(LOCKED) requirements/assets.txt; fi
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --omit=dev
	@$(BIN)/python scripts/assets.py node_modules $(VENDOR)
	@touch $@
