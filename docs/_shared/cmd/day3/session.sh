#!/usr/bin/env bash
# Day 3, task "session". Run after Day 2. Safe to run again; each run of a session costs money.

# --8<-- [start:role]
TRUST=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "glue.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"]
  }]
}
JSON
)
if aws iam get-role --role-name "$P-session-role" >/dev/null 2>&1; then
  aws iam update-assume-role-policy --role-name "$P-session-role" --policy-document "$TRUST"
else
  aws iam create-role --role-name "$P-session-role" --assume-role-policy-document "$TRUST" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=3 \
    --query Role.RoleName --output text
fi
aws iam wait role-exists --role-name "$P-session-role"
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
    },
    {
      "Effect": "Allow",
      "Action": ["s3:PutObject", "s3:DeleteObject"],
      "Resource": "arn:aws:s3:::$BUCKET/data/processed-data*"
    }
  ]
}
JSON
)
aws iam attach-role-policy --role-name "$P-session-role" \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole
aws iam put-role-policy --role-name "$P-session-role" --policy-name write-lake \
  --policy-document "$RIGHTS"
# --8<-- [end:rights]

# --8<-- [start:passrole]
PASSROLE=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::$ACCT:role/$P-session-role",
    "Condition": {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
  }]
}
JSON
)
aws iam get-policy --policy-arn "arn:aws:iam::$ACCT:policy/$P-passrole" >/dev/null 2>&1 ||
  aws iam create-policy --policy-name "$P-passrole" --policy-document "$PASSROLE" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=3 \
    --query Policy.PolicyName --output text
aws iam wait policy-exists --policy-arn "arn:aws:iam::$ACCT:policy/$P-passrole"
aws iam attach-role-policy --role-name "$P-session-role" \
  --policy-arn "arn:aws:iam::$ACCT:policy/$P-passrole"
# --8<-- [end:passrole]

# --8<-- [start:show_role]
aws iam get-role --role-name "$P-session-role" \
  --query 'Role.AssumeRolePolicyDocument.Statement[].Principal'
aws iam list-attached-role-policies --role-name "$P-session-role" \
  --query 'sort(AttachedPolicies[].PolicyName)'
aws iam list-role-policies --role-name "$P-session-role" --query PolicyNames
# --8<-- [end:show_role]

# --8<-- [start:settings]
SESSION=$(cat <<JSON
{
  "Id": "$P-session",
  "Role": "arn:aws:iam::$ACCT:role/$P-session-role",
  "Command": {"Name": "glueetl", "PythonVersion": "3"},
  "GlueVersion": "5.0",
  "WorkerType": "G.1X",
  "NumberOfWorkers": 2,
  "IdleTimeout": 15
}
JSON
)
# --8<-- [end:settings]

# --8<-- [start:create]
session_status() {
  aws glue get-session --id "$P-session" --query Session.Status --output text 2>/dev/null || echo NONE
}
leave() { # wait until the session is no longer in the status $1
  local status="" try=0
  while status=$(session_status) && [ "$status" = "$1" ] && [ "$try" -lt 120 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$status"
}
create_session() {
  local answer="" try
  case $(leave STOPPING) in
    PROVISIONING | READY) return 0 ;;
    STOPPED | FAILED | TIMEOUT) aws glue delete-session --id "$P-session" >/dev/null ;;
  esac
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws glue create-session --cli-input-json "$SESSION" \
      --tags "Workshop=fcj7days,Learner=$LEARNER,Day=3" 2>&1) && return 0
    case $answer in
      *assume*) echo "The new role is not known everywhere yet ($try of 12)" ;;
      *AlreadyExists*) echo "The session before has not gone yet ($try of 12)" ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
create_session
# --8<-- [end:create]

# --8<-- [start:wait]
wait_for_session() {
  local status=""
  status=$(leave PROVISIONING)
  echo "$status"
  [ "$status" = READY ] && return 0
  aws glue get-session --id "$P-session" --query Session.ErrorMessage --output text >&2
  return 1
}
wait_for_session
# --8<-- [end:wait]

# --8<-- [start:show_session]
aws glue get-session --id "$P-session" --query \
  'Session.{session: Id, version: GlueVersion, worker: WorkerType,
    workers: NumberOfWorkers, idle_minutes: IdleTimeout}'
# --8<-- [end:show_session]

# --8<-- [start:run]
CODE=$(echo "bucket = \"$BUCKET\"" && cat "$SHARED/py/day3/etl.py")
STATEMENT=$(aws glue run-statement --session-id "$P-session" --code "$CODE" \
  --query Id --output text)
# --8<-- [end:run]

# --8<-- [start:result]
statement() {
  aws glue get-statement --session-id "$P-session" --id "$STATEMENT" \
    --query "Statement.$1" --output text
}
wait_for_result() {
  local state="" try=0
  while state=$(statement State) && [ "$try" -lt 200 ]; do
    case $state in
      WAITING | RUNNING) ;;
      *) break ;;
    esac
    try=$((try + 1))
    sleep 3
  done
  if [ "$state $(statement Output.Status)" = "AVAILABLE ok" ]; then
    statement Output.Data.TextPlain
  else
    statement "[State, Output.ErrorName, Output.ErrorValue]" >&2
    return 1
  fi
}
wait_for_result
# --8<-- [end:result]

# --8<-- [start:stop]
stop_session() {
  case $(session_status) in
    PROVISIONING | READY) aws glue stop-session --id "$P-session" >/dev/null ;;
  esac
  leave STOPPING
}
stop_session
# --8<-- [end:stop]

# --8<-- [start:show_stopped]
aws glue get-session --id "$P-session" --query Session.Status --output text
# --8<-- [end:show_stopped]
