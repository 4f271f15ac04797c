#!/usr/bin/env bash
# Day 4, task "athena". Run after Day 3. Safe to run again; all of it scans far less than one cent's worth.
# Each statement below is also a file of its own, for the Console: sql/day4/*.sql.

# --8<-- [start:workgroup]
WORKGROUP=$(cat <<JSON
{
  "ResultConfigurationUpdates": {"OutputLocation": "s3://$BUCKET/query_results/"},
  "EnforceWorkGroupConfiguration": true,
  "PublishCloudWatchMetricsEnabled": true,
  "BytesScannedCutoffPerQuery": 104857600
}
JSON
)
aws athena get-work-group --work-group "$P-wg" >/dev/null 2>&1 ||
  aws athena create-work-group --name "$P-wg" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=2
aws athena update-work-group --work-group "$P-wg" --state ENABLED --configuration-updates "$WORKGROUP"
# --8<-- [end:workgroup]

# --8<-- [start:show_workgroup]
aws athena get-work-group --work-group "$P-wg" --query \
  'WorkGroup.{state: State, results: Configuration.ResultConfiguration.OutputLocation,
    limit: Configuration.BytesScannedCutoffPerQuery,
    enforced: Configuration.EnforceWorkGroupConfiguration}'
# --8<-- [end:show_workgroup]

# --8<-- [start:run]
query_state() {
  aws athena get-query-execution --query-execution-id "$1" \
    --query QueryExecution.Status.State --output text
}
run_query() {
  local id="" state="" try=0
  id=$(aws athena start-query-execution --work-group "$P-wg" \
    --query-execution-context "Database=$DB" --query-string "$1" \
    --query QueryExecutionId --output text) || return 1
  while state=$(query_state "$id") && [ "$try" -lt 120 ]; do
    case $state in
      QUEUED | RUNNING) ;;
      *) break ;;
    esac
    try=$((try + 1))
    sleep 1
  done
  if [ "$state" = SUCCEEDED ]; then
    aws athena get-query-results --query-execution-id "$id" \
      --query 'ResultSet.Rows[].[Data[].VarCharValue][]' --output text
    aws athena get-query-execution --query-execution-id "$id" \
      --query "join(' ', ['bytes scanned:', to_string(QueryExecution.Statistics.DataScannedInBytes)])" \
      --output text
  else
    aws athena get-query-execution --query-execution-id "$id" \
      --query QueryExecution.Status.StateChangeReason --output text >&2
    return 1
  fi
}
# --8<-- [end:run]

# --8<-- [start:hours]
HOURS=$(cat <<'SQL'
SELECT hour(CAST(device_ts AS timestamp)) AS hour_utc, count(*) AS plays
FROM raw
GROUP BY 1
ORDER BY 1
SQL
)
run_query "$HOURS"
# --8<-- [end:hours]

# --8<-- [start:artists]
ARTISTS=$(cat <<'SQL'
SELECT artist_name, count(*) AS plays
FROM processed_data
GROUP BY artist_name
ORDER BY plays DESC, artist_name
SQL
)
run_query "$ARTISTS"
# --8<-- [end:artists]

# --8<-- [start:heat_map]
HEAT_MAP=$(cat <<'SQL'
SELECT device_id, track_name, count(*) AS plays
FROM processed_data
GROUP BY device_id, track_name
ORDER BY device_id, track_name
SQL
)
run_query "$HEAT_MAP" | sed -n 1,5p
# --8<-- [end:heat_map]

# --8<-- [start:top]
TOP=$(cat <<'SQL'
SELECT device_id, track_name, count(*) AS plays
FROM processed_data
GROUP BY device_id, track_name
ORDER BY plays DESC, device_id, track_name
LIMIT 5
SQL
)
run_query "$TOP"
# --8<-- [end:top]

# --8<-- [start:quality]
QUALITY=$(cat <<'SQL'
SELECT
  count(*) - count(device_temp) AS without_temperature,
  count(*) - count(DISTINCT uuid) AS duplicates,
  count_if(activity_type NOT IN
    ('Running', 'Sitting', 'Traveling', 'Walking', 'Working')) AS unknown_activity
FROM raw
SQL
)
run_query "$QUALITY"
# --8<-- [end:quality]

# --8<-- [start:question_raw]
QUESTION_RAW=$(cat <<'SQL'
SELECT activity_type, count(*) AS plays
FROM raw
WHERE track_id > 0
GROUP BY activity_type
ORDER BY plays DESC
SQL
)
run_query "$QUESTION_RAW"
# --8<-- [end:question_raw]

# --8<-- [start:question_parquet]
QUESTION_PARQUET=$(cat <<'SQL'
SELECT activity_type, count(*) AS plays
FROM processed_data
WHERE track_id > 0
GROUP BY activity_type
ORDER BY plays DESC
SQL
)
run_query "$QUESTION_PARQUET"
# --8<-- [end:question_parquet]

# --8<-- [start:show_scanned]
RECENT=$(aws athena list-query-executions --work-group "$P-wg" --no-paginate \
  --query 'QueryExecutionIds[:2]' --output text)
# shellcheck disable=SC2086 # several ids are several words
aws athena batch-get-query-execution --query-execution-ids $RECENT --query \
  'QueryExecutions[].{question: Query, bytes: Statistics.DataScannedInBytes,
    reused: Statistics.ResultReuseInformation.ReusedPreviousResult}'
# --8<-- [end:show_scanned]
