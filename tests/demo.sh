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
board() { { check-day all --sandbox --format json || [ $? -le 4 ]; } | python tests/board.py; }
for day in $(python -c 'from checkday import curriculum; print(*curriculum.days())'); do
  say "workshop solve $day"
  workshop solve "$day"
  board
done
say 'check-day all --sandbox   (đã làm, rồi đã dọn / built, then cleaned up)'
check-day all --sandbox || [ $? -eq 1 ]
{ check-day all --sandbox --format json || [ $? -eq 1 ]; } | python tests/open_milestones.py
say 'workshop leftovers --sandbox'
workshop leftovers --sandbox || [ $? -eq 1 ]
say 'workshop site build'
workshop site build
cat <<'TEXT'

Mở các trang / open the pages:       make serve   (http://127.0.0.1:8000)
Làm thử trong sandbox / your turn:   .venv/bin/workshop sandbox up
TEXT
