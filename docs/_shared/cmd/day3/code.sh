#!/usr/bin/env bash
# Day 3, task "code". Run after: eval "$(workshop env)". Counts on your machine; nothing is sent.

# --8<-- [start:make]
workshop data make --out records
# --8<-- [end:make]

# --8<-- [start:count]
how_many() {
  grep -c "$1" records/events.ndjson
}
echo "all plays: $(how_many .)"
echo "plays while running: $(how_many '"activity_type": "Running"')"
echo "plays from 20:00 to 20:59 in Vietnam: $(how_many '"device_ts": "[0-9-]* 13:')"
echo "plays of track 0: $(how_many '"track_id": 0,')"
# --8<-- [end:count]
