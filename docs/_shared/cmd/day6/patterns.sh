#!/usr/bin/env bash
# Day 6, task "patterns". Run after: eval "$(workshop env)". Safe to run again: nothing is made twice.

# --8<-- [start:throttle_table]
table_status() {
  aws dynamodb describe-table --table-name "$1" --query Table.TableStatus --output text 2>/dev/null ||
    echo NONE
}
create_table() { # the name, and the options of its keys
  local name=$1
  shift
  [ "$(table_status "$name")" = NONE ] || return 0
  aws dynamodb create-table --table-name "$name" "$@" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=6 \
    --query TableDescription.TableName --output text
}
wait_for_table() {
  local status="" try=0
  while status=$(table_status "$1") && [ "$status" != ACTIVE ] && [ "$try" -lt 200 ]; do
    try=$((try + 1))
    sleep 2
  done
  echo "$1 $status"
  [ "$status" = ACTIVE ]
}
create_table "$P-throttle" \
  --attribute-definitions AttributeName=PK,AttributeType=S \
  --key-schema AttributeName=PK,KeyType=HASH \
  --billing-mode PROVISIONED --provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=5
wait_for_table "$P-throttle"
# --8<-- [end:throttle_table]

# --8<-- [start:throttle]
# A write of 98 KB takes 98 units. What the table did not use for five minutes it may catch up on:
# 1500 units. So some 16 writes succeed in spite of 5 units a second, and then it refuses.
BIG=$(mktemp)
write_big() {
  printf '{"PK": {"S": "big#%s"}, "Text": {"S": "%s"}}' "$1" "$(head -c 100000 /dev/zero | tr '\0' x)" >"$BIG"
  AWS_MAX_ATTEMPTS=1 aws dynamodb put-item --table-name "$P-throttle" --item "file://$BIG" 2>&1
}
throttle() {
  local answer="" number=0 refused=0
  while [ "$number" -lt 80 ] && [ "$refused" -lt 3 ]; do
    number=$((number + 1))
    answer=$(write_big "$number") && continue
    case $answer in
      *ProvisionedThroughputExceededException*) refused=$((refused + 1)) ;;
      *) echo "$answer" >&2 && return 1 ;;
    esac
  done
  echo "refused: $refused"
  [ "$refused" -gt 0 ]
}
billing_mode() {
  aws dynamodb describe-table --table-name "$1" --output text \
    --query "Table.BillingModeSummary.BillingMode || 'PROVISIONED'"
}
if [ "$(billing_mode "$P-throttle")" = PROVISIONED ]; then
  throttle
fi
rm -f "$BIG"
# --8<-- [end:throttle]

# --8<-- [start:wait_metric]
throttled() { # CloudWatch takes a minute or two
  local now
  now=$(date +%s)
  aws cloudwatch get-metric-statistics --namespace AWS/DynamoDB --metric-name WriteThrottleEvents \
    --dimensions "Name=TableName,Value=$P-throttle" --period 3600 --statistics Sum \
    --start-time $((now - 86400)) --end-time $((now + 60)) \
    --query 'length(Datapoints[?Sum>`0`])'
}
wait_for_metric() {
  local try=0
  while [ "$(throttled)" = 0 ] && [ "$try" -lt 60 ]; do
    try=$((try + 1))
    sleep 5
  done
  [ "$(throttled)" != 0 ] && echo "WriteThrottleEvents > 0"
}
wait_for_metric
# --8<-- [end:wait_metric]

# --8<-- [start:on_demand]
# On demand there is no capacity to run out of, and nothing to pay while nobody asks.
if [ "$(billing_mode "$P-throttle")" = PROVISIONED ]; then
  aws dynamodb update-table --table-name "$P-throttle" --billing-mode PAY_PER_REQUEST >/dev/null
fi
wait_for_table "$P-throttle"
# --8<-- [end:on_demand]

# --8<-- [start:log_table]
create_table "$P-log" \
  --attribute-definitions AttributeName=PK,AttributeType=S \
  AttributeName=ShardKey,AttributeType=S AttributeName=StatusTime,AttributeType=S \
  --key-schema AttributeName=PK,KeyType=HASH \
  --billing-mode PAY_PER_REQUEST \
  --on-demand-throughput MaxReadRequestUnits=4000,MaxWriteRequestUnits=4000 \
  --global-secondary-indexes "IndexName=by-shard,KeySchema=[{AttributeName=ShardKey,KeyType=HASH},\
{AttributeName=StatusTime,KeyType=RANGE}],Projection={ProjectionType=KEYS_ONLY}"
wait_for_table "$P-log"
# --8<-- [end:log_table]

# --8<-- [start:load_log]
workshop data load --table log --yes
# --8<-- [end:load_log]

# --8<-- [start:shards]
shard_count() { # the number of the shard, and how the sort key begins
  aws dynamodb query --table-name "$P-log" --index-name by-shard --select COUNT --output text \
    --key-condition-expression 'ShardKey = :shard AND begins_with(StatusTime, :begin)' \
    --expression-attribute-values "{\":shard\": {\"S\": \"shard#$1\"}, \":begin\": {\"S\": \"$2\"}}" \
    --query Count | awk '{sum += $1} END {print sum}'
}
all_shards() { # the same ten shards that the items were given: 1 to 10, not 0 to 9
  local shard total=0
  for shard in 1 2 3 4 5 6 7 8 9 10; do
    total=$((total + $(shard_count "$shard" "$1")))
  done
  echo "$total"
}
all_shards '404#2026-02-11'
# --8<-- [end:shards]

# --8<-- [start:staff_table]
create_table "$P-staff" \
  --attribute-definitions AttributeName=PK,AttributeType=S AttributeName=SK,AttributeType=S \
  AttributeName=Name,AttributeType=S AttributeName=IsManager,AttributeType=S \
  AttributeName=City,AttributeType=S AttributeName=DistrictDept,AttributeType=S \
  --key-schema AttributeName=PK,KeyType=HASH AttributeName=SK,KeyType=RANGE \
  --billing-mode PAY_PER_REQUEST \
  --on-demand-throughput MaxReadRequestUnits=4000,MaxWriteRequestUnits=4000 \
  --global-secondary-indexes \
  "IndexName=by-sort-key,KeySchema=[{AttributeName=SK,KeyType=HASH},\
{AttributeName=Name,KeyType=RANGE}],Projection={ProjectionType=ALL}" \
  "IndexName=managers,KeySchema=[{AttributeName=IsManager,KeyType=HASH},\
{AttributeName=Name,KeyType=RANGE}],Projection={ProjectionType=ALL}" \
  "IndexName=by-city,KeySchema=[{AttributeName=City,KeyType=HASH},\
{AttributeName=DistrictDept,KeyType=RANGE}],Projection={ProjectionType=KEYS_ONLY}"
wait_for_table "$P-staff"
# --8<-- [end:staff_table]

# --8<-- [start:load_staff]
workshop data load --table staff --yes
# --8<-- [end:load_staff]

# --8<-- [start:person]
aws dynamodb query --table-name "$P-staff" --key-condition-expression 'PK = :person' \
  --expression-attribute-values '{":person": {"S": "e#2"}}' \
  --query 'Items[].SK.S' --output text
# --8<-- [end:person]

# --8<-- [start:overloaded]
for value in 'city#Đà Nẵng' 'current_title#Data Engineer' 'previous_title#Data Engineer'; do
  echo "$value: $(aws dynamodb query --table-name "$P-staff" --index-name by-sort-key \
    --select COUNT --key-condition-expression 'SK = :value' \
    --expression-attribute-values "{\":value\": {\"S\": \"$value\"}}" --query Count)"
done
# --8<-- [end:overloaded]

# --8<-- [start:sparse]
aws dynamodb scan --table-name "$P-staff" --index-name managers \
  --query '{read: ScannedCount, kept: Count}'
aws dynamodb scan --table-name "$P-staff" --filter-expression 'IsManager = :yes' \
  --expression-attribute-values '{":yes": {"S": "1"}}' \
  --query '{read: ScannedCount, kept: Count}'
# --8<-- [end:sparse]

# --8<-- [start:composite]
narrowed() { # the city, and how the sort key begins
  aws dynamodb query --table-name "$P-staff" --index-name by-city --select COUNT \
    --key-condition-expression 'City = :city AND begins_with(DistrictDept, :begin)' \
    --expression-attribute-values "{\":city\": {\"S\": \"$1\"}, \":begin\": {\"S\": \"$2\"}}" \
    --query Count
}
aws dynamodb query --table-name "$P-staff" --index-name by-city --select COUNT \
  --key-condition-expression 'City = :city' \
  --expression-attribute-values '{":city": {"S": "Hà Nội"}}' --query Count
narrowed 'Hà Nội' 'Cầu Giấy#'
narrowed 'Hà Nội' 'Cầu Giấy#Support'
# --8<-- [end:composite]

# --8<-- [start:invoice_table]
create_table "$P-invoice" \
  --attribute-definitions AttributeName=PK,AttributeType=S AttributeName=SK,AttributeType=S \
  --key-schema AttributeName=PK,KeyType=HASH AttributeName=SK,KeyType=RANGE \
  --billing-mode PAY_PER_REQUEST \
  --on-demand-throughput MaxReadRequestUnits=4000,MaxWriteRequestUnits=4000 \
  --global-secondary-indexes "IndexName=by-part,KeySchema=[{AttributeName=SK,KeyType=HASH},\
{AttributeName=PK,KeyType=RANGE}],Projection={ProjectionType=ALL}"
wait_for_table "$P-invoice"
# --8<-- [end:invoice_table]

# --8<-- [start:load_invoice]
workshop data load --table invoice --yes
# --8<-- [end:load_invoice]

# --8<-- [start:adjacency]
aws dynamodb query --table-name "$P-invoice" --key-condition-expression 'PK = :invoice' \
  --expression-attribute-values '{":invoice": {"S": "I#2002"}}' \
  --query 'Items[].SK.S' --output text
on_invoices() { # where a bill or a customer stands
  aws dynamodb query --table-name "$P-invoice" --index-name by-part \
    --key-condition-expression 'SK = :part AND begins_with(PK, :invoice)' \
    --expression-attribute-values "{\":part\": {\"S\": \"$1\"}, \":invoice\": {\"S\": \"I#\"}}" \
    --query 'Items[].PK.S' --output text
}
on_invoices 'B#5531'
on_invoices 'C#7216'
# --8<-- [end:adjacency]

# --8<-- [start:stream]
stream_enabled() {
  aws dynamodb describe-table --table-name "$P-log" --output text \
    --query 'Table.StreamSpecification.StreamEnabled || `false`'
}
case $(stream_enabled) in
  [Tt]rue) ;;
  *)
    aws dynamodb update-table --table-name "$P-log" \
      --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES \
      --query TableDescription.StreamSpecification.StreamViewType --output text
    ;;
esac
create_table "$P-log-copy" \
  --attribute-definitions AttributeName=PK,AttributeType=S \
  --key-schema AttributeName=PK,KeyType=HASH \
  --billing-mode PAY_PER_REQUEST \
  --on-demand-throughput MaxReadRequestUnits=4000,MaxWriteRequestUnits=4000
wait_for_table "$P-log"
wait_for_table "$P-log-copy"
# --8<-- [end:stream]

# --8<-- [start:role]
TRUST=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole"
  }]
}
JSON
)
RIGHTS=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      "Resource": "arn:aws:dynamodb:$AWS_REGION:$ACCT:table/$P-log/stream/*"
    },
    {
      "Effect": "Allow",
      "Action": "dynamodb:ListStreams",
      "Resource": "*"
    },
    {
      "Effect": "Allow",
      "Action": ["dynamodb:PutItem", "dynamodb:DeleteItem"],
      "Resource": "arn:aws:dynamodb:$AWS_REGION:$ACCT:table/$P-log-copy"
    },
    {
      "Effect": "Allow",
      "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      "Resource": "arn:aws:logs:$AWS_REGION:$ACCT:log-group:/aws/lambda/$P-copy:*"
    }
  ]
}
JSON
)
if ! aws iam get-role --role-name "$P-copy-role" >/dev/null 2>&1; then
  aws iam create-role --role-name "$P-copy-role" --assume-role-policy-document "$TRUST" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=6 \
    --query Role.RoleName --output text
fi
aws iam wait role-exists --role-name "$P-copy-role"
aws iam put-role-policy --role-name "$P-copy-role" --policy-name copy-log --policy-document "$RIGHTS"
# --8<-- [end:role]

# --8<-- [start:function]
RUNTIME=python3.13
ZIP=$(mktemp -d)/function.zip
(cd "$SHARED/py/day6" && python3 -m zipfile -c "$ZIP" copy_log.py)
create_function() { # a role that was just made is not known everywhere at once
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws lambda create-function --function-name "$P-copy" --runtime "$RUNTIME" \
      --handler copy_log.handler --zip-file "fileb://$ZIP" --timeout 30 --memory-size 256 \
      --role "arn:aws:iam::$ACCT:role/$P-copy-role" \
      --environment "Variables={TARGET=$P-log-copy}" \
      --tags "Workshop=fcj7days,Learner=$LEARNER,Day=6" \
      --query FunctionName --output text 2>&1) && echo "$answer" && return 0
    case $answer in
      *"assumed by Lambda"*) echo "Lambda does not know the role yet ($try of 12)" ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
aws lambda get-function --function-name "$P-copy" >/dev/null 2>&1 || create_function
aws lambda wait function-active --function-name "$P-copy"
# --8<-- [end:function]

# --8<-- [start:mapping]
# A stream that is turned off and on again has another ARN: a mapping of the old one hears nothing.
STREAM_ARN=$(aws dynamodb describe-table --table-name "$P-log" \
  --query Table.LatestStreamArn --output text)
mapping_state() {
  aws lambda list-event-source-mappings --output text --query "EventSourceMappings[?\
ends_with(FunctionArn, ':function:$P-copy') && EventSourceArn=='$STREAM_ARN'].State | [0] || 'NONE'"
}
if [ "$(mapping_state)" = NONE ]; then
  aws lambda create-event-source-mapping --function-name "$P-copy" \
    --event-source-arn "$STREAM_ARN" --batch-size 100 --starting-position TRIM_HORIZON \
    --function-response-types ReportBatchItemFailures --maximum-retry-attempts 5 \
    --query FunctionResponseTypes --output text
fi
# --8<-- [end:mapping]

# --8<-- [start:wait_mapping]
wait_for_mapping() {
  local state="" try=0
  while state=$(mapping_state) && [ "$state" != Enabled ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$P-copy $state"
  [ "$state" = Enabled ]
}
wait_for_mapping
# --8<-- [end:wait_mapping]

# --8<-- [start:load_stream]
workshop data load --table log-stream --yes
# --8<-- [end:load_stream]

# --8<-- [start:change]
aws dynamodb delete-item --table-name "$P-log" --key '{"PK": {"S": "request#20001"}}'
aws dynamodb update-item --table-name "$P-log" --key '{"PK": {"S": "request#20002"}}' \
  --update-expression 'SET Note = :note' \
  --expression-attribute-values "{\":note\": {\"S\": \"$LEARNER\"}}"
# --8<-- [end:change]

# --8<-- [start:wait_copy]
copied() { # how many items there are, and whether the note has come and the deleted item has gone
  aws dynamodb scan --table-name "$P-log-copy" --select COUNT --output text --query Count |
    awk '{sum += $1} END {print sum + 0}'
}
copied_item() {
  aws dynamodb get-item --table-name "$P-log-copy" --key "{\"PK\": {\"S\": \"request#$1\"}}" \
    --consistent-read --output text --query "Item.$2.S"
}
wait_for_copy() {
  local state="" try=0
  while state="$(copied) $(copied_item 20002 Note) $(copied_item 20001 PK)" &&
    [ "$state" != "1999 $LEARNER None" ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$state"
  [ "$state" = "1999 $LEARNER None" ]
}
wait_for_copy
# --8<-- [end:wait_copy]

# --8<-- [start:show_copy]
for table in log log-copy; do
  aws dynamodb get-item --table-name "$P-$table" --key '{"PK": {"S": "request#20003"}}' \
    --query 'Item.[Took.N, Bytes.N, Url.S]' --output text
done
# --8<-- [end:show_copy]
