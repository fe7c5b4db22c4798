# Two commands for a fresh machine with Python 3.11, 3.12 or 3.13 and nothing else:
#   make demo    the sample studies, from PDF to tables
#   make test    the whole test suite

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-postgres check dictionary doors pictures expected clean

demo: $(READY)
	$(BIN)/passerelle run examples/studies examples/web --no-prefect --raw demo/raw --processed demo/processed

test: $(READY)
	$(BIN)/python -m pytest

# publication into a PostgreSQL 15 or later that the tests start themselves
test-postgres: $(READY)
	$(BIN)/python -m pytest tests/test_postgres.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# docs/data-dictionary.md, from schemas/, and what follows from it; a test fails when it is stale
dictionary: $(READY) doors
	$(BIN)/python -c "from schemas.export import to_markdown; from schemas.tables import TABLES; from schemas.views import VIEWS; print(to_markdown(TABLES, VIEWS), end='')" > docs/data-dictionary.md

# examples/datasette/ and examples/duckdb/, from schemas/ and examples/questions/; a test fails when they are stale
doors: $(READY)
	$(BIN)/python examples/make_doors.py

# the pictures of docs/ and README.md, from the sample studies, with the Chromium of the system
pictures: $(READY)
	$(BIN)/python docs/pictures/make_pictures.py

# tests/expected/, from what the code gives now: read the diff before committing it
expected: $(READY)
	$(BIN)/python -m pytest tests/test_flows_run.py -k reviewed --update-expected

clean:
	rm -rf demo $(VENV)

# The environment holds what requirements.lock names, by hash, and the project itself; the build backend is
# in the lock too, so nothing else is fetched.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Il faut Python 3.11, 3.12 ou 3.13 : make PYTHON=python3.12"; exit 5; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
