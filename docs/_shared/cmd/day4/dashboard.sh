#!/usr/bin/env bash
# Day 4, task "dashboard". Run after athena.sh. Safe to run again.

# --8<-- [start:draw]
workshop dashboard --yes
# --8<-- [end:draw]

# The other way, for an account that has QuickSight already. Functions only: nothing here signs you up.

# --8<-- [start:subscription]
quicksight_state() { # what the account pays for; an error means that it has no QuickSight
  aws quicksight describe-account-subscription --aws-account-id "$ACCT" \
    --query 'AccountInfo.{state: AccountSubscriptionStatus, edition: Edition}'
}
# --8<-- [end:subscription]

# --8<-- [start:source]
settled() { # wait until the status that the command prints is no longer IN_PROGRESS
  local status="" try=0
  while status=$("$@") && [ "$try" -lt 40 ]; do
    case $status in
      *IN_PROGRESS) ;;
      *) break ;;
    esac
    try=$((try + 1))
    sleep 3
  done
  echo "$status"
  case $status in
    *SUCCESSFUL) ;;
    *) return 1 ;;
  esac
}
source_status() {
  aws quicksight describe-data-source --aws-account-id "$ACCT" --data-source-id "$P-bi-source" \
    --query DataSource.Status --output text
}
create_source() {
  source_status >/dev/null 2>&1 ||
    aws quicksight create-data-source --aws-account-id "$ACCT" --data-source-id "$P-bi-source" \
      --name "$P-bi-source" --type ATHENA \
      --data-source-parameters "AthenaParameters={WorkGroup=$P-wg}" \
      --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=4 \
      --query CreationStatus --output text || return 1
  settled source_status
}
# --8<-- [end:source]

# --8<-- [start:dataset]
PLAYS=$(cat <<JSON
{
  "plays": {
    "RelationalTable": {
      "DataSourceArn": "arn:aws:quicksight:$R1:$ACCT:datasource/$P-bi-source",
      "Catalog": "AwsDataCatalog",
      "Schema": "$DB",
      "Name": "processed_data",
      "InputColumns": [
        {"Name": "uuid", "Type": "STRING"},
        {"Name": "device_id", "Type": "INTEGER"},
        {"Name": "track_name", "Type": "STRING"},
        {"Name": "artist_name", "Type": "STRING"}
      ]
    }
  }
}
JSON
)
create_dataset() {
  aws quicksight describe-data-set --aws-account-id "$ACCT" --data-set-id "$P-bi-dataset" \
    --query DataSet.Name --output text 2>/dev/null ||
    aws quicksight create-data-set --aws-account-id "$ACCT" --data-set-id "$P-bi-dataset" \
      --name "$P-bi-dataset" --import-mode DIRECT_QUERY --physical-table-map "$PLAYS" \
      --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=4 \
      --query DataSetId --output text
}
# --8<-- [end:dataset]

# --8<-- [start:dashboard]
COUNT='{"CategoricalMeasureField": {"FieldId": "plays", "AggregationFunction": "COUNT",
  "Column": {"DataSetIdentifier": "plays", "ColumnName": "uuid"}}}'
DASHBOARD=$(cat <<JSON
{
  "DataSetIdentifierDeclarations": [{
    "Identifier": "plays",
    "DataSetArn": "arn:aws:quicksight:$R1:$ACCT:dataset/$P-bi-dataset"
  }],
  "Sheets": [{
    "SheetId": "plays",
    "Visuals": [
      {"HeatMapVisual": {
        "VisualId": "device-track",
        "ChartConfiguration": {"FieldWells": {"HeatMapAggregatedFieldWells": {
          "Rows": [{"NumericalDimensionField": {"FieldId": "device",
            "Column": {"DataSetIdentifier": "plays", "ColumnName": "device_id"}}}],
          "Columns": [{"CategoricalDimensionField": {"FieldId": "track",
            "Column": {"DataSetIdentifier": "plays", "ColumnName": "track_name"}}}],
          "Values": [$COUNT]
        }}}
      }},
      {"TreeMapVisual": {
        "VisualId": "artists",
        "ChartConfiguration": {"FieldWells": {"TreeMapAggregatedFieldWells": {
          "Groups": [{"CategoricalDimensionField": {"FieldId": "artist",
            "Column": {"DataSetIdentifier": "plays", "ColumnName": "artist_name"}}}],
          "Sizes": [$COUNT]
        }}}
      }}
    ]
  }]
}
JSON
)
dashboard_status() {
  aws quicksight describe-dashboard --aws-account-id "$ACCT" --dashboard-id "$P-bi-dashboard" \
    --query Dashboard.Version.Status --output text
}
create_dashboard() { # the first version of a dashboard is published at once
  dashboard_status >/dev/null 2>&1 ||
    aws quicksight create-dashboard --aws-account-id "$ACCT" --dashboard-id "$P-bi-dashboard" \
      --name "$P-bi-dashboard" --definition "$DASHBOARD" \
      --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=4 \
      --query CreationStatus --output text || return 1
  settled dashboard_status
}
draw_with_quicksight() {
  create_source && create_dataset && create_dashboard
}
# --8<-- [end:dashboard]
