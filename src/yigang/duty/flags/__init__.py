"""Questions that the evidence of duty itself raises (疑点): pure functions on Polars frames, thresholds by the policy.

A rule sees the evidence of a calendar month and answers with `Found`. It decides nothing: a person looks and answers.
`docs/algorithms/flags.md` says what each rule finds and what it cannot see.
"""
