#!/usr/bin/env bash
# Day 2, task "data". Run after: eval "$(workshop env)". Safe to run again: nothing is sent twice.

# --8<-- [start:make]
workshop data make --out records
# --8<-- [end:make]

# --8<-- [start:show_make]
head -n 2 records/events.ndjson
# --8<-- [end:show_make]

# --8<-- [start:send]
workshop data send --yes
# --8<-- [end:send]

# --8<-- [start:wait_data]
bytes_there() {
  aws s3api list-objects-v2 --bucket "$BUCKET" --prefix data/raw/ \
    --query 'sum(Contents[].Size || `[0]`)' --output json
}
wait_for_records() {
  local there="" wanted="" try=0
  wanted=$(wc -c <records/events.ndjson)
  while there=$(bytes_there) && [ "${there%.*}" -lt "$wanted" ] && [ "$try" -lt 60 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "bytes sent: $((wanted)), bytes under data/raw/: ${there%.*}"
  [ "${there%.*}" -ge "$wanted" ]
}
wait_for_records
# --8<-- [end:wait_data]

# --8<-- [start:show_records]
aws s3 ls "s3://$BUCKET/data/raw/" --recursive --human-readable --summarize
# --8<-- [end:show_records]

# --8<-- [start:show_records_valid]
KEY=$(aws s3api list-objects-v2 --bucket "$BUCKET" --prefix data/raw/ --no-paginate \
  --query 'Contents[?Size > `0`] | [0].Key' --output text)
aws s3 cp "s3://$BUCKET/$KEY" - | sed -n 1,2p
# --8<-- [end:show_records_valid]
