# Seven Days of Data on AWS. `make demo` shows it working; `make test` is every gate.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install demo test lint fix docs serve dist zensical gen bench audit

help:     ## list the targets
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

install: .venv/.ready  ## install everything into .venv

demo: install  ## see the labs done in the sandbox, then the pages
	@bash tests/demo.sh

test: install lint  ## every gate
	$(BIN)/pytest -n auto --dist loadscope

lint: install  ## style, types, layers, the course's own rules
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/workshop author lint && $(BIN)/workshop author generate --check

fix: install  ## mend what a tool can mend
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

docs: install  ## build the site in both languages into site/
	$(BIN)/workshop site build

serve: docs  ## build, then open the pages at http://127.0.0.1:8000
	$(BIN)/workshop site serve

dist: docs  ## build the release: a wheel that carries the pages, and the sources
	rm -rf dist && CHECKDAY_RELEASE=1 $(BIN)/python -m hatchling build -t sdist -t wheel

zensical: .venv-zensical/.ready  ## build the same pages with MkDocs' successor, and say what it says
	@bash tests/zensical.sh

gen: install  ## compile the curriculum, the reference pages and the policy
	$(BIN)/python -m checkday.authoring

bench: install  ## measure speed, as ratios within one run
	$(BIN)/python benchmarks/check_day.py && $(BIN)/python benchmarks/days.py && $(BIN)/python benchmarks/crawler.py && $(BIN)/python benchmarks/athena.py && $(BIN)/python benchmarks/streams.py && $(BIN)/python benchmarks/cohort.py

audit: install  ## the slow gates, then the benchmarks
	$(BIN)/pytest -m browser
	CHECKDAY_KILLS=50 $(BIN)/pytest -k kill tests/cohort/test_store.py tests/cohort/test_interrupted.py
	$(BIN)/pytest -m audit tests/cohort tests/cohort_page tests/checks/test_day4_cleanup.py tests/test_cleanup_in_any_order.py tests/test_pages.py tests/policies tests/enroll tests/site/test_instructor.py
	$(BIN)/pytest -m audit -k garbage tests/checks/test_faults.py
	PYTHONPATH=tests $(BIN)/python -m mutation
	$(MAKE) bench

.venv-zensical/.ready: Makefile
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed / Cần Python 3.11 trở lên"; exit 1; }
	@$(PYTHON) -m venv .venv-zensical && .venv-zensical/bin/python -m pip install -q --disable-pip-version-check zensical==0.0.73
	@touch $@

.venv/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed / Cần Python 3.11 trở lên"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Debian, Ubuntu: apt install python3-venv"; exit 1; }
	@if command -v uv >/dev/null; then uv pip install -q --python $(BIN)/python --require-hashes -r constraints.txt \
		&& uv pip install -q --python $(BIN)/python --no-deps -e .; \
	else echo "Installing into .venv (about a minute) / Đang cài vào .venv (khoảng một phút)…"; \
		$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r constraints.txt \
		&& $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .; fi
	@touch $@
