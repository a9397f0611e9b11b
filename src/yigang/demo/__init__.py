"""The demo district: an office's files, made up from a seed, then brought in through the same doors as any office's.

Nothing here touches a table by itself. `plan` says what is built, `population` who lives there, `months` what happened
month by month, `planted` which cases are put where, `files` writes the office's papers, `load` hands them to the verbs.
"""
