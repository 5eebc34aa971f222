# Every command that a person or CI runs. `make demo` and `make test` are the two to know; both make their own environment.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
CANDOUR := $(VENV)/bin/candour
CASES ?= 2000

.PHONY: help demo serve test check bench bench-refresh bench-truth bench-prompts bench-linkage bench-scale bench-spark mutate-catalogue generative wheel-check styles docs drafts manual-pages lock format clean

help:             ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

demo: $(VENV)/.runtime       ## the main job on a made-up force: exports, import, assessment, report
	$(CANDOUR) demo --cases $(CASES) --out demo

serve: $(VENV)/.runtime      ## the service on the made-up force that `make demo` made, at http://127.0.0.1:8000, until Ctrl-C
	$(CANDOUR) serve --demo

test: $(VENV)/.development   ## every test but the slow searches
	$(RUN) -m pytest -n 2

check: $(VENV)/.development  ## style, types, import contracts, security, generated docs, the catalogue
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/bandit -q -r src -c pyproject.toml
	$(CANDOUR) standards check
	$(RUN) -m candour.cli.documenting --check

bench: $(VENV)/.benchmarks bench-work/shipped/.made  ## speed, as ratios in one run: 1 and 10 million events
	$(RUN) benchmarks/bars.py --shipped bench-work/shipped/bin/python

bench-refresh: $(VENV)/.development  ## a daily refresh of a million events against a full assessment, and one case at once
	$(RUN) benchmarks/refresh.py

bench-truth: $(VENV)/.development  ## findings and prompts against the planted truth of the made-up force
	$(RUN) benchmarks/truth.py

bench-prompts: $(VENV)/.development  ## the questions for a person: against planted text, on the sentences kept for it, and the search for copies
	$(RUN) benchmarks/prompts.py
	$(RUN) benchmarks/wording.py
	$(RUN) benchmarks/copies.py

bench-linkage: $(VENV)/.development  ## record linkage against known truth: Febrl 1, fake_1000 beside Splink's own example, and the made-up force
	$(RUN) benchmarks/linkage.py

bench-scale: $(VENV)/.benchmarks  ## a national year: 100 million events against 40 standards, and the growth from 10 million (an hour, 40 GB of disk)
	$(RUN) benchmarks/scale.py

bench-spark: $(VENV)/.development  ## Spark with two workers: every example, 2,000 random pairs, the made-up force at 200,000 events (an hour)
	CANDOUR_SPARK=all $(RUN) -m pytest tests/integration/test_spark.py -rs

mutate-catalogue: $(VENV)/.development  ## small changes to every rule must break one of its examples
	$(RUN) benchmarks/mutate_catalogue.py

generative: $(VENV)/.development  ## the long form of the random agreement tests
	CANDOUR_GENERATIVE_EXAMPLES=10000 CANDOUR_SEQUENCES=200 $(RUN) -m pytest tests/generative -s

wheel-check: $(VENV)/.development  ## build the wheel, install it elsewhere, and run the demonstration outside the checkout
	rm -rf build dist
	$(RUN) -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	rm -rf build
	away=$$(mktemp -d) && trap 'rm -rf "$$away"' EXIT && $(PYTHON) -m venv "$$away/venv" \
	  && "$$away/venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock \
	  && "$$away/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-index dist/candour-*.whl \
	  && cd "$$away" && venv/bin/candour standards check && venv/bin/candour demo --check

styles: $(VENV)/.development ## build the style sheet of the service (needs npm)
	$(RUN) -m candour_web.site.building_styles

docs: $(VENV)/.development   ## write the generated parts of docs/reference, and the manual of standards to docs/site
	$(RUN) -m candour.cli.documenting

drafts: $(VENV)/.development ## store the sentences of new rules as drafts and list new editions as published
	$(RUN) -m candour.cli.drafting

manual-pages: $(VENV)/.development  ## every page of the manual in a browser: axe, links, width (the tests try one page of each sort)
	CANDOUR_MANUAL_PAGES=all $(RUN) -m pytest tests/acceptance/test_manual_in_a_browser.py -s

format: $(VENV)/.development ## put the sources in one style
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

lock:             ## resolve the dependencies afresh and write the lock files (needs uv)
	uv lock --upgrade
	uv export -q --no-header --no-emit-project --no-dev --group build -o requirements.lock
	uv export -q --no-header --no-emit-project --group dev -o requirements-dev.lock
	uv export -q --no-header --no-emit-project --group bench -o requirements-bench.lock

clean:            ## remove what the commands made
	rm -rf $(VENV) demo docs/site bench-work .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

# The environment. Each mark is younger than the lock file it was made from.
define install
	@echo "Making the environment from $(1) ..."
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -q && apt-get install -qy python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python could not make an environment. On Debian, install the package python3-venv, then run this again." >&2; exit 1; fi; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(RUN) -m ensurepip -q
	$(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
	$(RUN) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
endef

$(VENV)/.runtime: requirements.lock pyproject.toml
	$(call install,requirements.lock)

$(VENV)/.development: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.runtime

# Candour as it is installed, and nothing else: what the benchmark measures.
bench-work/shipped/.made: requirements.lock pyproject.toml
	$(PYTHON) -m venv bench-work/shipped
	bench-work/shipped/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	bench-work/shipped/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.benchmarks: requirements-bench.lock pyproject.toml
	$(call install,requirements-bench.lock)
	@touch $(VENV)/.runtime $(VENV)/.development
