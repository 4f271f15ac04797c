#!/usr/bin/env bash
# Day 1, task "stream". Run after bucket.sh. Safe to run again.

# --8<-- [start:logs]
[ -n "$(aws logs describe-log-groups --log-group-name-prefix "/aws/kinesisfirehose/$P-stream" \
  --query "logGroups[?logGroupName=='/aws/kinesisfirehose/$P-stream'].arn" --output text)" ] ||
  aws logs create-log-group --log-group-name "/aws/kinesisfirehose/$P-stream" \
    --tags "Workshop=fcj7days,Learner=$LEARNER,Day=1"
[ -n "$(aws logs describe-log-streams --log-group-name "/aws/kinesisfirehose/$P-stream" \
  --query "logStreams[?logStreamName=='DestinationDelivery'].arn" --output text)" ] ||
  aws logs create-log-stream --log-group-name "/aws/kinesisfirehose/$P-stream" \
    --log-stream-name DestinationDelivery
# --8<-- [end:logs]

# --8<-- [start:role]
TRUST=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "firehose.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "$ACCT"}}
  }]
}
JSON
)
if aws iam get-role --role-name "$P-firehose-role" >/dev/null 2>&1; then
  aws iam update-assume-role-policy --role-name "$P-firehose-role" --policy-document "$TRUST"
else
  aws iam create-role --role-name "$P-firehose-role" --assume-role-policy-document "$TRUST" \
    --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=1 \
    --query Role.RoleName --output text
fi
aws iam wait role-exists --role-name "$P-firehose-role"
# --8<-- [end:role]

# --8<-- [start:rights]
RIGHTS=$(cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      "Resource": "arn:aws:s3:::$BUCKET"
    },
    {
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
      "Resource": "arn:aws:s3:::$BUCKET/*"
    },
    {
      "Effect": "Allow",
      "Action": "logs:PutLogEvents",
      "Resource": "arn:aws:logs:$R1:$ACCT:log-group:/aws/kinesisfirehose/$P-stream:log-stream:*"
    }
  ]
}
JSON
)
aws iam put-role-policy --role-name "$P-firehose-role" --policy-name deliver \
  --policy-document "$RIGHTS"
# --8<-- [end:rights]

# --8<-- [start:destination]
ERRORS='errors/!{firehose:error-output-type}/'
DESTINATION=$(cat <<JSON
{
  "RoleARN": "arn:aws:iam::$ACCT:role/$P-firehose-role",
  "BucketARN": "arn:aws:s3:::$BUCKET",
  "Prefix": "data/raw/",
  "ErrorOutputPrefix": "$ERRORS",
  "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
  "CompressionFormat": "UNCOMPRESSED",
  "ProcessingConfiguration": {
    "Enabled": true,
    "Processors": [{"Type": "AppendDelimiterToRecord"}]
  },
  "CloudWatchLoggingOptions": {
    "Enabled": true,
    "LogGroupName": "/aws/kinesisfirehose/$P-stream",
    "LogStreamName": "DestinationDelivery"
  }
}
JSON
)
# --8<-- [end:destination]

# --8<-- [start:create]
create_stream() {
  local answer="" try
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    answer=$(aws firehose create-delivery-stream --delivery-stream-name "$P-stream" \
      --delivery-stream-type DirectPut \
      --extended-s3-destination-configuration "$DESTINATION" \
      --tags Key=Workshop,Value=fcj7days "Key=Learner,Value=$LEARNER" Key=Day,Value=1 \
      2>&1) && return 0
    case $answer in
      *ResourceInUseException*) return 0 ;;
      *"unable to assume role"*) echo "The new role is not known everywhere yet ($try of 12)" ;;
      *) break ;;
    esac
    sleep 5
  done
  echo "$answer" >&2
  return 1
}
create_stream
# --8<-- [end:create]

# --8<-- [start:wait]
stream_status() {
  aws firehose describe-delivery-stream --delivery-stream-name "$P-stream" \
    --query DeliveryStreamDescription.DeliveryStreamStatus --output text
}
wait_for_stream() {
  local state="" try=0
  while state=$(stream_status) && [ "$state" = CREATING ] && [ "$try" -lt 60 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "$state"
  [ "$state" = ACTIVE ]
}
wait_for_stream
# --8<-- [end:wait]

# --8<-- [start:show_role]
aws iam get-role --role-name "$P-firehose-role" \
  --query 'Role.AssumeRolePolicyDocument.Statement[].Principal'
aws iam list-role-policies --role-name "$P-firehose-role"
# --8<-- [end:show_role]

# --8<-- [start:show_stream]
aws firehose describe-delivery-stream --delivery-stream-name "$P-stream" --query \
  'DeliveryStreamDescription.{name: DeliveryStreamName, type: DeliveryStreamType,
    status: DeliveryStreamStatus}'
# --8<-- [end:show_stream]

# --8<-- [start:show_target]
aws firehose describe-delivery-stream --delivery-stream-name "$P-stream" --query \
  'DeliveryStreamDescription.Destinations[0].ExtendedS3DestinationDescription.{bucket: BucketARN,
    prefix: Prefix, buffer: BufferingHints, compression: CompressionFormat,
    processors: ProcessingConfiguration.Processors[].Type}'
# --8<-- [end:show_target]

# --8<-- [start:show_logging]
aws firehose describe-delivery-stream --delivery-stream-name "$P-stream" --query \
  'DeliveryStreamDescription.Destinations[0].ExtendedS3DestinationDescription.CloudWatchLoggingOptions'
aws logs describe-log-streams --log-group-name "/aws/kinesisfirehose/$P-stream" \
  --query 'logStreams[].logStreamName'
# --8<-- [end:show_logging]
