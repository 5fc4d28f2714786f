# Two commands matter: `make run` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
PYTHON312 ?= python3.12
AREA ?= coquimbo
HOST ?= 127.0.0.1
PORT ?= 8050
BIN := .venv/bin
OSRM := .venv-bench/osrm/osrm
PYTEST := $(BIN)/python -m pytest

.PHONY: help run test test-fast install browser lint types imports unit interpreted bounds faults browser-tests pictures screenshots bench bench-pages bench-routing bench-evacuation bench-rain bench-typhoon bench-epidemic bench-flood bench-api fuzz reliability clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: .venv/installed ## start everything at http://127.0.0.1:8050 (AREA=, PORT=, HOST=, LIVE=1, TLS=1, OPTIONS=)
	@exec $(BIN)/python -m dashboard serve --area $(AREA) --host $(HOST) --port $(PORT) $(if $(filter-out 0,$(LIVE)),--live) $(if $(filter-out 0,$(TLS)),--tls) $(OPTIONS)

test: .venv/installed browser lint types imports unit interpreted bounds faults browser-tests ## every gate and every test

test-fast: .venv/installed lint types imports ## gates and the tests that need no browser and kill nothing
	$(PYTEST) -p no:dash -m "not browser and not fault and not slow"

install: .venv/installed ## make .venv and install requirements.txt

.venv/installed: requirements.txt .requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.11 run" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "The venv module is missing. Try: apt-get install python3-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt -c .requirements.lock
	@touch $@

browser: ## install the browser for the browser tests (needs root; prints the command otherwise)
	@bash .ci/browser

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports --config .importlinter

unit:
	$(PYTEST) -p no:dash -m "not browser and not fault"

interpreted:
	NUMBA_DISABLE_JIT=1 $(PYTEST) -p no:dash tests/kernels

bounds:
	cache=$$(mktemp -d) && NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$$cache $(PYTEST) -p no:dash tests/kernels; status=$$?; rm -rf $$cache; exit $$status

faults:
	$(PYTEST) -p no:dash -m fault

browser-tests:
	$(PYTEST) -m browser -rs --headless

pictures: .venv/installed browser ## take the README's pictures anew from the running product
	PICTURES=.pictures $(PYTEST) -m browser --headless tests/browser/test_first_minute.py -k first_minute

screenshots: .venv/installed browser ## take the pictures of every page anew from the running product
	PICTURES=.pictures $(PYTEST) -m browser --headless tests/browser/test_gallery.py

bench: bench-routing bench-evacuation bench-typhoon bench-rain bench-flood bench-epidemic bench-api ## every comparison below, one after the other: about an hour

bench-pages: ## frames, slider steps and first answer of the page at URL (make run beside it)
	$(BIN)/python -m tests.benchmarks.bench_pages --url http://$(HOST):$(PORT)

bench-routing: .venv/installed $(OSRM)/bin/osrm-routed ## compare the routing engine with its peers, which get an environment of their own
	.venv-bench/bin/python -m pip install --quiet -r requirements.txt -r tests/benchmarks/requirements.txt
	.venv-bench/bin/python -m tests.benchmarks.routing --peers pyroutingkit routingkit-cch ch-router scipy igraph networkit rustworkx networkx valhalla osrm pandana

$(OSRM)/bin/osrm-routed: # OSRM's programs lie in a package for a newer Python; they run without it
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 --platform manylinux_2_28_x86_64 --dest .venv-bench/osrm osrm-bindings==26.10.0
	.venv-bench/bin/python -m zipfile -e .venv-bench/osrm/osrm_bindings-26.10.0-*.whl .venv-bench/osrm
	chmod +x $(OSRM)/bin/*

bench-typhoon: .venv/installed ## compare the typhoon ensemble with CLIMADA, which gets an environment of its own
	test -x .venv-bench/climada/bin/python || $(PYTHON) -m venv .venv-bench/climada
	.venv-bench/climada/bin/python -m pip install --quiet --no-deps climada==6.1.0
	.venv-bench/climada/bin/python -m pip install --quiet -r tests/benchmarks/requirements-climada.txt
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.bench_typhoon --climada .venv-bench/climada/bin/python --write

bench-evacuation: .venv/installed ## plans against exact solvers, and the queues against SUMO; SUMO and OR-tools get environments of their own
	test -x .venv-bench/sumo/bin/python || $(PYTHON) -m venv .venv-bench/sumo
	.venv-bench/sumo/bin/python -m pip install --quiet -r tests/benchmarks/requirements-sumo.txt
	$(BIN)/python -m tests.benchmarks.evacuation
	$(BIN)/python -m tests.benchmarks.evacuation_sumo --sumo .venv-bench/sumo
	test -x .venv-bench/ortools/bin/python || $(PYTHON) -m venv .venv-bench/ortools
	.venv-bench/ortools/bin/python -m pip install --quiet -r tests/benchmarks/requirements-ortools.txt
	$(BIN)/python -m tests.benchmarks.evacuation_exact --ortools .venv-bench/ortools

bench-rain: .venv/installed ## compare kriging and the rain nowcast with PyKrige and pysteps, which get an environment of their own
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet -r requirements.txt -r tests/benchmarks/requirements.txt
	OPENBLAS_NUM_THREADS=1 .venv-bench/bin/python -m tests.benchmarks.bench_rain --write

bench-epidemic: .venv/installed ## score the epidemic models on the development data
	$(BIN)/python -m tests.benchmarks.epidemic

fuzz: .venv/installed ## random bytes into every parser of outsiders' input, 60 s
	$(BIN)/python -m tests.api.fuzz --seconds 60

bench-api: .venv/installed ## CPU of a keyed GET risk above its bare handler
	$(BIN)/python -m tests.benchmarks.bench_api --write

reliability: .venv/installed ## what the product withstands: every row of the table at full length, about half an hour, loopback only
	test -x .venv-bench/cluster/bin/python || $(PYTHON) -m venv .venv-bench/cluster
	.venv-bench/cluster/bin/python -m pip install --quiet -r requirements.txt -r .deploy/requirements-cluster.txt -c .requirements.lock
	.venv-bench/cluster/bin/python -m tests.reliability --write

bench-flood: .venv/installed ## compare the flood models with itzi (needs Python 3.12), landlab and pysheds, each in its own environment
	test -x .venv-bench/flood/bin/python || $(PYTHON) -m venv .venv-bench/flood
	.venv-bench/flood/bin/python -m pip install --quiet -r tests/benchmarks/requirements-flood.txt
	test -x .venv-bench/itzi/bin/python || $(PYTHON312) -m venv .venv-bench/itzi
	.venv-bench/itzi/bin/python -m pip install --quiet -r tests/benchmarks/requirements-flood-itzi.txt
	$(BIN)/python -m tests.benchmarks.bench_flood --python311 .venv-bench/flood/bin/python --python312 .venv-bench/itzi/bin/python --write

clean: ## remove what was built (.venv and .ansimgil stay)
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find risk_core components dashboard tests -name __pycache__ -type d -prune -exec rm -rf {} +
