# Sourced by every script here: the repository as the working folder, and where cargo puts things.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
mkdir -p "$target"

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
