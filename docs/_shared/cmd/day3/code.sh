#!/usr/bin/env bash
# Day 3, task "code". Run after: eval "$(workshop env)". Counts on your machine; nothing is sent.

# --8<-- [start:make]
workshop data make --out records
# --8<-- [end:make]

# --8<-- [start:count]
echo "all plays: $(grep -c . records/events.ndjson)"
echo "plays while running: $(grep -c '"activity_type": "Running"' records/events.ndjson)"
echo "plays from 20:00 to 20:59 in Vietnam: $(grep -c '"device_ts": "[0-9-]* 13:' records/events.ndjson)"
echo "plays of track 0: $(grep -c '"track_id": 0,' records/events.ndjson)"
# --8<-- [end:count]
