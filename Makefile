# The two commands of the README: `make demo` and `make test`. Each does all of its own set-up.
.PHONY: demo test setup lint tests quick lab bench su1 clean

demo: setup
	@scripts/demo.sh mini

test: setup lint tests

setup:
	@scripts/setup.sh

lint:
	@scripts/lint.sh

tests:
	@scripts/tests.sh

quick:
	.venv/bin/pytest -m "not lab" -n 2 -q

lab:
	.venv/bin/pytest -m lab -v --durations=0

bench:
	.venv/bin/python scripts/bench.py --write docs/bench.md
	.venv/bin/python scripts/bench.py --simulate --only "check --simulate" --write docs/bench-simulation.md

su1: setup
	.venv/bin/python scripts/rehearse.py inventories/su1/cluster.yml --dead dgx-017 --table docs/su1-times.md

clean:
	-.venv/bin/dgxops lab down --all
	rm -rf .venv dist build
