#!/usr/bin/env bash
# Day 2, task "check". Run after crawler.sh. Safe to run again.
# Each statement below is also a file of its own, for the Console: sql/day2/*.sql.

# --8<-- [start:show_tables]
aws glue get-tables --database-name "$DB" --query \
  'TableList[].{table: Name, made_by: Parameters.UPDATED_BY_CRAWLER,
    format: Parameters.classification, location: StorageDescriptor.Location}'
# --8<-- [end:show_tables]

# --8<-- [start:show_schema]
aws glue get-table --database-name "$DB" --name raw \
  --query 'Table.StorageDescriptor.Columns[].[Name, Type]' --output text
# --8<-- [end:show_schema]

# --8<-- [start:show_partitions]
aws glue get-table --database-name "$DB" --name raw \
  --query 'Table.PartitionKeys[].[Name, Type]' --output text
aws glue get-partitions --database-name "$DB" --table-name raw \
  --query 'Partitions[].Values' --output text
# --8<-- [end:show_partitions]

# --8<-- [start:workgroup]
WORKGROUP=$(cat <<JSON
{
  "ResultConfiguration": {"OutputLocation": "s3://$BUCKET/query_results/"},
  "EnforceWorkGroupConfiguration": true,
  "PublishCloudWatchMetricsEnabled": true,
  "BytesScannedCutoffPerQuery": 104857600
}
JSON
)
aws athena get-work-group --work-group "$P-wg" >/dev/null 2>&1 ||
  aws athena create-work-group --name "$P-wg" --configuration "$WORKGROUP" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=2
# --8<-- [end:workgroup]

# --8<-- [start:show_workgroup]
aws athena get-work-group --work-group "$P-wg" --query \
  'WorkGroup.Configuration.{results: ResultConfiguration.OutputLocation,
    limit: BytesScannedCutoffPerQuery, enforced: EnforceWorkGroupConfiguration}'
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

# --8<-- [start:preview]
PREVIEW=$(cat <<'SQL'
SELECT *
FROM raw
LIMIT 5
SQL
)
run_query "$PREVIEW"
# --8<-- [end:preview]

# --8<-- [start:activity]
ACTIVITY=$(cat <<'SQL'
SELECT activity_type, count(*) AS plays
FROM raw
GROUP BY activity_type
ORDER BY plays DESC
SQL
)
run_query "$ACTIVITY"
# --8<-- [end:activity]

# --8<-- [start:pruned]
PRUNED=$(cat <<'SQL'
SELECT count(*) AS plays
FROM raw
WHERE partition_0 = '1999'
SQL
)
run_query "$PRUNED"
# --8<-- [end:pruned]

# --8<-- [start:show_results]
aws s3 ls "s3://$BUCKET/query_results/"
# --8<-- [end:show_results]
