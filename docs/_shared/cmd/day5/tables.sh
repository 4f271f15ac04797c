#!/usr/bin/env bash
# Day 5, task "tables". Run after: eval "$(workshop env)". Safe to run again: nothing is made twice.

# --8<-- [start:create]
TABLES=$(aws dynamodb list-tables --query TableNames --output text)
create_table() { # the name, and the options of its keys
  local name=$1
  shift
  # Unquoted on purpose: one space between two names, whatever the CLI puts there.
  case " $(echo $TABLES) " in
    *" $name "*) return 0 ;;
  esac
  aws dynamodb create-table --table-name "$name" "$@" --billing-mode PAY_PER_REQUEST \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=5 \
    --query TableDescription.TableName --output text
}
create_table "$P-catalog" \
  --attribute-definitions AttributeName=Id,AttributeType=N \
  --key-schema AttributeName=Id,KeyType=HASH
create_table "$P-forum" \
  --attribute-definitions AttributeName=Name,AttributeType=S \
  --key-schema AttributeName=Name,KeyType=HASH
create_table "$P-thread" \
  --attribute-definitions AttributeName=ForumName,AttributeType=S \
  AttributeName=Subject,AttributeType=S \
  --key-schema AttributeName=ForumName,KeyType=HASH AttributeName=Subject,KeyType=RANGE
create_table "$P-reply" \
  --attribute-definitions AttributeName=Id,AttributeType=S \
  AttributeName=ReplyDateTime,AttributeType=S \
  --key-schema AttributeName=Id,KeyType=HASH AttributeName=ReplyDateTime,KeyType=RANGE
# --8<-- [end:create]

# --8<-- [start:wait]
table_status() {
  aws dynamodb describe-table --table-name "$1" --query Table.TableStatus --output text
}
wait_for_table() {
  local status="" try=0
  while status=$(table_status "$1") && [ "$status" != ACTIVE ] && [ "$try" -lt 60 ]; do
    try=$((try + 1))
    sleep 2
  done
  echo "$1 $status"
  [ "$status" = ACTIVE ]
}
for table in catalog forum thread reply; do
  wait_for_table "$P-$table"
done
# --8<-- [end:wait]

# --8<-- [start:recovery]
turn_on_recovery() {
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws dynamodb update-continuous-backups --table-name "$1" \
      --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true 2>&1) && return 0
    case $answer in
      *ContinuousBackupsUnavailableException*) echo "$1 is not ready for it yet ($try of 12)" ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
for table in catalog forum thread reply; do
  turn_on_recovery "$P-$table"
done
# --8<-- [end:recovery]

# --8<-- [start:show_tables]
for table in catalog forum thread reply; do
  aws dynamodb describe-table --table-name "$P-$table" --output text --query \
    'Table.[TableName, BillingModeSummary.BillingMode, join(`, `, KeySchema[].AttributeName)]'
done
# --8<-- [end:show_tables]

# --8<-- [start:show_recovery]
aws dynamodb describe-continuous-backups --table-name "$P-catalog" --query \
  'ContinuousBackupsDescription.PointInTimeRecoveryDescription.[PointInTimeRecoveryStatus,
    RecoveryPeriodInDays]' --output text
# --8<-- [end:show_recovery]

# --8<-- [start:load]
workshop data load --yes
# --8<-- [end:load]

# --8<-- [start:show_items]
for table in catalog forum thread reply; do
  echo "$table: $(aws dynamodb scan --table-name "$P-$table" --select COUNT --query Count)"
done
# --8<-- [end:show_items]
