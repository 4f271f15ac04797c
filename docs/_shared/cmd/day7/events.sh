#!/usr/bin/env bash
# Day 7, task "events". Run after: eval "$(workshop env)". Safe to run again: nothing is made or counted twice.

# --8<-- [start:tables]
table_status() {
  aws dynamodb describe-table --table-name "$1" --query Table.TableStatus --output text 2>/dev/null ||
    echo NONE
}
create_table() { # the table, its key, and other options
  local name=$1 key=$2
  shift 2
  [ "$(table_status "$name")" = NONE ] || return 0
  aws dynamodb create-table --table-name "$name" "$@" --billing-mode PAY_PER_REQUEST \
    --attribute-definitions "AttributeName=$key,AttributeType=S" \
    --key-schema "AttributeName=$key,KeyType=HASH" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=7 \
    --query TableDescription.TableName --output text
}
create_table "$P-state" TradeID
create_table "$P-reduce" MessageId
create_table "$P-aggregate" Identifier
create_table "$P-params" Parameter
# --8<-- [end:tables]

# --8<-- [start:wait_tables]
wait_for_table() {
  local status="" try=0
  while status=$(table_status "$1") && [ "$status" != ACTIVE ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 2
  done
  echo "$1 $status"
  [ "$status" = ACTIVE ]
}
for table in state reduce aggregate params; do
  wait_for_table "$P-$table"
done
# --8<-- [end:wait_tables]

# --8<-- [start:streams]
turn_on_stream() { # the table, and what each record shall hold; turned on again it has another ARN
  case $(aws dynamodb describe-table --table-name "$1" --output text \
    --query 'Table.StreamSpecification.StreamEnabled || `false`') in
    [Tt]rue) return 0 ;;
  esac
  aws dynamodb update-table --table-name "$1" \
    --stream-specification "StreamEnabled=true,StreamViewType=$2" \
    --query TableDescription.StreamSpecification.StreamViewType --output text
}
turn_on_stream "$P-state" NEW_AND_OLD_IMAGES
turn_on_stream "$P-reduce" NEW_IMAGE
wait_for_table "$P-state"
wait_for_table "$P-reduce"
# --8<-- [end:streams]

# --8<-- [start:queue]
# What a function cannot digest goes there after the last try, and does not stop the rest.
queues() { # version 1 of the CLI has another address for queues, and must be told where a sandbox is
  aws sqs "$@" ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"}
}
queues create-queue --queue-name "$P-dlq" --attributes MessageRetentionPeriod=1209600 \
  --tags "Workshop=fcj7days,Learner=$LEARNER,Day=7" --output text >/dev/null
QUEUE=$(queues get-queue-url --queue-name "$P-dlq" --query QueueUrl --output text)
# --8<-- [end:queue]

# --8<-- [start:roles]
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
table_arn() {
  echo "arn:aws:dynamodb:$AWS_REGION:$ACCT:table/$P-$1"
}
rights() { # the function, the table whose stream it reads, and one statement more
  cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      "Resource": "$(table_arn "$2")/stream/*"
    },
    {"Effect": "Allow", "Action": "dynamodb:ListStreams", "Resource": "*"},
    {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "$(table_arn params)"},
    {
      "Effect": "Allow",
      "Action": "sqs:SendMessage",
      "Resource": "arn:aws:sqs:$AWS_REGION:$ACCT:$P-dlq"
    },
    {
      "Effect": "Allow",
      "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      "Resource": "arn:aws:logs:$AWS_REGION:$ACCT:log-group:/aws/lambda/$P-$1:*"
    },
    $3
  ]
}
JSON
}
make_role() { # the role, and its rights
  if ! aws iam get-role --role-name "$1" >/dev/null 2>&1; then
    aws iam create-role --role-name "$1" --assume-role-policy-document "$TRUST" \
      --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=7 \
      --query Role.RoleName --output text || return 1
  fi
  aws iam wait role-exists --role-name "$1" &&
    aws iam put-role-policy --role-name "$1" --policy-name pipeline --policy-document "$2"
}
# A transaction needs the rights of the single actions in it, no right of its own.
make_role "$P-map-role" "$(rights map state "{
      \"Effect\": \"Allow\",
      \"Action\": \"dynamodb:PutItem\",
      \"Resource\": \"$(table_arn reduce)\"
    }")"
make_role "$P-reduce-role" "$(rights reduce reduce "{
      \"Effect\": \"Allow\",
      \"Action\": \"dynamodb:UpdateItem\",
      \"Resource\": [\"$(table_arn reduce)\", \"$(table_arn aggregate)\"]
    }")"
# --8<-- [end:roles]

# --8<-- [start:pipeline]
ZIPS=$(mktemp -d)
for name in map reduce; do
  (cd "$SHARED/py/day7" && python3 -m zipfile -c "$ZIPS/$name.zip" "$name.py" once.py)
done
create_function() { # the function and its settings; a new role is not known everywhere at once
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws lambda create-function --function-name "$P-$1" --runtime "$RUNTIME" \
      --handler "$1.handler" --zip-file "fileb://$ZIPS/$1.zip" --timeout 60 --memory-size 256 \
      --role "arn:aws:iam::$ACCT:role/$P-$1-role" --environment "Variables={$2}" \
      --tags "Workshop=fcj7days,Learner=$LEARNER,Day=7" \
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
aws lambda get-function --function-name "$P-map" >/dev/null 2>&1 ||
  create_function map "TARGET=$P-reduce,PARAMS=$P-params"
aws lambda get-function --function-name "$P-reduce" >/dev/null 2>&1 ||
  create_function reduce "SOURCE=$P-reduce,TARGET=$P-aggregate,PARAMS=$P-params"
for name in map reduce; do
  aws lambda wait function-active --function-name "$P-$name"
done
# --8<-- [end:pipeline]

# --8<-- [start:mappings]
stream_of() {
  aws dynamodb describe-table --table-name "$1" --query Table.LatestStreamArn --output text
}
mapping_state() { # the function, and the stream as it is now
  aws lambda list-event-source-mappings --output text --query "EventSourceMappings[?\
ends_with(FunctionArn, ':function:$1') && EventSourceArn=='$2'].State | [0] || 'NONE'"
}
create_mapping() { # the function, the table whose stream it gets, and which of its records
  local stream=""
  stream=$(stream_of "$2") || return 1
  [ "$(mapping_state "$1" "$stream")" = NONE ] || return 0
  aws lambda create-event-source-mapping --function-name "$1" --event-source-arn "$stream" \
    --starting-position TRIM_HORIZON --batch-size 50 --maximum-batching-window-in-seconds 1 \
    --maximum-retry-attempts 5 --bisect-batch-on-function-error \
    --function-response-types ReportBatchItemFailures --filter-criteria "$3" \
    --destination-config "OnFailure={Destination=arn:aws:sqs:$AWS_REGION:$ACCT:$P-dlq}" \
    --query FunctionResponseTypes --output text
}
ANY='{"Filters": [{"Pattern": "{\"eventName\": [\"INSERT\", \"MODIFY\", \"REMOVE\"]}"}]}'
NEW='{"Filters": [{"Pattern": "{\"eventName\": [\"INSERT\"]}"}]}'
create_mapping "$P-map" "$P-state" "$ANY"
create_mapping "$P-reduce" "$P-reduce" "$NEW"
# --8<-- [end:mappings]

# --8<-- [start:wait_mappings]
wait_for_mapping() {
  local state="" stream="" try=0
  stream=$(stream_of "$2") || return 1
  while state=$(mapping_state "$1" "$stream") && [ "$state" != Enabled ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$1 $state"
  [ "$state" = Enabled ]
}
wait_for_mapping "$P-map" "$P-state"
wait_for_mapping "$P-reduce" "$P-reduce"
# --8<-- [end:wait_mappings]

# --8<-- [start:serial]
# One at a time: two of them would only wait for each other's totals. A new account has too small a
# quota to reserve any of it; then it is the mapping that brings one batch of a shard at a time.
reserve_one() {
  local answer=""
  answer=$(aws lambda put-function-concurrency --function-name "$P-reduce" \
    --reserved-concurrent-executions 1 --query ReservedConcurrentExecutions --output text 2>&1) &&
    echo "$answer" && return 0
  case $answer in
    *UnreservedConcurrentExecution*) echo "the quota of this account allows no reservation" && return 0 ;;
  esac
  echo "$answer" >&2
  return 1
}
reserve_one
# --8<-- [end:serial]

# --8<-- [start:send]
workshop data load --table state --yes
# --8<-- [end:send]

# --8<-- [start:condition]
# By hand, what the loader does 2000 times: an older version must not replace a newer one.
put_trade() {
  local answer=""
  answer=$(aws dynamodb put-item --table-name "$P-state" \
    --item '{"TradeID": {"S": "trade-00001"}, "Version": {"N": "1"}, "Value": {"N": "0"}}' \
    --condition-expression 'attribute_not_exists(#newer) OR #newer < :newer' \
    --expression-attribute-names '{"#newer": "Version"}' \
    --expression-attribute-values '{":newer": {"N": "1"}}' 2>&1) && return 1
  case $answer in
    *ConditionalCheckFailedException*) echo "ConditionalCheckFailedException" && return 0 ;;
  esac
  echo "$answer" >&2
  return 1
}
put_trade
# --8<-- [end:condition]

# --8<-- [start:wait_totals]
counted() { # how many changes have come to the totals
  aws dynamodb scan --table-name "$P-reduce" --filter-expression 'attribute_exists(Counted)' \
    --select COUNT --output text --query Count | awk '{sum += $1} END {print sum + 0}'
}
wait_for_counted() {
  local count=0 try=0
  while count=$(counted) && [ "$count" -lt "$1" ] && [ "$try" -lt 150 ]; do
    try=$((try + 1))
    sleep 4
  done
  [ "$count" -ge "$1" ]
}
wait_for_counted 2000
# --8<-- [end:wait_totals]

# --8<-- [start:show_totals]
total() {
  aws dynamodb get-item --table-name "$P-aggregate" --consistent-read \
    --key "{\"Identifier\": {\"S\": \"$1\"}}" --query Item.Value.N --output text
}
for name in trades Delta PV PV:Spot:APAC; do
  echo "$name $(total "$name")"
done
# --8<-- [end:show_totals]

# --8<-- [start:poison]
# A message that no function can understand. It is tried six times, alone in the end, and goes to the queue.
given_up() {
  queues get-queue-attributes --queue-url "$QUEUE" --attribute-names ApproximateNumberOfMessages \
    --query Attributes.ApproximateNumberOfMessages --output text
}
if [ "$(given_up)" = 0 ]; then
  aws dynamodb put-item --table-name "$P-state" --item '{"TradeID": {"S": "poison"}}'
fi
wait_for_queue() {
  local try=0
  while [ "$(given_up)" = 0 ] && [ "$try" -lt 150 ]; do
    try=$((try + 1))
    sleep 4
  done
  [ "$(given_up)" != 0 ] && echo "in the queue: the message that nobody understands"
}
wait_for_queue
# --8<-- [end:poison]

# --8<-- [start:failures]
# From now on three calls in ten fail, after their work is done: the worst moment to fail.
set_failures() {
  aws dynamodb put-item --table-name "$P-params" --item \
    "{\"Parameter\": {\"S\": \"failures\"}, \"Map\": {\"N\": \"$1\"}, \"Reduce\": {\"N\": \"$1\"}}"
}
set_failures 30
# --8<-- [end:failures]

# --8<-- [start:faulty]
workshop data load --table state-faulty --yes
# --8<-- [end:faulty]

# --8<-- [start:wait_faulty]
wait_for_counted 3730
set_failures 0
# --8<-- [end:wait_faulty]

# --8<-- [start:show_faulty]
for name in trades Delta PV PV:Spot:APAC; do
  echo "$name $(total "$name")"
done
# --8<-- [end:show_faulty]

# --8<-- [start:wait_errors]
happened() { # the metric, and the function; CloudWatch takes a minute or two
  local now
  now=$(date +%s)
  aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name "$1" \
    --dimensions "Name=FunctionName,Value=$2" --period 3600 --statistics Sum \
    --start-time $((now - 86400)) --end-time $((now + 60)) --query 'length(Datapoints[?Sum>`0`])'
}
wait_for_metric() {
  local try=0
  while [ "$(happened "$@")" = 0 ] && [ "$try" -lt 90 ]; do
    try=$((try + 1))
    sleep 5
  done
  [ "$(happened "$@")" != 0 ] && echo "$2 $1 > 0"
}
wait_for_metric Errors "$P-map"
wait_for_metric Errors "$P-reduce"
# --8<-- [end:wait_errors]
