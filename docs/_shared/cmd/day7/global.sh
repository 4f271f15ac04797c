#!/usr/bin/env bash
# Day 7, task "global". Run after: eval "$(workshop env)". Safe to run again: nothing is made twice.

# --8<-- [start:table]
table_status() { # the Region, and the table
  aws dynamodb describe-table --region "$1" --table-name "$2" \
    --query Table.TableStatus --output text 2>/dev/null || echo NONE
}
wait_for_table() {
  local status="" try=0
  while status=$(table_status "$1" "$2") && [ "$status" != ACTIVE ] && [ "$try" -lt 200 ]; do
    try=$((try + 1))
    sleep 2
  done
  echo "$2 $1 $status"
  [ "$status" = ACTIVE ]
}
if [ "$(table_status "$R1" "$P-global")" = NONE ]; then
  aws dynamodb create-table --region "$R1" --table-name "$P-global" \
    --attribute-definitions AttributeName=PK,AttributeType=S AttributeName=SK,AttributeType=S \
    --key-schema AttributeName=PK,KeyType=HASH AttributeName=SK,KeyType=RANGE \
    --billing-mode PAY_PER_REQUEST \
    --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=7 \
    --query TableDescription.TableName --output text
fi
wait_for_table "$R1" "$P-global"
# --8<-- [end:table]

# --8<-- [start:load]
workshop data load --table global --yes
# --8<-- [end:load]

# --8<-- [start:replica]
replica_status() {
  aws dynamodb describe-table --region "$R1" --table-name "$P-global" --output text --query \
    "Table.Replicas[?RegionName=='$R2'].ReplicaStatus | [0] || 'NONE'"
}
if [ "$(replica_status)" = NONE ]; then
  aws dynamodb update-table --region "$R1" --table-name "$P-global" \
    --replica-updates "[{\"Create\": {\"RegionName\": \"$R2\"}}]" \
    --query TableDescription.TableStatus --output text
fi
# --8<-- [end:replica]

# --8<-- [start:wait_replica]
wait_for_replica() {
  local status="" try=0
  while status=$(replica_status) && [ "$status" != ACTIVE ] && [ "$try" -lt 400 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$P-global $R2 $status"
  [ "$status" = ACTIVE ]
}
wait_for_replica
wait_for_table "$R1" "$P-global"
wait_for_table "$R2" "$P-global"
# --8<-- [end:wait_replica]

# --8<-- [start:show_replica]
aws dynamodb describe-table --region "$R1" --table-name "$P-global" --output text \
  --query 'Table.[GlobalTableVersion, Replicas[0].RegionName, Replicas[0].ReplicaStatus]'
for region in "$R1" "$R2"; do
  echo "$region: $(aws dynamodb scan --region "$region" --table-name "$P-global" \
    --filter-expression '#by = :sample' --expression-attribute-names '{"#by": "by"}' \
    --expression-attribute-values '{":sample": {"S": "sample"}}' --select COUNT --query Count)"
done
# --8<-- [end:show_replica]

# --8<-- [start:write]
hand_item() { # the Region that writes, and the number
  cat <<JSON
{
  "PK": {"S": "hand"},
  "SK": {"S": "$1"},
  "pos": {"N": "$2"},
  "by": {"S": "$1"},
  "owner": {"S": "$LEARNER"},
  "at": {"S": "$(date -u +%Y-%m-%dT%H:%M:%SZ)"}
}
JSON
}
aws dynamodb put-item --region "$R1" --table-name "$P-global" --item "$(hand_item "$R1" 10)"
aws dynamodb put-item --region "$R2" --table-name "$P-global" --item "$(hand_item "$R2" 20)"
# --8<-- [end:write]

# --8<-- [start:show_write]
read_item() { # the Region that reads, and both keys
  aws dynamodb get-item --region "$1" --table-name "$P-global" --output text \
    --key "{\"PK\": {\"S\": \"$2\"}, \"SK\": {\"S\": \"$3\"}}" \
    --query "Item.[pos.N, by.S] | join(' ', @)" 2>/dev/null || echo NONE
}
wait_for_item() { # the Region that reads, both keys, and what it shall read
  local found="" try=0
  while found=$(read_item "$1" "$2" "$3") && [ "$found" != "$4" ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 1
  done
  echo "$1 reads: $found"
  [ "$found" = "$4" ]
}
wait_for_item "$R2" hand "$R1" "10 $R1"
wait_for_item "$R1" hand "$R2" "20 $R2"
# --8<-- [end:show_write]

# --8<-- [start:conflict]
# Two writers, one item, the same moment: the Regions do not ask each other first.
conflicting() { # the Region that writes, and the number
  aws dynamodb put-item --region "$1" --table-name "$P-global" --item \
    "{\"PK\": {\"S\": \"conflict\"}, \"SK\": {\"S\": \"one\"}, \"pos\": {\"N\": \"$2\"}, \"by\": {\"S\": \"$1\"}}"
}
conflicting "$R1" 1 &
FIRST=$!
conflicting "$R2" 2
wait "$FIRST"
agree() { # both Regions read the same, twice in a row: nothing is on its way any more
  local one="" two="" before="" try=0
  while [ "$try" -lt 100 ]; do
    try=$((try + 1))
    one=$(read_item "$R1" conflict one) && two=$(read_item "$R2" conflict one)
    [ "$one" = "$two" ] && [ "$one" = "$before" ] && echo "both read the same" && return 0
    before=$one
    sleep 2
  done
  echo "$one / $two" >&2
  return 1
}
agree
# --8<-- [end:conflict]

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
      "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      "Resource": [
        "arn:aws:dynamodb:$R1:$ACCT:table/$P-global",
        "arn:aws:dynamodb:$R2:$ACCT:table/$P-global"
      ]
    },
    {
      "Effect": "Allow",
      "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      "Resource": [
        "arn:aws:logs:$R1:$ACCT:log-group:/aws/lambda/$P-api:*",
        "arn:aws:logs:$R2:$ACCT:log-group:/aws/lambda/$P-api:*"
      ]
    }
  ]
}
JSON
)
if ! aws iam get-role --role-name "$P-api-role" >/dev/null 2>&1; then
  aws iam create-role --role-name "$P-api-role" --assume-role-policy-document "$TRUST" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=7 \
    --query Role.RoleName --output text
fi
aws iam wait role-exists --role-name "$P-api-role"
aws iam put-role-policy --role-name "$P-api-role" --policy-name use-global --policy-document "$RIGHTS"
# --8<-- [end:role]

# --8<-- [start:key]
# Whoever shows this key may write. It is made once, and stands in the settings of the functions.
API_KEY=$(aws lambda get-function-configuration --region "$R1" --function-name "$P-api" \
  --query Environment.Variables.API_KEY --output text 2>/dev/null) ||
  API_KEY=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
# --8<-- [end:key]

# --8<-- [start:functions]
ZIP=$(mktemp -d)/function.zip
(cd "$SHARED/py/day7" && python3 -m zipfile -c "$ZIP" api.py)
create_function() { # in one Region; a role that was just made is not known everywhere at once
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws lambda create-function --region "$1" --function-name "$P-api" \
      --runtime "$RUNTIME" --handler api.handler --zip-file "fileb://$ZIP" \
      --timeout 10 --memory-size 256 --role "arn:aws:iam::$ACCT:role/$P-api-role" \
      --environment "Variables={TABLE=$P-global,TABLE_REGION=$1,OWNER=$LEARNER,API_KEY=$API_KEY}" \
      --tags "Workshop=fcj7days,Learner=$LEARNER,Day=7" \
      --query FunctionArn --output text 2>&1) && echo "$answer" && return 0
    case $answer in
      *"assumed by Lambda"*) echo "Lambda does not know the role yet ($try of 12)" ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
for region in "$R1" "$R2"; do
  aws lambda get-function --region "$region" --function-name "$P-api" >/dev/null 2>&1 ||
    create_function "$region"
  aws lambda wait function-active --region "$region" --function-name "$P-api"
done
# --8<-- [end:functions]

# --8<-- [start:apis]
api_of() { # the Region, and what to tell of the API
  aws apigatewayv2 get-apis --region "$1" --output text \
    --query "Items[?Name=='$P-api'].$2 | [0] || 'NONE'"
}
permit() { # let this API call the function
  local answer=""
  answer=$(aws lambda add-permission --region "$1" --function-name "$P-api" \
    --statement-id api --action lambda:InvokeFunction --principal apigateway.amazonaws.com \
    --source-arn "arn:aws:execute-api:$1:$ACCT:$2/*" 2>&1) && return 0
  case $answer in
    *ResourceConflictException*) return 0 ;;
  esac
  echo "$answer" >&2
  return 1
}
gate_of() {
  aws apigatewayv2 get-authorizers --region "$1" --api-id "$2" --output text \
    --query "Items[?Name=='key'].AuthorizerId | [0] || 'NONE'"
}
route_of() { # whether writing has its route
  aws apigatewayv2 get-routes --region "$1" --api-id "$2" --output text \
    --query "Items[?RouteKey=='PUT /items/{PK}/{SK}'].RouteId | [0] || 'NONE'"
}
create_gate() { # the function itself is asked whether a call may pass
  aws apigatewayv2 create-authorizer --region "$1" --api-id "$2" --name key \
    --authorizer-type REQUEST --authorizer-payload-format-version 2.0 --enable-simple-responses \
    --identity-source '$request.header.Authorization' --authorizer-result-ttl-in-seconds 0 \
    --authorizer-uri "arn:aws:apigateway:$1:lambda:path/2015-03-31/functions/$3/invocations" \
    --query Name --output text
}
create_route() { # writing passes by the gate
  local target=""
  target=$(aws apigatewayv2 get-integrations --region "$1" --api-id "$2" \
    --query 'Items[0].IntegrationId' --output text) || return 1
  aws apigatewayv2 create-route --region "$1" --api-id "$2" \
    --route-key 'PUT /items/{PK}/{SK}' --target "integrations/$target" \
    --authorization-type CUSTOM --authorizer-id "$(gate_of "$1" "$2")" --query RouteKey --output text
}
make_api() { # reading is open to everybody
  local function="arn:aws:lambda:$1:$ACCT:function:$P-api" api=""
  if [ "$(api_of "$1" ApiId)" = NONE ]; then
    aws apigatewayv2 create-api --region "$1" --name "$P-api" --protocol-type HTTP \
      --target "$function" --route-key 'GET /{proxy+}' \
      --tags "Workshop=fcj7days,Learner=$LEARNER,Day=7" --query Name --output text || return 1
  fi
  api=$(api_of "$1" ApiId)
  permit "$1" "$api" || return 1
  [ "$(gate_of "$1" "$api")" != NONE ] || create_gate "$1" "$api" "$function" || return 1
  [ "$(route_of "$1" "$api")" != NONE ] || create_route "$1" "$api"
}
make_api "$R1"
make_api "$R2"
# --8<-- [end:apis]

# --8<-- [start:show_apis]
for region in "$R1" "$R2"; do
  aws apigatewayv2 get-routes --region "$region" --api-id "$(api_of "$region" ApiId)" --output text \
    --query 'sort_by(Items, &RouteKey)[].[RouteKey, AuthorizationType]'
done
# --8<-- [end:show_apis]

# --8<-- [start:call]
URL1=$(api_of "$R1" ApiEndpoint)
URL2=$(api_of "$R2" ApiEndpoint)
status_of() { # what the API answers to a call: only the number
  curl -s -o /dev/null --max-time 20 -w '%{http_code}\n' "$@"
}
wait_for_status() { # the number that it shall be, and the call
  local wanted=$1 status="" try=0
  shift
  while status=$(status_of "$@") && [ "$status" != "$wanted" ] && [ "$try" -lt 40 ]; do
    try=$((try + 1))
    sleep 2
  done
  echo "$status"
  [ "$status" = "$wanted" ]
}
wait_for_status 200 "$URL1/ping"
wait_for_status 200 "$URL2/ping"
curl -s "$URL2/items/library/film07" && echo
# --8<-- [end:call]

# --8<-- [start:refused]
# Without the key nobody writes, not even to see whether it works.
status_of -X PUT "$URL1/items/api/$R1" -H 'Content-Type: application/json' -d '{"pos": 1}'
status_of -X PUT "$URL1/items/api/$R1" -H 'Content-Type: application/json' -d '{"pos": 1}' \
  -H 'Authorization: Bearer guessed'
# --8<-- [end:refused]

# --8<-- [start:put]
write_by() { # the API, the item, and the number
  curl -s --max-time 20 -o /dev/null -w '%{http_code}\n' -X PUT "$1/items/$2" \
    -H "Authorization: Bearer $API_KEY" -H 'Content-Type: application/json' -d "{\"pos\": $3}"
}
write_by "$URL1" "api/$R1" 31
write_by "$URL2" "api/$R2" 32
wait_for_item "$R2" api "$R1" "31 $R1"
wait_for_item "$R1" api "$R2" "32 $R2"
# --8<-- [end:put]

# --8<-- [start:throttle]
# The exercise: the first Region's function takes no calls any more. A new account may lack the quota
# for that; then its API loses the permission to call it, which callers cannot tell from a failure.
FAILED_BY=throttle
fail_over() {
  local answer=""
  answer=$(aws lambda put-function-concurrency --region "$R1" --function-name "$P-api" \
    --reserved-concurrent-executions 0 2>&1) && wait_for_status 503 "$URL1/ping" && return 0
  case $answer in
    *UnreservedConcurrentExecution*)
      FAILED_BY=permission
      aws lambda remove-permission --region "$R1" --function-name "$P-api" --statement-id api &&
        wait_for_status 500 "$URL1/ping" && return 0
      ;;
  esac
  echo "$answer" >&2
  return 1
}
fail_over
# --8<-- [end:throttle]

# --8<-- [start:switch]
# Whoever calls goes on with the other Region, and loses nothing.
write_by "$URL2" "failover/$LEARNER" 42
# --8<-- [end:switch]

# --8<-- [start:release]
aws lambda delete-function-concurrency --region "$R1" --function-name "$P-api"
permit "$R1" "$(api_of "$R1" ApiId)"
wait_for_status 200 "$URL1/ping"
wait_for_item "$R1" failover "$LEARNER" "42 $R2"
# --8<-- [end:release]

# --8<-- [start:wait_writes]
summed() { # the Region, the metric, and what it is counted for; CloudWatch takes a minute or two
  local region=$1 space=$2 metric=$3 now
  shift 3
  now=$(date +%s)
  aws cloudwatch get-metric-statistics --region "$region" --namespace "$space" --metric-name "$metric" \
    --dimensions "$@" --period 3600 --statistics Sum \
    --start-time $((now - 86400)) --end-time $((now + 60)) --query 'length(Datapoints[?Sum>`0`])'
}
wait_for_metric() {
  local try=0
  while [ "$(summed "$@")" = 0 ] && [ "$try" -lt 90 ]; do
    try=$((try + 1))
    sleep 5
  done
  [ "$(summed "$@")" != 0 ] && echo "$1 $3 > 0"
}
wait_for_metric "$R2" AWS/DynamoDB ConsumedWriteCapacityUnits "Name=TableName,Value=$P-global"
if [ "$FAILED_BY" = throttle ]; then
  wait_for_metric "$R1" AWS/Lambda Throttles "Name=FunctionName,Value=$P-api"
fi
# --8<-- [end:wait_writes]
