.PHONY: setup run test fuzz check bench lock clean

setup:
	scripts/setup dev

run:
	@scripts/setup run
	@exec .venv/bin/python scripts/example-site

# More workers than cores: half of the time tests wait, for time limits above all.
test:
	@scripts/setup dev
	.venv/bin/python -m pytest -n $$((2 * $$(nproc))) --dist worksteal

# The parsers against 10,000 random inputs of each kind (15 minutes), and against those that atheris makes: SECONDS for
# each of eleven targets.
SECONDS = 60
fuzz:
	@scripts/setup fuzz
	.venv/bin/python -m pytest -n auto tests/safety --hypothesis-profile=fuzz --timeout 0
	.venv/bin/python tests/safety/fuzz $(SECONDS)

check:
	@scripts/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/python -m pytest -q tests/test_architecture.py

bench:
	@scripts/setup dev
	.venv/bin/python -m pytest benchmarks --benchmark-only -p no:xdist

# New pins after a change of pyproject.toml or requirements/*.in.
lock:
	scripts/lock

clean:
	rm -rf .venv var build dist
