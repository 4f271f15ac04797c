#!/usr/bin/env bash
# Day 5, task "explore". Run after tables.sh. Safe to run again: no counter is raised twice.

# --8<-- [start:get]
aws dynamodb get-item --table-name "$P-catalog" --key '{"Id": {"N": "102"}}' \
  --return-consumed-capacity TOTAL \
  --query '{title: Item.Title.S, price: Item.Price.N, units: ConsumedCapacity.CapacityUnits}'
# --8<-- [end:get]

# --8<-- [start:get_strong]
aws dynamodb get-item --table-name "$P-catalog" --key '{"Id": {"N": "102"}}' \
  --consistent-read --return-consumed-capacity TOTAL \
  --projection-expression 'Title, Price' \
  --query '{title: Item.Title.S, price: Item.Price.N, units: ConsumedCapacity.CapacityUnits}'
# --8<-- [end:get_strong]

# --8<-- [start:query]
THREAD='Xe đạp cuối tuần#Đèo nào dễ cho người mới?'
aws dynamodb query --table-name "$P-reply" --key-condition-expression 'Id = :id' \
  --expression-attribute-values "{\":id\": {\"S\": \"$THREAD\"}}" \
  --query 'Items[].[ReplyDateTime.S, PostedBy.S, Likes.N]' --output text
# --8<-- [end:query]

# --8<-- [start:range]
aws dynamodb query --table-name "$P-reply" \
  --key-condition-expression 'Id = :id AND ReplyDateTime > :since' \
  --expression-attribute-values "{\":id\": {\"S\": \"$THREAD\"},
    \":since\": {\"S\": \"2026-01-15\"}}" \
  --query '{read: ScannedCount, kept: Count}'
# --8<-- [end:range]

# --8<-- [start:newest]
aws dynamodb query --table-name "$P-reply" --key-condition-expression 'Id = :id' \
  --expression-attribute-values "{\":id\": {\"S\": \"$THREAD\"}}" \
  --no-scan-index-forward --limit 1 --no-paginate \
  --query 'Items[].[ReplyDateTime.S, PostedBy.S, Likes.N]' --output text
# --8<-- [end:newest]

# --8<-- [start:filter]
aws dynamodb query --table-name "$P-reply" --key-condition-expression 'Id = :id' \
  --filter-expression 'Likes > :few' \
  --expression-attribute-values "{\":id\": {\"S\": \"$THREAD\"}, \":few\": {\"N\": \"20\"}}" \
  --return-consumed-capacity TOTAL \
  --query '{read: ScannedCount, kept: Count, units: ConsumedCapacity.CapacityUnits}'
# --8<-- [end:filter]

# --8<-- [start:paging]
first_page() {
  aws dynamodb scan --table-name "$P-thread" --limit 5 --no-paginate --query "$1"
}
first_page 'Count'
START=$(first_page 'LastEvaluatedKey')
aws dynamodb scan --table-name "$P-thread" --exclusive-start-key "$START" --query 'Count'
# --8<-- [end:paging]

# --8<-- [start:scan]
aws dynamodb scan --table-name "$P-catalog" \
  --filter-expression 'Category = :category AND Price < :price' \
  --expression-attribute-values '{":category": {"S": "Book"}, ":price": {"N": "60000"}}' \
  --query '{read: ScannedCount, kept: Count}'
# --8<-- [end:scan]

# --8<-- [start:reserved]
aws dynamodb query --table-name "$P-thread" --key-condition-expression 'ForumName = :forum' \
  --projection-expression 'Subject, #v' --expression-attribute-names '{"#v": "Views"}' \
  --expression-attribute-values '{":forum": {"S": "The Repair Bench"}}' \
  --query 'Items[].[Views.N, Subject.S]' --output text
# --8<-- [end:reserved]

# --8<-- [start:write]
ITEM=$(cat <<JSON
{
  "Id": {"N": "201"},
  "Owner": {"S": "$LEARNER"},
  "Title": {"S": "Sổ tay của $LEARNER"},
  "Category": {"S": "Notebook"},
  "Price": {"N": "45000"},
  "Colors": {"L": [{"S": "xanh rêu"}, {"S": "cream"}]},
  "Tags": {"SS": ["giấy tái chế", "hàng mới"]},
  "Dims": {"M": {"HeightMm": {"N": "210"}, "WidthMm": {"N": "148"}}}
}
JSON
)
aws dynamodb put-item --table-name "$P-catalog" --item "$ITEM" \
  --return-consumed-capacity TOTAL --query ConsumedCapacity.CapacityUnits
# --8<-- [end:write]

# --8<-- [start:condition]
raise_counter() { # from 18 to 19, and never further
  local answer=""
  answer=$(aws dynamodb update-item --table-name "$P-forum" \
    --key '{"Name": {"S": "Xe đạp cuối tuần"}}' \
    --update-expression 'SET Messages = :new' --condition-expression 'Messages = :old' \
    --expression-attribute-values '{":old": {"N": "18"}, ":new": {"N": "19"}}' \
    --return-values UPDATED_NEW --query Attributes.Messages.N --output text 2>&1) && {
    echo "$answer"
    return 0
  }
  case $answer in
    *ConditionalCheckFailedException*) echo "ConditionalCheckFailedException" && return 0 ;;
  esac
  echo "$answer" >&2
  return 1
}
raise_counter
# --8<-- [end:condition]

# --8<-- [start:condition_again]
raise_counter
# --8<-- [end:condition_again]

# --8<-- [start:transaction]
TRANSACTION=$(cat <<JSON
[
  {"Put": {
    "TableName": "$P-reply",
    "Item": {
      "Id": {"S": "Xe đạp cuối tuần#Chào hỏi và giới thiệu"},
      "ReplyDateTime": {"S": "2026-01-20T01:00:00Z"},
      "Message": {"S": "Chào cả nhà, mình mới tập đạp xe."},
      "PostedBy": {"S": "$LEARNER"}
    },
    "ConditionExpression": "attribute_not_exists(Id)"
  }},
  {"Update": {
    "TableName": "$P-thread",
    "Key": {
      "ForumName": {"S": "Xe đạp cuối tuần"},
      "Subject": {"S": "Chào hỏi và giới thiệu"}
    },
    "UpdateExpression": "ADD Replies :one",
    "ExpressionAttributeValues": {":one": {"N": "1"}}
  }}
]
JSON
)
send_transaction() { # the token counts for ten minutes, the condition for ever
  local answer=""
  answer=$(aws dynamodb transact-write-items --client-request-token "$LEARNER-tx1" \
    --transact-items "$TRANSACTION" 2>&1) && echo "done" && return 0
  case $answer in
    *ConditionalCheckFailed*) echo "ConditionalCheckFailed: it was done before" && return 0 ;;
  esac
  echo "$answer" >&2
  return 1
}
send_transaction
# --8<-- [end:transaction]

# --8<-- [start:transaction_again]
send_transaction
# --8<-- [end:transaction_again]

# --8<-- [start:show_transaction]
aws dynamodb get-item --table-name "$P-thread" --consistent-read \
  --key '{"ForumName": {"S": "Xe đạp cuối tuần"}, "Subject": {"S": "Chào hỏi và giới thiệu"}}' \
  --query Item.Replies.N --output text
# --8<-- [end:show_transaction]

# --8<-- [start:index]
INDEX=$(cat <<JSON
[{"Create": {
  "IndexName": "by-poster",
  "KeySchema": [
    {"AttributeName": "PostedBy", "KeyType": "HASH"},
    {"AttributeName": "ReplyDateTime", "KeyType": "RANGE"}
  ],
  "Projection": {"ProjectionType": "ALL"}
}}]
JSON
)
index_status() {
  aws dynamodb describe-table --table-name "$P-reply" --output text --query \
    "Table.GlobalSecondaryIndexes[?IndexName=='by-poster'].IndexStatus | [0] || 'NONE'"
}
if [ "$(index_status)" = NONE ]; then
  aws dynamodb update-table --table-name "$P-reply" --attribute-definitions \
    AttributeName=PostedBy,AttributeType=S AttributeName=ReplyDateTime,AttributeType=S \
    --global-secondary-index-updates "$INDEX" >/dev/null
fi
# --8<-- [end:index]

# --8<-- [start:wait_index]
wait_for_index() {
  local status="" try=0
  while status=$(index_status) && [ "$status" != ACTIVE ] && [ "$try" -lt 400 ]; do
    try=$((try + 1))
    sleep 3
  done
  echo "by-poster $status"
  [ "$status" = ACTIVE ]
}
wait_for_index
# --8<-- [end:wait_index]

# --8<-- [start:query_index]
aws dynamodb query --table-name "$P-reply" --index-name by-poster \
  --key-condition-expression 'PostedBy = :poster AND ReplyDateTime > :since' \
  --expression-attribute-values '{":poster": {"S": "Patient Gecko"},
    ":since": {"S": "2026-01-15"}}' \
  --query '{read: ScannedCount, kept: Count}'
# --8<-- [end:query_index]
