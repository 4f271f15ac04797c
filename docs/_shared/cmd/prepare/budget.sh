#!/usr/bin/env bash
# A monthly budget of 5 USD that writes an e-mail, credits left out of the sum.
# Run after: eval "$(workshop env)"  and  BUDGET_EMAIL=<your address>. Safe to run again.

# --8<-- [start:create]
BUDGET=$(cat <<JSON
{
  "BudgetName": "$P-budget",
  "BudgetType": "COST",
  "TimeUnit": "MONTHLY",
  "BudgetLimit": {"Amount": "5", "Unit": "USD"},
  "CostTypes": {"IncludeCredit": false, "IncludeRefund": false}
}
JSON
)
ALERTS=$(cat <<JSON
[
  {
    "Notification": {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN",
      "Threshold": 40, "ThresholdType": "PERCENTAGE"},
    "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "${BUDGET_EMAIL:?}"}]
  },
  {
    "Notification": {"NotificationType": "FORECASTED", "ComparisonOperator": "GREATER_THAN",
      "Threshold": 100, "ThresholdType": "PERCENTAGE"},
    "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "${BUDGET_EMAIL:?}"}]
  }
]
JSON
)
aws budgets describe-budget --account-id "$ACCT" --budget-name "$P-budget" >/dev/null 2>&1 ||
  aws budgets create-budget --account-id "$ACCT" --budget "$BUDGET" \
    --notifications-with-subscribers "$ALERTS"
# --8<-- [end:create]

# --8<-- [start:show]
aws budgets describe-budget --account-id "$ACCT" --budget-name "$P-budget" --query \
  'Budget.{name: BudgetName, limit: BudgetLimit.Amount, credits: CostTypes.IncludeCredit}'
# --8<-- [end:show]
