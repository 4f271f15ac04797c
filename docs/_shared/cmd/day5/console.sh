#!/usr/bin/env bash
# Day 5, task "console". Run after tables.sh: what the page does by hand, for whoever has no Console.

# --8<-- [start:edit]
EDIT=$(cat <<JSON
{
  ":title": {"S": "Mưa trên mái tôn (bản có hình)"},
  ":reviewers": {"SS": ["Chị Nồi Đất", "Mr Tumble"]}
}
JSON
)
aws dynamodb update-item --table-name "$P-catalog" --key '{"Id": {"N": "101"}}' \
  --update-expression 'SET Title = :title, Reviewers = :reviewers' \
  --expression-attribute-values "$EDIT"
# --8<-- [end:edit]

# --8<-- [start:show_item]
aws dynamodb get-item --table-name "$P-catalog" --key '{"Id": {"N": "101"}}' \
  --consistent-read --query 'Item.{title: Title, reviewers: Reviewers, price: Price}'
# --8<-- [end:show_item]
