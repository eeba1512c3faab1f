# Everything a developer or a bank's machine needs. PORT, CX_HOST, CX_DATA, CX_SURVEYS and CX_DEMO=1 are passed on.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready-to-run
TESTABLE := .venv/ready-to-test
CHROMIUM ?= /usr/bin/chromium
SUDO := $(shell [ "$$(id -u)" = 0 ] || { command -v sudo >/dev/null && echo "sudo -n"; })
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test check lint unit browser bench clean

run: $(READY)
	@exec $(BIN)/python -m cx serve

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not browser" tests
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser

check: lint unit

lint: $(TESTABLE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

unit: $(TESTABLE)
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/unit tests/test_house.py

browser: $(TESTABLE)
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser

bench: $(TESTABLE)
	$(BIN)/python -m bench

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cx needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv

$(READY): requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m compileall -q app.py cx web components pages
	@touch $@

$(TESTABLE): requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@sh tests/debian.sh "$(SUDO)" "$(CHROMIUM)"
	@touch $(READY) $@

clean:
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache tests/artifacts
	find . -name __pycache__ -not -path './.venv/*' -type d -prune -exec rm -rf {} +
