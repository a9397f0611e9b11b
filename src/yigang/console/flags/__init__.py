"""Questions about evidence: the list, one with its evidence side by side, the answer, how often each rule was right."""
