# `make demo` tests the judge, judges recorded contestants and ends with the path of a leaderboard.
# `make image` builds the image that programs are judged in, where a container engine answers.
# `make test` runs the tests, `make test-long` those that take minutes, `make test-attacks`
# five thousand attacks on every field of a report (a quarter of an hour), `make bench` the benchmarks
# (over half an hour), `make test-vllm` the tests against a real vLLM without a GPU, which it installs into a
# virtual environment of its own (2.5 GB); `make test-ray` does so with Ray (0.3 GB). All make a virtual
# environment when none is active.

PYTHON ?= python3
VENV ?= $(or $(VIRTUAL_ENV),.venv)
VLLM_VENV ?= .venv-vllm
RAY_VENV ?= .venv-ray
PIP_FLAGS ?= --quiet --disable-pip-version-check

.PHONY: demo image test test-long test-attacks test-ray test-vllm check bench clean

demo: $(VENV)/.harness-installed
	-$(VENV)/bin/harness selftest demo
	$(VENV)/bin/harness run --task demo

image: $(VENV)/.harness-test-installed
	$(VENV)/bin/harness sandbox build

test: $(VENV)/.harness-test-installed
	$(VENV)/bin/python -m pytest -n 4 --dist worksteal

test-attacks: $(VENV)/.harness-test-installed
	$(VENV)/bin/python -m pytest -n 3 --dist worksteal -m attacks

test-long: $(VENV)/.harness-test-installed
	$(VENV)/bin/python -m pytest -n 3 --dist worksteal -m long

test-ray: $(RAY_VENV)/.harness-ray-installed
	$(RAY_VENV)/bin/python -m pytest -m ray tests/cluster

test-vllm: $(VENV)/.harness-test-installed $(VLLM_VENV)/.pins-installed
	HARNESS_TEST_VLLM=$(abspath $(VLLM_VENV))/bin/python $(VENV)/bin/python -m pytest -m vllm tests/vllm --durations=0 --durations-min=1

check: $(VENV)/.harness-dev-installed
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

bench: $(VENV)/.harness-test-installed
	for each in judge slots compiling load endurance generation overlap replay report gate; do $(VENV)/bin/python -m tests.bench.$$each || exit 1; done

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { echo "no venv: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }

$(VENV)/.harness-installed: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install $(PIP_FLAGS) -e .
	touch $@

$(VENV)/.harness-test-installed: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install $(PIP_FLAGS) -e '.[test]'
	touch $@ $(VENV)/.harness-installed

$(VENV)/.harness-dev-installed: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install $(PIP_FLAGS) -e '.[dev]'
	touch $@ $(VENV)/.harness-test-installed $(VENV)/.harness-installed

$(RAY_VENV)/.harness-ray-installed: pyproject.toml
	$(PYTHON) -m venv $(RAY_VENV)
	$(RAY_VENV)/bin/python -m pip install $(PIP_FLAGS) -e '.[test,ray]'
	touch $@

$(VLLM_VENV)/.pins-installed: tests/vllm/pins.txt
	$(PYTHON) -m venv $(VLLM_VENV)
	$(VLLM_VENV)/bin/python -m pip install $(PIP_FLAGS) --no-deps -r tests/vllm/pins.txt
	touch $@
