#!/usr/bin/env bash
# Day 6, task "backup". Run after Day 5. Safe to run again: nothing is restored or backed up twice.

# --8<-- [start:window]
aws dynamodb update-continuous-backups --table-name "$P-catalog" \
  --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=7 \
  --query ContinuousBackupsDescription.PointInTimeRecoveryDescription.RecoveryPeriodInDays
# --8<-- [end:window]

# --8<-- [start:show_window]
aws dynamodb describe-continuous-backups --table-name "$P-catalog" \
  --query 'ContinuousBackupsDescription.PointInTimeRecoveryDescription.{
    status: PointInTimeRecoveryStatus, days: RecoveryPeriodInDays}'
# --8<-- [end:show_window]

# --8<-- [start:sentinel]
table_status() {
  aws dynamodb describe-table --table-name "$1" --query Table.TableStatus --output text 2>/dev/null ||
    echo NONE
}
SENTINEL=$(cat <<JSON
{
  "Id": {"N": "301"},
  "Owner": {"S": "$LEARNER"},
  "Title": {"S": "Cuốn sổ sắp bị xóa nhầm"},
  "Category": {"S": "Notebook"}
}
JSON
)
# Once its past has been brought back, it is not put there again.
if [ "$(table_status "$P-catalog-pitr")" = NONE ]; then
  aws dynamodb put-item --table-name "$P-catalog" --item "$SENTINEL"
fi
# --8<-- [end:sentinel]

# --8<-- [start:backup]
backup_status() {
  aws dynamodb list-backups --table-name "$P-catalog" --backup-type USER --output text --query \
    "BackupSummaries[?BackupName=='$P-catalog-bk1'].BackupStatus | [0] || 'NONE'"
}
if [ "$(backup_status)" = NONE ]; then
  aws dynamodb create-backup --table-name "$P-catalog" --backup-name "$P-catalog-bk1" \
    --query BackupDetails.BackupName --output text
fi
# --8<-- [end:backup]

# --8<-- [start:wait_backup]
wait_for_backup() {
  local status="" try=0
  while status=$(backup_status) && [ "$status" != AVAILABLE ] && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$P-catalog-bk1 $status"
  [ "$status" = AVAILABLE ]
}
wait_for_backup
# --8<-- [end:wait_backup]

# --8<-- [start:accident]
# The moment to return to is noted first, and lies some seconds before the accident.
if [ "$(table_status "$P-catalog-pitr")" = NONE ]; then
  sleep 3
  BEFORE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  sleep 3
  aws dynamodb delete-item --table-name "$P-catalog" --key '{"Id": {"N": "301"}}'
fi
# --8<-- [end:accident]

# --8<-- [start:restore_backup]
if [ "$(table_status "$P-catalog-od")" = NONE ]; then
  BACKUP_ARN=$(aws dynamodb list-backups --table-name "$P-catalog" --backup-type USER \
    --query "BackupSummaries[?BackupName=='$P-catalog-bk1'].BackupArn | [0]" --output text)
  aws dynamodb restore-table-from-backup --target-table-name "$P-catalog-od" \
    --backup-arn "$BACKUP_ARN" --query TableDescription.TableName --output text
fi
# --8<-- [end:restore_backup]

# --8<-- [start:restore_pitr]
restore_past() { # the past that can be restored ends some minutes back: wait until it holds the moment
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    answer=$(aws dynamodb restore-table-to-point-in-time --source-table-name "$P-catalog" \
      --target-table-name "$P-catalog-pitr" --restore-date-time "$BEFORE" \
      --query TableDescription.TableName --output text 2>&1) && echo "$answer" && return 0
    case $answer in
      *InvalidRestoreTimeException*) sleep $((try < 5 ? 3 : 30)) ;;
      *) break ;;
    esac
  done
  echo "$answer" >&2
  return 1
}
if [ "$(table_status "$P-catalog-pitr")" = NONE ]; then
  restore_past
fi
# --8<-- [end:restore_pitr]

# --8<-- [start:wait_restores]
wait_for_restore() { # 5 to 30 minutes on AWS, however small the table is
  local status="" try=0
  while status=$(table_status "$1") && [ "$status" != ACTIVE ] && [ "$try" -lt 900 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$1 $status"
  [ "$status" = ACTIVE ]
}
wait_for_restore "$P-catalog-od"
wait_for_restore "$P-catalog-pitr"
# --8<-- [end:wait_restores]

# --8<-- [start:show_restores]
for table in catalog-od catalog-pitr; do
  aws dynamodb describe-table --table-name "$P-$table" --output text --query \
    'Table.[TableName, TableStatus, RestoreSummary.SourceBackupArn != null]'
done
# --8<-- [end:show_restores]

# --8<-- [start:show_sentinel]
for table in catalog catalog-od catalog-pitr; do
  echo "$table: $(aws dynamodb get-item --table-name "$P-$table" --key '{"Id": {"N": "301"}}' \
    --consistent-read --query 'Item.Title.S' --output text)"
done
# --8<-- [end:show_sentinel]

# --8<-- [start:vault]
vault_there() {
  aws backup list-backup-vaults --output text --query \
    "BackupVaultList[?BackupVaultName=='$P-vault'].BackupVaultName | [0] || 'NONE'"
}
if [ "$(vault_there)" = NONE ]; then
  aws backup create-backup-vault --backup-vault-name "$P-vault" \
    --backup-vault-tags "Workshop=fcj7days,Learner=$LEARNER,Day=6" \
    --query BackupVaultName --output text
fi
# --8<-- [end:vault]

# --8<-- [start:role]
TRUST=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "backup.amazonaws.com"},
    "Action": "sts:AssumeRole"
  }]
}
JSON
)
if ! aws iam get-role --role-name "$P-backup-role" >/dev/null 2>&1; then
  aws iam create-role --role-name "$P-backup-role" --assume-role-policy-document "$TRUST" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=6 \
    --query Role.RoleName --output text
fi
aws iam wait role-exists --role-name "$P-backup-role"
aws iam attach-role-policy --role-name "$P-backup-role" \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup
# --8<-- [end:role]

# --8<-- [start:job]
CATALOG_ARN="arn:aws:dynamodb:$AWS_REGION:$ACCT:table/$P-catalog"
points() {
  aws backup list-recovery-points-by-backup-vault --backup-vault-name "$P-vault" \
    --by-resource-arn "$CATALOG_ARN" --query "length(RecoveryPoints[?Status=='COMPLETED'])"
}
start_job() { # a role that was just made is not known everywhere at once
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws backup start-backup-job --backup-vault-name "$P-vault" \
      --resource-arn "$CATALOG_ARN" --iam-role-arn "arn:aws:iam::$ACCT:role/$P-backup-role" \
      --lifecycle DeleteAfterDays=7 --query BackupJobId --output text 2>&1) && return 0
    case $answer in
      *"assume"* | *"role"*) echo "AWS Backup does not know the role yet ($try of 12)" ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
if [ "$(points)" = 0 ]; then
  start_job
fi
# --8<-- [end:job]

# --8<-- [start:wait_job]
wait_for_point() {
  local count="" try=0
  while count=$(points) && [ "$count" = 0 ] && [ "$try" -lt 400 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$P-vault $count"
  [ "$count" != 0 ]
}
wait_for_point
# --8<-- [end:wait_job]

# --8<-- [start:show_job]
aws backup list-backup-jobs --by-backup-vault-name "$P-vault" --output text \
  --query 'BackupJobs[0].[State, ResourceType, BackupVaultName]'
# --8<-- [end:show_job]

# --8<-- [start:guard]
# Made, and attached to nobody: whoever had it could not clean up at the end of the day.
if ! aws iam get-policy --policy-arn "arn:aws:iam::$ACCT:policy/$P-guard" >/dev/null 2>&1; then
  aws iam create-policy --policy-name "$P-guard" \
    --policy-document "file://$SHARED/json/day6/guard-policy.json" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=6 \
    --query Policy.PolicyName --output text
fi
# --8<-- [end:guard]

# --8<-- [start:show_guard]
aws iam get-policy-version --policy-arn "arn:aws:iam::$ACCT:policy/$P-guard" --version-id v1 \
  --query 'PolicyVersion.Document.Statement[0].[Effect, Action]'
# --8<-- [end:show_guard]
