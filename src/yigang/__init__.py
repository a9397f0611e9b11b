"""Yigang 益岗: every yuan paid and every person kept on is traced to evidence by a rule an official can read."""
