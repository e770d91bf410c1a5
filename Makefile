# Every target sets up .venv by itself. Only Python 3.11 or newer with pip, make and git are needed.
PYTHON ?= python3
BIN := .venv/bin
WRITABLE = @test -w . || { echo "This folder is read-only; make writes into it: copy it to a place of yours, and run make there." >&2; exit 1; }
INSTALLED := .venv/.installed
TWINS := $(wildcard book/[0-9][0-9]_*.py)
SOURCES := _config.yml _toc.yml $(wildcard book/* book/_static/* torchlearning/*.* torchlearning/check/*.py torchlearning/labs/*.* tools/*.py)

# Tensors here are small: one thread is fastest, and does not suffer when the machine is busy (lesson 6).
test notebooks: export OMP_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help book test lint lab notebooks bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

book: _build/.done ## build the book and say which file to open
	@echo "The book is built. Open _build/html/index.html in a browser."

test: lint ## run every check: lint, types, unit tests, the book, the stored outputs
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --nbval book

lint: $(INSTALLED) ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: $(INSTALLED) ## open JupyterLab on the lessons
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/book/01_softmax_intuition.ipynb

notebooks: $(TWINS:book/%.py=.venv/executed/%) ## execute the lessons that have changed, and store their outputs

bench: _build/.done ## time a training step in several ways, and the redraw of the labs
	$(BIN)/python bench/bench.py
	$(BIN)/python bench/frames.py

clean: ## remove what the other targets have made
	rm -rf .venv _build build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(WRITABLE)
	$(PYTHON) -m venv $(if $(wildcard $@),,--clear) .venv # without $@ it is half installed: start again
	@rm -f $@
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

_build/.done: $(SOURCES) $(INSTALLED)
	$(WRITABLE)
	$(BIN)/jupyter-book build --all -W -n --keep-going .
	@touch $@

.venv/executed/%: book/%.py $(wildcard torchlearning/*.* torchlearning/check/*.py torchlearning/labs/*.*) tools/notebooks.py _config.yml $(INSTALLED)
	$(BIN)/python tools/notebooks.py $<
	@mkdir -p $(@D) && touch $@
