#!/usr/bin/env bash
# Day 6, the end of task "patterns". Run last of Days 5 and 6. Safe to run again; it deletes nothing but yours.
# First what reads and writes, then the tables, then the rights.

# --8<-- [start:record]
# What was proven is written down now: once it is deleted, much of it leaves no other trace.
check-day 5 6 || echo "Look above: what is open there, but for the clean-up itself, cannot be proven once it is deleted."
# --8<-- [end:record]

# --8<-- [start:function]
mappings() {
  aws lambda list-event-source-mappings --output text --query \
    "EventSourceMappings[?ends_with(FunctionArn, ':function:$P-copy')].UUID"
}
end_function() { # the mapping first: a function that is gone would leave it behind
  local mapping="" try=0
  for mapping in $(mappings); do
    aws lambda delete-event-source-mapping --uuid "$mapping" --query UUID --output text || return 1
  done
  while [ -n "$(mappings)" ] && [ "$try" -lt 60 ]; do
    try=$((try + 1))
    sleep 3
  done
  aws lambda get-function --function-name "$P-copy" >/dev/null 2>&1 || return 0
  aws lambda delete-function --function-name "$P-copy" >/dev/null
}
end_function
# --8<-- [end:function]

# --8<-- [start:logs]
for group in $(aws logs describe-log-groups --log-group-name-prefix "/aws/lambda/$P-copy" \
  --query "logGroups[?logGroupName=='/aws/lambda/$P-copy'].logGroupName" --output text); do
  aws logs delete-log-group --log-group-name "$group"
done
# --8<-- [end:logs]

# --8<-- [start:tables]
table_there() {
  aws dynamodb describe-table --table-name "$1" --query Table.TableStatus --output text 2>/dev/null
}
end_table() { # a table with deletion protection, or that is being changed, does not go at once
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    case $(table_there "$1") in
      "" | DELETING) return 0 ;;
    esac
    answer=$(aws dynamodb delete-table --table-name "$1" --query TableDescription.TableName \
      --output text 2>&1) && echo "$answer" && return 0
    case $answer in
      *ResourceNotFoundException*) return 0 ;;
      *"protection"*)
        aws dynamodb update-table --table-name "$1" --no-deletion-protection-enabled \
          --query TableDescription.TableStatus --output text || return 1
        ;;
      *ResourceInUseException* | *LimitExceededException*) ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
for table in throttle log log-copy staff invoice catalog forum thread reply; do
  end_table "$P-$table"
done
# --8<-- [end:tables]

# --8<-- [start:wait_tables]
wait_until_gone() {
  local try=0
  while [ -n "$(table_there "$1")" ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  [ -z "$(table_there "$1")" ]
}
for table in throttle log log-copy staff invoice catalog forum thread reply; do
  wait_until_gone "$P-$table"
done
# --8<-- [end:wait_tables]

# --8<-- [start:role]
end_role() {
  local policy=""
  aws iam get-role --role-name "$1" >/dev/null 2>&1 || return 0
  for policy in $(aws iam list-attached-role-policies --role-name "$1" \
    --query 'AttachedPolicies[].PolicyArn' --output text); do
    aws iam detach-role-policy --role-name "$1" --policy-arn "$policy" || return 1
  done
  for policy in $(aws iam list-role-policies --role-name "$1" --query 'PolicyNames[]' --output text); do
    aws iam delete-role-policy --role-name "$1" --policy-name "$policy" || return 1
  done
  aws iam delete-role --role-name "$1"
}
end_role "$P-copy-role"
# --8<-- [end:role]

# --8<-- [start:show_tables]
aws dynamodb list-tables --query "TableNames[?starts_with(@, '$P-')]"
# --8<-- [end:show_tables]
