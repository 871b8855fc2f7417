# Two commands do all set-up on a fresh machine with Python 3.11+, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo demo-broken test lint types check bench clients fidelity clean

$(VENV)/.stamp: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

demo: $(VENV)/.stamp
	cd sample_suites/hubspot && ../../$(BIN)/python -m pytest --sf-org=embedded

demo-broken: $(VENV)/.stamp
	-cd sample_suites/hubspot_broken && ../../$(BIN)/python -m pytest --sf-org=embedded

test: $(VENV)/.stamp
	$(BIN)/python -m pytest

lint: $(VENV)/.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.stamp
	$(BIN)/mypy

check: test lint types

bench: $(VENV)/.stamp
	$(BIN)/python -m tests.benchmarks

# What the embedded org answers and how that is known, written anew from the marks beside its code.
fidelity: $(VENV)/.stamp
	$(BIN)/sfintegration fidelity > FIDELITY.md.new
	mv FIDELITY.md.new FIDELITY.md

# The real clients, the Salesforce CLI among them, against a served org. Needs npm; installs into .venv-clients.
clients: $(VENV)/.stamp
	test -d ../shared/clients || { echo "the drivers (../shared/clients) are not at hand"; exit 1; }
	bash ../shared/clients/install_clients.sh $(CURDIR)/.venv-clients
	$(BIN)/python tests/clients/run_clients.py .venv-clients

clean:
	rm -rf $(VENV) .venv-clients .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
