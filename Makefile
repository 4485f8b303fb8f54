# Innovation Studio. The commands a person needs; each sets up what it needs first.

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
DEMO_DATA := demo-data
STUDIO_DATA ?= instance
ADDRESS := http://127.0.0.1:$(PORT)

RUNTIME := $(VENV)/.installed
TOOLS := $(VENV)/.tools
WORDS := $(VENV)/.translations
CATALOGUES := $(wildcard studio/translations/*/LC_MESSAGES/*.po)

# The first Python that is new enough and can make virtual environments; PYTHON=… names another.
SUITS := import ensurepip, sys; print(sys.executable if sys.version_info >= (3, 11) else '')
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python3.14 python,$(shell $(name) -c "$(SUITS)" 2>/dev/null)))

.DELETE_ON_ERROR:
.PHONY: help install demo run test check bench pictures i18n format lock clean

help: ## show this list
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(RUNTIME) $(WORDS) ## create .venv with everything that is needed to run

demo: $(RUNTIME) $(WORDS) ## start in front of the sample factory, on http://127.0.0.1:8000 (PORT=… for another)
	@test -f $(DEMO_DATA)/who-can-sign-in.txt || { \
		echo "Making the sample factory; this takes half a minute."; \
		rm -rf $(DEMO_DATA) && \
		STUDIO_DATA=$(DEMO_DATA) $(BIN)/studio init && \
		STUDIO_DATA=$(DEMO_DATA) $(BIN)/studio sample load > $(DEMO_DATA)/loading.txt && \
		mv $(DEMO_DATA)/loading.txt $(DEMO_DATA)/who-can-sign-in.txt; }
	@STUDIO_DATA=$(DEMO_DATA) $(BIN)/studio init
	@cat $(DEMO_DATA)/who-can-sign-in.txt
	@echo && echo "Open $(ADDRESS)    (Ctrl-C stops it; the data stays in $(DEMO_DATA))"
	@STUDIO_DATA=$(DEMO_DATA) STUDIO_DEMO=1 STUDIO_BASE_URL=$(ADDRESS) exec $(BIN)/studio serve --port $(PORT)

run: $(RUNTIME) $(WORDS) ## start with an empty database in ./instance (STUDIO_DATA=… for another place)
	@STUDIO_DATA=$(STUDIO_DATA) $(BIN)/studio init
	@echo "Open $(ADDRESS)    (Ctrl-C stops it)"
	@STUDIO_DATA=$(STUDIO_DATA) STUDIO_BASE_URL=$${STUDIO_BASE_URL:-$(ADDRESS)} exec $(BIN)/studio serve --port $(PORT)

test: $(TOOLS) $(WORDS) ## run every test, with a real PostgreSQL and browser where there are any
	@.ci/system-packages
	$(BIN)/pytest --numprocesses auto --dist worksteal $(ARGS)

check: $(TOOLS) $(WORDS) ## formatter, linter, types, import contracts, templates, translations, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python .ci/translations.py check
	$(BIN)/python .ci/migrations.py
	$(BIN)/python .ci/traces.py

bench: $(TOOLS) $(WORDS) ## run the benchmarks
	$(BIN)/python -m tests.benchmarks $(ARGS)

pictures: $(TOOLS) $(WORDS) ## a picture of every page into ./pictures (ARGS="home desk" for some)
	@.ci/system-packages
	$(BIN)/python .ci/pictures.py $(ARGS)

i18n: $(TOOLS) ## collect new sentences into the catalogues, for somebody to write the Chinese
	$(BIN)/python .ci/translations.py update

format: $(TOOLS) ## let the formatter do what `make check` asks for
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: ## pin the newest dependencies that fit pyproject.toml, with hashes (needs uv)
	uv pip compile pyproject.toml $(LOCK) --group build --all-extras -o constraints.txt
	uv pip compile pyproject.toml $(LOCK) --group build --group dev --all-extras -o constraints-dev.txt

clean: ## remove what the other targets made, except data
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with the venv module is needed."; \
		echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): constraints.txt pyproject.toml hatch_build.py | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(TOOLS): constraints-dev.txt $(RUNTIME)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints-dev.txt
	@touch $@

$(WORDS): $(CATALOGUES) $(RUNTIME)
	@$(BIN)/python -c "from pathlib import Path; from hatch_build import compile_catalogues as c; c(Path('studio/translations'))"
	@touch $@
