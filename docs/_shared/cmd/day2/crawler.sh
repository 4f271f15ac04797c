#!/usr/bin/env bash
# Day 2, task "crawler". Run after data.sh. Safe to run again; each run of the crawler costs money.

# --8<-- [start:role]
TRUST=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "glue.amazonaws.com"},
    "Action": "sts:AssumeRole"
  }]
}
JSON
)
if aws iam get-role --role-name "$P-glue-role" >/dev/null 2>&1; then
  aws iam update-assume-role-policy --role-name "$P-glue-role" --policy-document "$TRUST"
else
  aws iam create-role --role-name "$P-glue-role" --assume-role-policy-document "$TRUST" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=2 \
    --query Role.RoleName --output text
fi
aws iam wait role-exists --role-name "$P-glue-role"
# --8<-- [end:role]

# --8<-- [start:rights]
RIGHTS=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::$BUCKET"
    },
    {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::$BUCKET/data/*"
    }
  ]
}
JSON
)
aws iam attach-role-policy --role-name "$P-glue-role" \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole
aws iam put-role-policy --role-name "$P-glue-role" --policy-name read-lake \
  --policy-document "$RIGHTS"
# --8<-- [end:rights]

# --8<-- [start:database]
aws glue get-database --name "$DB" >/dev/null 2>&1 ||
  aws glue create-database --database-input "Name=$DB" \
    --tags "Workshop=fcj7days,Learner=$LEARNER,Day=2"
# --8<-- [end:database]

# --8<-- [start:settings]
CRAWLER=$(cat <<JSON
{
  "Name": "$P-crawler",
  "Role": "$P-glue-role",
  "DatabaseName": "$DB",
  "Targets": {"S3Targets": [{"Path": "s3://$BUCKET/data/"}]}
}
JSON
)
# --8<-- [end:settings]

# --8<-- [start:create]
create_crawler() {
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws glue create-crawler --cli-input-json "$CRAWLER" \
      --tags "Workshop=fcj7days,Learner=$LEARNER,Day=2" 2>&1) && return 0
    case $answer in
      *AlreadyExistsException*) return 0 ;;
      *"unable to assume"*) echo "The new role is not known everywhere yet ($try of 12)" ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
create_crawler
# --8<-- [end:create]

# --8<-- [start:start]
start_crawler() {
  local answer=""
  answer=$(aws glue start-crawler --name "$P-crawler" 2>&1) && return 0
  case $answer in
    *CrawlerRunningException*) return 0 ;;
  esac
  echo "$answer" >&2
  return 1
}
start_crawler
# --8<-- [end:start]

# --8<-- [start:wait]
crawler_state() {
  aws glue get-crawler --name "$P-crawler" --query Crawler.State --output text
}
wait_for_crawler() {
  local state="" last="" try=0
  while state=$(crawler_state) && [ "$state" != READY ] && [ "$try" -lt 200 ]; do
    try=$((try + 1))
    sleep 3
  done
  last=$(aws glue get-crawler --name "$P-crawler" --query Crawler.LastCrawl.Status --output text)
  echo "$state $last"
  [ "$state $last" = "READY SUCCEEDED" ]
}
wait_for_crawler
# --8<-- [end:wait]

# --8<-- [start:show_role]
aws iam get-role --role-name "$P-glue-role" \
  --query 'Role.AssumeRolePolicyDocument.Statement[].Principal'
aws iam list-attached-role-policies --role-name "$P-glue-role" \
  --query 'AttachedPolicies[].PolicyName'
aws iam list-role-policies --role-name "$P-glue-role" --query PolicyNames
# --8<-- [end:show_role]

# --8<-- [start:show_database]
aws glue get-database --name "$DB" --query Database.Name --output text
# --8<-- [end:show_database]

# --8<-- [start:show_crawler]
aws glue get-crawler --name "$P-crawler" --query \
  'Crawler.{name: Name, database: DatabaseName, paths: Targets.S3Targets[].Path}'
# --8<-- [end:show_crawler]

# --8<-- [start:show_crawl]
aws glue get-crawler --name "$P-crawler" --query \
  'Crawler.{state: State, last: LastCrawl.Status, reason: LastCrawl.ErrorMessage}'
# --8<-- [end:show_crawl]
