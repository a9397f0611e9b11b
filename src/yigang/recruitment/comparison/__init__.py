"""信息数据比对: applicants against registers that offices hand in and against what this program knows itself.

`likeness` says how alike two people are, `match` finds them (pure Polars), `own` works out what needs no file, `registers`
keeps what was handed in, `run` compares a round, `decide` is what people do with the hits, `queries` answers the pages.
"""
