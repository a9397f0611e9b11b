"""What an agreement says of its policy, in the words of its text: title, days asked for, pay."""

from yigang.policy.describe import amount_text
from yigang.policy.model import Policy, PolicyVersion
from yigang.policy.wording import yuan


def agreement_words(policy: Policy, version: PolicyVersion) -> dict[str, str]:
    """Field of a template → text, as of the day the text is in force."""
    return {"办法": policy.title.zh, "出勤要求": _required(version), "待遇": _pay(version)}


def _required(version: PolicyVersion) -> str:
    required = version.month.required
    if required.basis == "days":
        return f"每月应出勤 {required.days} 天" + ("，月中到岗或者离岗的按天数折算" if required.scaled else "")
    return "当月全部工作日应出勤" if required.basis == "working_days" else "聘期内每天应出勤"


def _pay(version: PolicyVersion) -> str:
    pay = version.pay
    if pay is None:
        return "办法不另发补贴"
    parts = [f"{pay.amount.name}{amount_text(pay, version)}"]
    for one in pay.additions:
        if one.by_grade:
            parts.append(
                f"{one.name}按等次：{'、'.join(f'{grade} {yuan(fen)} 元' for grade, fen in one.by_grade.items())}"
            )
        else:
            parts.append(f"{one.name}按办法另计")
    return "；".join(parts)
