#!/usr/bin/env bash
# Lock the dependencies: exact versions with hashes, no index address (pip takes the one it is configured with).
# Usage: make lock            (uv is fetched into .venv by pip; UPGRADE=1 takes the newest versions allowed)
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
[ -x "$uv" ] || .venv/bin/python -m pip install --quiet uv

lock() {
    local target=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
        ${UPGRADE:+--upgrade} --output-file "$target" "$@"
}

lock requirements/base.txt pyproject.toml
lock requirements/build.txt requirements/build.in --constraint requirements/base.txt
lock requirements/face.txt pyproject.toml --extra face --constraint requirements/base.txt
lock requirements/dev.txt pyproject.toml --extra fast --extra face requirements/dev.in \
    --constraint requirements/base.txt --constraint requirements/build.txt
lock requirements/spark.txt requirements/spark.in --constraint requirements/dev.txt

if grep -nE '://|--(index|extra-index|find-links)' requirements/*.txt; then
    echo "an index address slipped into a lock file" >&2
    exit 1
fi
