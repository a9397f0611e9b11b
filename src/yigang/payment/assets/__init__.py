"""Income of village assets: divided by the policy, spent from a ledger whose balance is never negative (资产收益)."""
