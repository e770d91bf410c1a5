# Every target sets up .venv by itself. Only Python 3.11 or newer with pip, make and git are needed.
PYTHON ?= python3
BIN := .venv/bin
WRITABLE = @test -w . || { echo "This folder is read-only; make writes into it: copy it to a place of yours, and run make there." >&2; exit 1; }
INSTALLED := .venv/.installed
PARALLEL := -n logical --maxprocesses 4 --dist loadfile
TWINS := $(wildcard book/[0-9][0-9]_*.py)
PACKAGE := $(shell find torchlearning -name "*.*" -type f -not -path "*/__pycache__/*")
SOURCES := _config.yml _toc.yml $(wildcard book/* book/_static/* tools/*.py) $(PACKAGE)

# $(call timed,WHAT,COMMAND) runs a command, and says how long it took.
timed = @start=$$(date +%s); echo '$(2)'; $(2) && echo "== $(1): $$(($$(date +%s) - start)) s"

# Tensors here are small: one thread is fastest, and does not suffer when the machine is busy (lesson 6).
test test-all mutants notebooks: export OMP_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help book pdf test test-all lint lab fresh class grade edit notebooks bench mutants clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

book: _build/html/index.html ## build the book and say which file to open
	@echo "The book is built. Open _build/html/index.html in a browser."

pdf: _build/pdf/book.pdf ## print the whole book as one PDF, _build/pdf/book.pdf

test: lint ## run every quick check: lint, types, unit tests, the book, the stored outputs
	$(call timed,tests,$(BIN)/python -m pytest $(PARALLEL) -m "not slow")
	$(call timed,stored outputs,$(BIN)/python tools/alone.py $(PARALLEL))

test-all: $(INSTALLED) ## run what takes long: every combination, mutations, kills, more browsers
	$(call timed,long tests,$(BIN)/python -m pytest $(PARALLEL) -m slow)

mutants: $(INSTALLED) ## change the core in small ways and list what its tests do not notice
	$(BIN)/python tools/mutants.py $(if $(SAMPLE),--sample $(SAMPLE))

lint: $(INSTALLED) ## check style, format and types
	$(call timed,style,$(BIN)/ruff check . && $(BIN)/ruff format --check .)
	$(call timed,types,$(BIN)/mypy)

lab: $(INSTALLED) ## open JupyterLab on your own copy of the lessons, in my-copy
	@$(BIN)/python tools/reader.py

fresh: $(INSTALLED) ## put a page into your copy as published, and keep yours: make fresh PAGE=03_exercises
	@$(BIN)/python tools/reader.py --fresh $(PAGE)

class: $(INSTALLED) ## write what a teacher hands out into _build/class: notebooks without solutions; solutions apart
	$(WRITABLE)
	@$(BIN)/python tools/handout.py

grade: $(INSTALLED) ## run and judge a folder of submitted notebooks: make grade SUBMISSIONS=week1
	@$(BIN)/python tools/grade.py "$(SUBMISSIONS)"

edit: $(INSTALLED) ## open JupyterLab on the sources of the lessons, for authors
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/book/01_softmax_intuition.ipynb

notebooks: $(TWINS:book/%.py=.venv/executed/%) ## execute the lessons that have changed, and store their outputs

bench: _build/html/index.html ## time a training step in several ways, the redraw of the labs, the pages on a slow line
	@$(BIN)/python -m pip install --quiet --no-deps --upgrade --target .venv/bench --requirement bench/requirements.txt || true
	PYTHONPATH=.venv/bench $(BIN)/python bench/bench.py
	$(BIN)/python bench/frames.py
	$(BIN)/python bench/playground.py
	$(BIN)/python bench/pages.py

clean: ## remove what the other targets have made, but not my-copy
	rm -rf .venv _build build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(WRITABLE)
	$(PYTHON) -m venv $(if $(wildcard $@),,--clear) .venv # without $@ it is half installed: start again
	@rm -f $@
	@[ "$$(uname)" != Linux ] || [ -d .venv/lib/python*/site-packages/torch ] || \
		$(BIN)/python -m pip config list | grep -qE 'index-url|find-links' || \
		echo "On Linux PyTorch comes with CUDA, 2.7 GB to download. The README says how to take 0.2 GB instead."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

_build/html/index.html: $(SOURCES) $(INSTALLED)
	$(WRITABLE)
	@$(BIN)/python tools/build_book.py
	@touch $@ # a page that has not changed is not written

_build/pdf/book.pdf: _build/html/index.html tools/pdf.py tools/pdf.css
	@$(BIN)/python tools/pdf.py

.venv/executed/%: book/%.py $(PACKAGE) tools/notebooks.py _config.yml $(INSTALLED)
	$(BIN)/python tools/notebooks.py $<
	@mkdir -p $(@D) && touch $@
