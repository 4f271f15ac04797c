#!/usr/bin/env bash
# Day 7, task "cleanup": the last sweep of the whole course, in both Regions. Safe to run again, whatever is
# left; it deletes nothing but yours. What Day 4's clean-up deletes is its own: run that first if you have not.

# --8<-- [start:record]
# What was proven is written down now: once it is deleted, much of it leaves no other trace.
check-day 5 6 7 || echo "Look above: what is open there, but for the clean-up itself, cannot be proven once it is deleted."
# --8<-- [end:record]

# --8<-- [start:mappings]
mappings() { # of the learner's functions, in one Region
  aws lambda list-event-source-mappings --region "$1" --output text --query \
    "EventSourceMappings[?contains(FunctionArn, ':function:$P-') && State!='Deleting'].[UUID, FunctionArn]" |
    while read -r uuid function; do
      case ${function##*:} in
        "$P-copy" | "$P-map" | "$P-reduce") echo "$uuid" ;;
      esac
    done
}
end_mappings() {
  local uuid=""
  for uuid in $(mappings "$1"); do
    aws lambda delete-event-source-mapping --region "$1" --uuid "$uuid" --query UUID --output text || return 1
  done
}
for region in "$R1" "$R2"; do
  end_mappings "$region"
done
# --8<-- [end:mappings]

# --8<-- [start:apis]
for region in "$R1" "$R2"; do
  for api in $(aws apigatewayv2 get-apis --region "$region" --output text \
    --query "Items[?Name=='$P-api'].ApiId"); do
    aws apigatewayv2 delete-api --region "$region" --api-id "$api"
  done
done
# --8<-- [end:apis]

# --8<-- [start:functions]
end_function() { # the Region, and the function
  aws lambda get-function --region "$1" --function-name "$2" >/dev/null 2>&1 || return 0
  aws lambda delete-function --region "$1" --function-name "$2" >/dev/null
}
for region in "$R1" "$R2"; do
  for name in copy map reduce api; do
    end_function "$region" "$P-$name"
  done
done
# --8<-- [end:functions]

# --8<-- [start:queue]
queues() { # version 1 of the CLI has another address for queues, and must be told where a sandbox is
  aws sqs "$@" ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"}
}
if QUEUE=$(queues get-queue-url --queue-name "$P-dlq" --query QueueUrl --output text 2>/dev/null); then
  queues delete-queue --queue-url "$QUEUE"
fi
# --8<-- [end:queue]

# --8<-- [start:replica]
table_there() { # the Region, and the table
  aws dynamodb describe-table --region "$1" --table-name "$2" \
    --query Table.TableStatus --output text 2>/dev/null
}
replicas() { # the other Regions of the global table
  aws dynamodb describe-table --region "$R1" --table-name "$P-global" --output text \
    --query 'Table.Replicas[].RegionName' 2>/dev/null | grep -v '^None$' || true
}
end_replicas() { # the replica first, then its source: a source that still has one is refused
  local region="" answer="" try=0
  for region in $(replicas); do
    answer=$(aws dynamodb update-table --region "$R1" --table-name "$P-global" \
      --replica-updates "[{\"Delete\": {\"RegionName\": \"$region\"}}]" 2>&1) && continue
    case $answer in
      *ResourceInUseException* | *"being deleted"*) ;;
      *) echo "$answer" >&2 && return 1 ;;
    esac
  done
  while { [ -n "$(replicas)" ] || [ "$(table_there "$R1" "$P-global")" = UPDATING ]; } &&
    [ "$try" -lt 400 ]; do
    try=$((try + 1))
    sleep 3
  done
  [ -z "$(replicas)" ]
}
end_replicas
# --8<-- [end:replica]

# --8<-- [start:tables]
end_table() { # one with deletion protection, or that is being changed, does not go at once
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    case $(table_there "$1" "$2") in
      "" | DELETING) return 0 ;;
    esac
    answer=$(aws dynamodb delete-table --region "$1" --table-name "$2" \
      --query TableDescription.TableName --output text 2>&1) && echo "$answer" && return 0
    case $answer in
      *ResourceNotFoundException*) return 0 ;;
      *"24 hours"*)
        echo "BLOCKED: AWS keeps $2 for 24 hours after a replica was made from it. Run this again tomorrow."
        return 0
        ;;
      *"protection"*)
        aws dynamodb update-table --region "$1" --table-name "$2" --no-deletion-protection-enabled \
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
TABLES="global state reduce aggregate params"
EARLIER="catalog-od catalog-pitr throttle log log-copy staff invoice catalog forum thread reply"
for table in $TABLES $EARLIER; do
  end_table "$R1" "$P-$table"
done
# Whoever made two tables instead of a replica has one there as well.
end_table "$R2" "$P-global"
# --8<-- [end:tables]

# --8<-- [start:wait_tables]
wait_until_gone() {
  local try=0
  while [ "$(table_there "$1" "$2")" = DELETING ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  [ "$(table_there "$1" "$2")" != DELETING ]
}
for table in $TABLES $EARLIER; do
  wait_until_gone "$R1" "$P-$table"
done
wait_until_gone "$R2" "$P-global"
# --8<-- [end:wait_tables]

# --8<-- [start:backups]
# Backups on demand and recovery points that Day 6's clean-up may have left: they never end by themselves.
for backup in $(aws dynamodb list-backups --backup-type USER --output text --query \
  "BackupSummaries[?starts_with(TableName, '$P-catalog')].BackupArn"); do
  case $backup in
    *":table/$P-catalog/"* | *":table/$P-catalog-od/"* | *":table/$P-catalog-pitr/"*)
      aws dynamodb delete-backup --backup-arn "$backup" \
        --query BackupDescription.BackupDetails.BackupName --output text
      ;;
  esac
done
vault_points() {
  aws backup list-recovery-points-by-backup-vault --backup-vault-name "$P-vault" \
    --query 'RecoveryPoints[].RecoveryPointArn' --output text
}
end_vault() { # only an empty vault can be deleted
  local point="" try=0
  [ "$(aws backup list-backup-vaults --output text --query \
    "BackupVaultList[?BackupVaultName=='$P-vault'].BackupVaultName | [0] || 'NONE'")" != NONE ] || return 0
  for point in $(vault_points); do
    aws backup delete-recovery-point --backup-vault-name "$P-vault" --recovery-point-arn "$point" || return 1
  done
  while [ -n "$(vault_points)" ] && [ "$try" -lt 60 ]; do
    try=$((try + 1))
    sleep 3
  done
  aws backup delete-backup-vault --backup-vault-name "$P-vault"
}
end_vault
# --8<-- [end:backups]

# --8<-- [start:logs]
for region in "$R1" "$R2"; do
  for group in $(aws logs describe-log-groups --region "$region" \
    --log-group-name-prefix "/aws/lambda/$P-" --query 'logGroups[].logGroupName' --output text); do
    case $group in
      "/aws/lambda/$P-copy" | "/aws/lambda/$P-map" | "/aws/lambda/$P-reduce" | "/aws/lambda/$P-api")
        aws logs delete-log-group --region "$region" --log-group-name "$group"
        ;;
    esac
  done
done
# --8<-- [end:logs]

# --8<-- [start:roles]
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
for role in api map reduce copy backup; do
  end_role "$P-$role-role"
done
end_policy() {
  local version=""
  aws iam get-policy --policy-arn "$1" >/dev/null 2>&1 || return 0
  for version in $(aws iam list-policy-versions --policy-arn "$1" \
    --query 'Versions[?!IsDefaultVersion].VersionId' --output text); do
    aws iam delete-policy-version --policy-arn "$1" --version-id "$version" || return 1
  done
  aws iam delete-policy --policy-arn "$1"
}
end_policy "arn:aws:iam::$ACCT:policy/$P-guard"
# --8<-- [end:roles]

# --8<-- [start:show_left]
for region in "$R1" "$R2"; do
  aws dynamodb list-tables --region "$region" --query "TableNames[?starts_with(@, '$P-')]"
  aws lambda list-functions --region "$region" \
    --query "Functions[?starts_with(FunctionName, '$P-')].FunctionName"
done
# --8<-- [end:show_left]

# --8<-- [start:workgroup]
# The very last, once your course has been graded: END_WORKGROUP=yes. With the workgroup its query
# history goes, by which Day 4 is proven; it costs nothing, so until then it stays.
end_workgroup() {
  [ "${END_WORKGROUP:-no}" = yes ] || return 0
  aws athena get-work-group --work-group "$P-wg" >/dev/null 2>&1 || return 0
  aws athena delete-work-group --work-group "$P-wg" --recursive-delete-option
}
end_workgroup
# --8<-- [end:workgroup]
