#!/usr/bin/env bash
# Makes the locked requirement files anew: bash requirements/compile.sh [--upgrade]
# Each file holds the one before it, with the same versions, so that every environment runs the same code.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() { # OUTPUT CONSTRAINTS|- ARGUMENTS…
  local output=$1 constraints=$2
  shift 2
  [ "$constraints" = - ] || set -- "$@" --constraints "$constraints"
  uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate \
    pyproject.toml "$@" --output-file "$output"
}
lock requirements/runtime.txt - "$@"
lock requirements/image.txt requirements/runtime.txt --extra server "$@"
# What the Action's image installs: all of that but the cryptography that PyGithub needs for logins it does not use.
lock requirements/action.txt requirements/image.txt --extra server --no-emit-package cryptography "$@"
lock requirements/demo.txt requirements/image.txt requirements/build.in --extra server "$@"
lock requirements/test.txt requirements/demo.txt requirements/build.in --extra server --group test "$@"
lock requirements/lint.txt requirements/test.txt requirements/build.in --extra server --group test --group lint "$@"
lock requirements/clients.txt requirements/test.txt requirements/clients.in requirements/build.in --extra server \
  --group test "$@"
uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate \
  requirements/container.in "$@" --output-file requirements/container.txt
uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate \
  requirements/bench.in --constraints requirements/clients.txt "$@" --output-file requirements/bench.txt
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  requirements/hermes.in "$@" --output-file requirements/hermes.txt
