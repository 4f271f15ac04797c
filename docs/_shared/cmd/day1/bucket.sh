#!/usr/bin/env bash
# Day 1, task "bucket". Run after: eval "$(workshop env)". Safe to run again.

# --8<-- [start:account]
aws sts get-caller-identity --query '{Account: Account, Arn: Arn}'
# --8<-- [end:account]

# --8<-- [start:create]
aws s3api head-bucket --bucket "$BUCKET" >/dev/null 2>&1 ||
  aws s3 mb "s3://$BUCKET" --region "$R1"
aws s3api put-bucket-tagging --bucket "$BUCKET" --tagging \
  "TagSet=[{Key=Workshop,Value=fcj7days},{Key=Learner,Value=$LEARNER},{Key=Day,Value=1}]"
# --8<-- [end:create]

# --8<-- [start:private]
aws s3api put-public-access-block --bucket "$BUCKET" --public-access-block-configuration \
  "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
# --8<-- [end:private]

# --8<-- [start:upload]
aws s3 cp "$SAMPLE_DATA/lake/tracks_reference.json" \
  "s3://$BUCKET/data/reference_data/tracks_reference.json" --no-progress
# --8<-- [end:upload]

# --8<-- [start:show_bucket]
aws s3api head-bucket --bucket "$BUCKET" --query BucketRegion --output text
# --8<-- [end:show_bucket]

# --8<-- [start:show_private]
aws s3api get-public-access-block --bucket "$BUCKET"
# --8<-- [end:show_private]

# --8<-- [start:show_reference]
aws s3api list-objects-v2 --bucket "$BUCKET" --prefix data/reference_data/ --query 'Contents[].Key'
aws s3 cp "s3://$BUCKET/data/reference_data/tracks_reference.json" - | wc -l
# --8<-- [end:show_reference]
