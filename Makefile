# The two commands of a fresh machine are `make demo` and `make test`; dev.py does the work.
PYTHON ?= python3

.PHONY: demo test lint bench coverage mutants
demo: ; @$(PYTHON) dev.py demo $(DEMO_ARGS)
test: ; @$(PYTHON) dev.py test $(TEST_ARGS)
lint: ; @$(PYTHON) dev.py lint
bench: ; @$(PYTHON) dev.py bench $(BENCH_ARGS)
coverage: ; @$(PYTHON) dev.py coverage
mutants: ; @$(PYTHON) dev.py mutants $(MUTANTS_ARGS)
