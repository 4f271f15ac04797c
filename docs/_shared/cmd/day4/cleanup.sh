#!/usr/bin/env bash
# Day 4, task "cleanup". Run last. Safe to run again, whatever is left; it deletes nothing but yours.
# First what costs by the hour, then what writes, then what is written to, then the rights.

# --8<-- [start:record]
# What was proven is written down now: once it is deleted, much of it leaves no other trace.
check-day 1 2 3 4 || echo "Look above: what is open there, but for the clean-up itself, cannot be proven once it is deleted."
# --8<-- [end:record]

# --8<-- [start:session]
session_status() {
  aws glue get-session --id "$P-session" --query Session.Status --output text 2>/dev/null || echo NONE
}
end_session() {
  local status="" try=0
  case $(session_status) in
    NONE) return 0 ;;
    PROVISIONING | READY) aws glue stop-session --id "$P-session" >/dev/null ;;
  esac
  while status=$(session_status) && [ "$status" = STOPPING ] && [ "$try" -lt 120 ]; do
    try=$((try + 1))
    sleep 3
  done
  [ "$status" = NONE ] || aws glue delete-session --id "$P-session" >/dev/null
}
end_session
# A notebook leaves a job of its name; deleting one that is not there is no error.
aws glue delete-job --job-name "$P-notebook" >/dev/null
# --8<-- [end:session]

# --8<-- [start:stream]
stream_there() {
  aws firehose describe-delivery-stream --delivery-stream-name "$P-stream" \
    --query DeliveryStreamDescription.DeliveryStreamStatus --output text 2>/dev/null
}
end_stream() { # wait until it is gone: it may still write what it holds
  local status="" try=0
  status=$(stream_there) || return 0
  [ "$status" = DELETING ] ||
    aws firehose delete-delivery-stream --delivery-stream-name "$P-stream" || return 1
  while stream_there >/dev/null && [ "$try" -lt 100 ]; do
    try=$((try + 1))
    sleep 3
  done
  ! stream_there
}
end_stream
# --8<-- [end:stream]

# --8<-- [start:crawler]
crawler_state() {
  aws glue get-crawler --name "$P-crawler" --query Crawler.State --output text 2>/dev/null || echo NONE
}
end_crawler() {
  local state="" try=0
  [ "$(crawler_state)" != RUNNING ] || aws glue stop-crawler --name "$P-crawler" || return 1
  while state=$(crawler_state) && [ "$try" -lt 100 ]; do
    case $state in
      RUNNING | STOPPING) ;;
      *) break ;;
    esac
    try=$((try + 1))
    sleep 3
  done
  [ "$state" = NONE ] || aws glue delete-crawler --name "$P-crawler"
}
end_crawler
# --8<-- [end:crawler]

# --8<-- [start:database]
# Its tables go with it.
if aws glue get-database --name "$DB" >/dev/null 2>&1; then
  aws glue delete-database --name "$DB"
fi
# --8<-- [end:database]

# --8<-- [start:bi]
end_bi() { # from the dashboard back to the source; the subscription is left alone
  local account=(--aws-account-id "$ACCT")
  aws quicksight describe-account-subscription "${account[@]}" >/dev/null 2>&1 || return 0
  if aws quicksight describe-dashboard "${account[@]}" \
    --dashboard-id "$P-bi-dashboard" >/dev/null 2>&1; then
    aws quicksight delete-dashboard "${account[@]}" \
      --dashboard-id "$P-bi-dashboard" --query DashboardId --output text || return 1
  fi
  if aws quicksight describe-data-set "${account[@]}" \
    --data-set-id "$P-bi-dataset" >/dev/null 2>&1; then
    aws quicksight delete-data-set "${account[@]}" \
      --data-set-id "$P-bi-dataset" --query DataSetId --output text || return 1
  fi
  if aws quicksight describe-data-source "${account[@]}" \
    --data-source-id "$P-bi-source" >/dev/null 2>&1; then
    aws quicksight delete-data-source "${account[@]}" \
      --data-source-id "$P-bi-source" --query DataSourceId --output text || return 1
  fi
}
end_bi
# --8<-- [end:bi]

# --8<-- [start:logs]
for group in $(aws logs describe-log-groups --log-group-name-prefix "/aws/kinesisfirehose/$P-stream" \
  --query "logGroups[?logGroupName=='/aws/kinesisfirehose/$P-stream'].logGroupName" --output text); do
  aws logs delete-log-group --log-group-name "$group"
done
# --8<-- [end:logs]

# --8<-- [start:bucket]
bucket_there() {
  aws s3api head-bucket --bucket "$BUCKET" --expected-bucket-owner "$ACCT" >/dev/null 2>&1
}
delete_versions() { # where versioning was ever on, old versions and delete markers stay behind
  local versions="" try=0
  while [ "$try" -lt 400 ]; do
    versions=$(aws s3api list-object-versions --bucket "$BUCKET" --expected-bucket-owner "$ACCT" \
      --no-paginate --max-keys 250 --output json \
      --query '{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}}') || return 1
    case $versions in
      *VersionId*) ;;
      *) return 0 ;;
    esac
    aws s3api delete-objects --bucket "$BUCKET" --expected-bucket-owner "$ACCT" \
      --delete "$versions" --query Errors --output text >/dev/null || return 1
    try=$((try + 1))
  done
  return 1
}
end_bucket() {
  bucket_there || return 0
  if [ "$(aws s3api get-bucket-versioning --bucket "$BUCKET" \
    --expected-bucket-owner "$ACCT" --query Status --output text)" != None ]; then
    delete_versions || return 1
  fi
  aws s3 rb "s3://$BUCKET" --force
}
end_bucket
# --8<-- [end:bucket]

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
end_role "$P-firehose-role"
end_role "$P-glue-role"
end_role "$P-session-role"
# --8<-- [end:roles]

# --8<-- [start:passrole]
end_policy() {
  local version=""
  aws iam get-policy --policy-arn "$1" >/dev/null 2>&1 || return 0
  for version in $(aws iam list-policy-versions --policy-arn "$1" \
    --query 'Versions[?!IsDefaultVersion].VersionId' --output text); do
    aws iam delete-policy-version --policy-arn "$1" --version-id "$version" || return 1
  done
  aws iam delete-policy --policy-arn "$1"
}
end_policy "arn:aws:iam::$ACCT:policy/$P-passrole"
# --8<-- [end:passrole]

# --8<-- [start:show_left]
# The workgroup stays until you have been graded: its query history is a proof, and it is free.
aws athena get-work-group --work-group "$P-wg" --query WorkGroup.Name --output text
# --8<-- [end:show_left]
