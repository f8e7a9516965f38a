# `make demo` and `make test` set everything up by themselves; they need Python >= 3.10 and git.
# The other targets are what CI runs, one check each.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test lint types layers docs workflows conformance captures live faults bench clean

help:
	@echo "make demo         deposit an example repository on the embedded one: a minute from clone to DOI"
	@echo "make test         run the tests (PYTEST_ARGS=tests/unit: some of them)"
	@echo
	@echo "make lint         style, spelling, and the size of functions and modules"
	@echo "make types        mypy"
	@echo "make layers       who may import whom"
	@echo "make docs         whether the documentation is true of the code"
	@echo "make workflows    the workflows to copy, our own, and action.yml"
	@echo
	@echo "make faults       strike every request of a deposit with every fault; the tables: build/faults.md"
	@echo "make conformance  run the flows against a real InvenioRDM, started for it"
	@echo "make captures     record how InvenioRDM answers, and say what has changed (ACCEPT=1: keep it)"
	@echo "make live         run the simple flows against the server of BED_URL and BED_TOKEN, as the Zenodo sandbox"
	@echo "make bench        measure what it costs, beside others and the floor: benchmarks/RESULTS.md (half an hour)"
	@echo
	@echo "make clean        remove the environment and all that was built"

# An environment holds one locked, hashed requirements file and this checkout; its stamp is newer than both.
define environment
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed; another one: make PYTHON=python3.12 …") if sys.version_info < (3, 10) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) -m venv does not work; Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1) || { echo "The packages of $(1) could not be installed. They come from the package index, so this first run needs the network."; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
endef

$(VENV)/demo.stamp: requirements/demo.txt pyproject.toml
	@echo "setting up $(VENV) …"
	$(call environment,requirements/demo.txt)

$(VENV)/test.stamp: requirements/test.txt pyproject.toml
	@echo "setting up $(VENV) with the test packages …"
	$(call environment,requirements/test.txt)

$(VENV)/lint.stamp: requirements/lint.txt pyproject.toml
	@echo "setting up $(VENV) with the checkers …"
	$(call environment,requirements/lint.txt)

demo: $(VENV)/demo.stamp
	@$(BIN)/python scripts/demo.py

test: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -q -n auto $(PYTEST_ARGS)

lint: $(VENV)/lint.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/check_limits.py zenodo_action scripts benchmarks
	$(BIN)/codespell zenodo_action tests docs scripts README.md CHANGELOG.md .github/*.md

types: $(VENV)/lint.stamp
	$(BIN)/mypy

layers: $(VENV)/lint.stamp
	$(BIN)/lint-imports

docs: $(VENV)/lint.stamp
	$(BIN)/interrogate --quiet zenodo_action
	$(BIN)/python scripts/check_docs.py

workflows: $(VENV)/lint.stamp
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml examples/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci examples/gitlab-ci.yml
	$(BIN)/actionlint .github/workflows/*.yml examples/workflows/*.yml
	$(BIN)/zizmor --quiet --offline --pedantic .github action.yml
	$(BIN)/zizmor --quiet --offline --pedantic --config examples/zizmor.yml examples/workflows/*.yml

conformance: $(VENV)/test.stamp
	@$(PYTHON) conformance/bed.py run -- $(BIN)/python -m pytest -q tests/conformance -m "conformance and not reviews"
	@$(PYTHON) conformance/bed.py run --needs-community -- $(BIN)/python -m pytest -q tests/conformance -m reviews

captures: $(VENV)/test.stamp
	@$(PYTHON) conformance/bed.py run -- $(BIN)/python scripts/captures.py $(if $(ACCEPT),--accept)

live: $(VENV)/test.stamp
	@test -n "$$BED_URL" -a -n "$$BED_TOKEN" || { echo "set BED_URL and BED_TOKEN: the address of a server and a token for it"; exit 1; }
	@$(BIN)/python -m pytest -q tests/conformance -m live --force-enable-socket

faults: $(VENV)/test.stamp
	@$(BIN)/python scripts/faults.py

build/bench.stamp: requirements/bench.txt
	@echo "setting up build/bench with what is compared, and what draws the plots …"
	@$(PYTHON) -m venv --clear build/bench
	@build/bench/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

build/hermes.stamp: requirements/hermes.txt
	@echo "setting up build/hermes, which needs Python 3.11 or newer; it is left out where that fails …"
	@$(PYTHON) -m venv --clear build/hermes
	@build/hermes/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/hermes.txt || \
	  rm -rf build/hermes
	@touch $@

bench: $(VENV)/test.stamp build/bench.stamp build/hermes.stamp
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)
	@build/bench/bin/python benchmarks/plots.py

clean:
	rm -rf $(VENV) .demo .conformance build dist .pytest_cache .mypy_cache .ruff_cache
