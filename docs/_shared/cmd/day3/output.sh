#!/usr/bin/env bash
# Day 3, task "output". Run after session.sh. Safe to run again; each run of the crawler costs money.
# Each statement below is also a file of its own, for the Console: sql/day3/*.sql.

# --8<-- [start:show_output]
aws s3 ls "s3://$BUCKET/data/processed-data/" --recursive --human-readable --summarize
# --8<-- [end:show_output]

# --8<-- [start:start]
start_crawler() {
  local answer=""
  answer=$(aws glue start-crawler --name "$P-crawler" 2>&1) && return 0
  case $answer in
    *CrawlerRunningException*) return 0 ;;
  esac
  echo "$answer" >&2
  return 1
}
start_crawler
# --8<-- [end:start]

# --8<-- [start:wait]
crawler_state() {
  aws glue get-crawler --name "$P-crawler" --query Crawler.State --output text
}
wait_for_crawler() {
  local state="" last="" try=0
  while state=$(crawler_state) && [ "$state" != READY ] && [ "$try" -lt 200 ]; do
    try=$((try + 1))
    sleep 3
  done
  last=$(aws glue get-crawler --name "$P-crawler" --query Crawler.LastCrawl.Status --output text)
  echo "$state $last"
  [ "$state $last" = "READY SUCCEEDED" ]
}
wait_for_crawler
# --8<-- [end:wait]

# --8<-- [start:show_output_table]
aws glue get-table --database-name "$DB" --name processed_data --query \
  'Table.{location: StorageDescriptor.Location, format: Parameters.classification,
    partitions: PartitionKeys[].Name}'
aws glue get-table --database-name "$DB" --name processed_data \
  --query 'Table.StorageDescriptor.Columns[].[Name, Type]' --output text
# --8<-- [end:show_output_table]

# --8<-- [start:run]
query_state() {
  aws athena get-query-execution --query-execution-id "$1" \
    --query QueryExecution.Status.State --output text
}
run_query() { # the query, and the workgroup if it is another than yours
  local id="" state="" try=0
  id=$(aws athena start-query-execution --work-group "${2:-$P-wg}" \
    --result-configuration "OutputLocation=s3://$BUCKET/query_results/" \
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
  else
    aws athena get-query-execution --query-execution-id "$id" \
      --query QueryExecution.Status.StateChangeReason --output text >&2
    return 1
  fi
}
# --8<-- [end:run]

# --8<-- [start:balance]
BALANCE=$(cat <<'SQL'
SELECT
  count(*) AS plays_before,
  count(songs.track_id) AS plays_matched,
  count(*) - count(songs.track_id) AS plays_lost
FROM raw
LEFT JOIN reference_data AS songs
  ON raw.track_id = songs.track_id
SQL
)
run_query "$BALANCE"
# --8<-- [end:balance]

# --8<-- [start:rows]
ROWS=$(cat <<'SQL'
SELECT count(*) AS row_count
FROM processed_data
SQL
)
run_query "$ROWS"
# --8<-- [end:rows]

# --8<-- [start:ctas]
write_with_athena() { # the other way: no session, no crawler; it starts by deleting the old output
  aws s3 rm "s3://$BUCKET/data/processed-data/" --recursive --only-show-errors &&
    run_query "DROP TABLE IF EXISTS processed_data" &&
    run_query "$(sed "s/BUCKET/$BUCKET/" "$SHARED/sql/day3/ctas.sql")" primary
}
# --8<-- [end:ctas]
