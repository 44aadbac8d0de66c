#!/usr/bin/env bash
# All tests: the quick ones, and beside them those that boot machines. These mostly wait, so that both together take little
# longer than the longer of the two. Their lines begin with "lab".
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'kill 0' INT TERM
(.venv/bin/pytest -m lab -v --durations=0 2>&1 | sed -u 's/^/lab  /') &
quick=0 lab=0
.venv/bin/pytest -m "not lab" -n 2 -q --durations=20 || quick=$?
wait $! || lab=$?
echo "quick tests: exit code $quick; tests on machines: exit code $lab"
exit $((quick || lab))
