#!/usr/bin/env bash
# Day 6, task "cleanup". Run after backup.sh. Safe to run again; it deletes nothing but yours.
# First the restored tables, then what was kept of the first one, then the rights.

# --8<-- [start:record]
# What was proven is written down now: once it is deleted, much of it leaves no other trace.
check-day 6 || echo "Look above: what is open there in day6/backup cannot be proven once it is deleted."
# --8<-- [end:record]

# --8<-- [start:restored]
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
end_table "$P-catalog-od"
end_table "$P-catalog-pitr"
wait_until_gone() {
  local try=0
  while [ -n "$(table_there "$1")" ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  [ -z "$(table_there "$1")" ]
}
wait_until_gone "$P-catalog-od"
wait_until_gone "$P-catalog-pitr"
# --8<-- [end:restored]

# --8<-- [start:backups]
# A backup on demand never ends by itself, and outlives its table. DynamoDB's own of a deleted
# table (SYSTEM) is free, cannot be deleted, and ends after 35 days.
for backup in $(aws dynamodb list-backups --backup-type USER --output text --query \
  "BackupSummaries[?starts_with(TableName, '$P-catalog')].BackupArn"); do
  case $backup in
    *":table/$P-catalog/"* | *":table/$P-catalog-od/"* | *":table/$P-catalog-pitr/"*)
      aws dynamodb delete-backup --backup-arn "$backup" \
        --query BackupDescription.BackupDetails.BackupName --output text
      ;;
  esac
done
# --8<-- [end:backups]

# --8<-- [start:vault]
vault_there() {
  aws backup list-backup-vaults --output text --query \
    "BackupVaultList[?BackupVaultName=='$P-vault'].BackupVaultName | [0] || 'NONE'"
}
vault_points() {
  aws backup list-recovery-points-by-backup-vault --backup-vault-name "$P-vault" \
    --query 'RecoveryPoints[].RecoveryPointArn' --output text
}
end_points() { # in whichever vault: the Console may have chosen the one called Default
  local vault="" point=""
  aws backup list-recovery-points-by-resource --output text \
    --resource-arn "arn:aws:dynamodb:$AWS_REGION:$ACCT:table/$P-catalog" \
    --query 'RecoveryPoints[].[BackupVaultName, RecoveryPointArn]' |
    while read -r vault point; do
      [ -z "$point" ] || aws backup delete-recovery-point --backup-vault-name "$vault" \
        --recovery-point-arn "$point" || return 1
    done
}
end_vault() { # only an empty vault can be deleted
  local try=0
  end_points || return 1
  [ "$(vault_there)" != NONE ] || return 0
  while [ -n "$(vault_points)" ] && [ "$try" -lt 60 ]; do
    try=$((try + 1))
    sleep 3
  done
  aws backup delete-backup-vault --backup-vault-name "$P-vault"
}
end_vault
# --8<-- [end:vault]

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
end_role "$P-backup-role"
# --8<-- [end:role]

# --8<-- [start:guard]
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
# --8<-- [end:guard]

# --8<-- [start:show_left]
aws dynamodb list-backups --backup-type USER \
  --query "BackupSummaries[?starts_with(TableName, '$P-')].BackupName"
# --8<-- [end:show_left]
