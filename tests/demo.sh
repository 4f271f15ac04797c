#!/usr/bin/env bash
# `make demo`: the course in a few minutes, in a sandbox of its own that starts empty and is gone at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

PATH="$PWD/.venv/bin:$PATH"
export XDG_STATE_HOME="$PWD/.cache/demo"
# The demo is about the sandbox, whatever account this shell is logged in to.
unset WORKSHOP_LEARNER WORKSHOP_REGION WORKSHOP_REPLICA_REGION AWS_PROFILE AWS_ENDPOINT_URL

finish() { workshop sandbox down >/dev/null 2>&1 || true; }
trap finish EXIT
trap 'exit 130' INT TERM

say() { printf '\n\033[1m== %s\033[0m\n' "$1"; }

workshop sandbox reset >/dev/null
say 'workshop sandbox up'
workshop sandbox up
say 'check-day all --sandbox   (trước / before)'
check-day all --sandbox || [ $? -eq 1 ]
say 'workshop solve 1 2 3 4 --through day4/dashboard'
workshop solve 1 2 3 4 --through day4/dashboard
say 'check-day all --sandbox   (đã làm / built)'
check-day all --sandbox || [ $? -eq 1 ]
say 'workshop solve 4   (dọn dẹp / clean-up)'
workshop solve 4
say 'workshop solve 5'
workshop solve 5
say 'check-day all --sandbox   (đã dọn / cleaned up)'
check-day all --sandbox || [ $? -eq 1 ]
{ check-day all --sandbox --format json || [ $? -eq 1 ]; } | python tests/open_milestones.py
say 'workshop site build'
workshop site build
cat <<'TEXT'

Mở các trang / open the pages:       make serve   (http://127.0.0.1:8000)
Làm thử trong sandbox / your turn:   .venv/bin/workshop sandbox up
TEXT
