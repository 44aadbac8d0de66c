#!/usr/bin/env bash
# Every linter the project keeps to; the first that objects ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
ruff check .
ruff format --check .
mypy
yamllint --strict .
ansible-lint --offline --strict -q
