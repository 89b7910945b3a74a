# Everything happens in a virtual environment, .venv; `make clean` removes it.
PYTHON ?= python3

# Tests wait a good deal, so there are more processes of them than a small machine has cores; the faults, which
# have many processes each, are half as many. A virtual host that is given is for one test at a time.
JOBS ?= $(if $(XFC_TEST_AMQP_URL),0,4)
SOME := $(if $(XFC_TEST_AMQP_URL),0,2)

BIN := .venv/bin
READY := .venv/ready

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: $(READY)  ## make the virtual environment

demo: setup  ## build a sample volume in demo/ and run everything on it
	@$(BIN)/xfc-notify demo demo

demo-web: demo  ## the same, and serve its web at http://127.0.0.1:8080, with links to sign in as a user and as an operator
	@$(BIN)/xfc-notify web --sign-in cleo --sign-in operator --settings demo/settings.toml

test: setup servers  ## run all tests, on real servers; JOBS=0 runs them one by one
	@$(BIN)/pytest -n $(JOBS) --dist worksteal

# With XFC_TEST_KILLS=300 it takes 20 minutes, waits real minutes, and writes its figures into docs/reliability.md.
test-faults: setup servers  ## kill, stop, fill and mislead everything: nothing may be lost
	@$(BIN)/pytest -n $(SOME) --dist worksteal tests/faults

lint: setup  ## run all checks that need no servers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@MYPYPATH=tests/notify $(BIN)/mypy benchmarks/*.py tests/mutants.py
	@$(BIN)/lint-imports --no-logo

check: lint test  ## lint and test

# Python itself is not built with sanitizers: they are loaded before it, and its own leaks are not looked for.
sanitize: setup  ## test the native scanner for wild memory, undefined behaviour and races
	@tests/scan/sanitize $(BIN)/python

fuzz: setup  ## feed what parses with much more nonsense than the tests do, for some minutes
	@XFC_TEST_FUZZ=$${XFC_TEST_FUZZ:-20000} $(BIN)/pytest -q -n $(JOBS) --dist worksteal tests/test_fuzz.py

# MUTANTS="20 --seed 7 --only xfc_notify/notify" is another number, the same sample again, a part of the code.
mutants: setup servers  ## make small wrong changes in a copy, and tell which of them no test notices; half an hour
	@$(BIN)/python tests/mutants.py $(MUTANTS)

test-container: setup servers  ## build the images on a Debian made by debootstrap, and run the pods; as root, minutes
	@command -v buildah >/dev/null && command -v debootstrap >/dev/null || tests/servers/install buildah debootstrap
	@$(BIN)/pytest -q tests/deploy/images.py

test-cluster: setup servers  ## kill nodes of a cluster of three RabbitMQs under everything; minutes, on a machine that is idle
	@$(BIN)/pytest -q tests/faults/cluster.py

test-newest: setup servers  ## test on newer Debians made by debootstrap: their RabbitMQ, PostgreSQL, Python; as root, minutes
	@command -v debootstrap >/dev/null || tests/servers/install debootstrap
	@$(BIN)/python tests/newest.py $(NEWEST)

audit: setup  ## look up the pinned versions among the known vulnerabilities
	@$(BIN)/python .ci/audit.py

wheel: setup  ## build the wheel in dist/, the same file wherever this commit is built
	@rm -rf build  # setuptools would take up what is left of other versions
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/pip wheel -q --disable-pip-version-check --no-deps \
	    --no-build-isolation -w dist .
	@sha256sum dist/*.whl

bench: setup  ## measure the scanner beside the peers that are installed; writes docs/benchmarks.md
	@$(BIN)/python benchmarks/scan.py $(BENCH)

bench-billion: setup servers  ## scan a billion files that a library invents; adds to docs/benchmarks.md
	@$(BIN)/python benchmarks/billion.py $(BENCH)

bench-service: setup  ## measure the pipeline, and commands at 100,000 areas; writes docs/benchmarks-*.md
	@$(BIN)/python benchmarks/pipeline.py
	@$(BIN)/python benchmarks/areas.py

bench-reports: setup  ## measure reading the lines of wrstat, and the queries of pages; writes docs/benchmarks-reports.md
	@$(BIN)/python benchmarks/reports.py
	@$(BIN)/python benchmarks/report_pages.py

bench-transfers: setup  ## measure copies of datasets beside cp, rclone and rsync; writes docs/benchmarks-transfers.md
	@$(BIN)/python benchmarks/transfers.py $(BENCH)

clean:  ## remove what the other targets made
	@rm -rf .venv build demo *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

# pytest skips, or fails in CI, what needs a server that could not be installed.
servers:
	@tests/servers/install || true

$(READY): pyproject.toml constraints.txt $(wildcard xfc_notify/*/c/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "Python 3.11 or newer is needed, as in: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	    tests/servers/install "$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install -qq --disable-pip-version-check -c constraints.txt setuptools
	@$(BIN)/pip install -qq --disable-pip-version-check -c constraints.txt --no-build-isolation -e ".[test,lint]"
	@touch $@

.PHONY: help setup demo demo-web test test-faults lint check sanitize fuzz mutants test-container test-cluster test-newest audit wheel bench bench-billion bench-service bench-transfers clean servers
