"""The pure policy engine: documents, measures, expressions, settle, explain. No Django, no database, no clock."""

from yigang.policy.cases import run_cases
from yigang.policy.explain import deed_text, explain, explain_plain
from yigang.policy.facts import Facts, FactsError, read_facts
from yigang.policy.load import load_policies, load_policy, policies_folder
from yigang.policy.measures import Measure, measures
from yigang.policy.model import Policy, PolicyVersion
from yigang.policy.period import Period
from yigang.policy.problems import NoVersion, PolicyError, Problem, Say
from yigang.policy.reading import Sentence
from yigang.policy.settle import Settled, lines_digest, row_json, settle
from yigang.policy.wording import problem_text

__all__ = [
    "Facts",
    "FactsError",
    "Measure",
    "NoVersion",
    "Period",
    "Policy",
    "PolicyError",
    "PolicyVersion",
    "Problem",
    "Say",
    "Sentence",
    "Settled",
    "deed_text",
    "explain",
    "explain_plain",
    "lines_digest",
    "load_policies",
    "load_policy",
    "measures",
    "policies_folder",
    "problem_text",
    "read_facts",
    "row_json",
    "run_cases",
    "settle",
]
