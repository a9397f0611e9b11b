"""The sections about people in post, as an official would read them aloud."""

from collections.abc import Iterator

from yigang.policy.describe_recruitment import cited
from yigang.policy.model import PolicyVersion
from yigang.policy.tenure import renewal_rule
from yigang.policy.wording import formula

DAYS = {"calendar": "日", "working": "个工作日"}
WEIGHTS = {
    "year_over": "超过年限每满一年", "wants_to_move": "本人愿意轮换", "wants_to_stay": "本人愿意留任（扣）",
    "wanted_village": "去意向村", "need": "村里需要，紧迫程度每级", "same_town": "留在本乡镇",
}  # fmt: skip


def tenure_lines(version: PolicyVersion) -> Iterator[str]:
    """Vacancies, exits, renewal, rotation, agreements, teams: what the policy says of them."""
    yield from _vacancy(version)
    yield from _exit(version)
    yield from _renewal(version)
    yield from _rotation(version)
    agreement, teams = version.text.get("agreement"), version.text.get("teams")
    if agreement:
        yield cited(f"协议编号：{agreement['number']}，每年从 1 起连续编号。", agreement["cites"])
    if teams:
        yield cited(f"每队不少于 {teams['members']} 人。", teams["cites"])


def _vacancy(version: PolicyVersion) -> Iterator[str]:
    data = version.text.get("vacancy")
    if not data:
        return
    unit = DAYS[data.get("days", "calendar")]
    fill = f"，{data['fill_days']} {unit}内补聘" if "fill_days" in data else ""
    recalled = f"；被召回的 {data['recalled_fill_days']} {unit}内补派" if "recalled_fill_days" in data else ""
    yield cited(f"空岗自离岗次日起 {data['report_days']} {unit}内上报{fill}{recalled}。", data["cites"])


def _exit(version: PolicyVersion) -> Iterator[str]:
    data = version.text.get("exit")
    if not data:
        return
    age = f"年满 {data['age_limit']} 周岁的退出。" if "age_limit" in data else ""
    appeal = f"对清退、解聘、召回不服的，{data['appeal_days']} {DAYS[data.get('days', 'calendar')]}内可以申诉。"
    yield cited(age + (appeal if "appeal_days" in data else ""), data["cites"])


def _renewal(version: PolicyVersion) -> Iterator[str]:
    rule = renewal_rule(version.text)
    if rule is None:
        return
    for clause in rule.refuse:
        yield cited(f"不续聘：{formula(clause.when.node, version, 'zh')}（{clause.name}）。", clause.cites)
    order = " → ".join(f"{clause.name}（{formula(clause.when.node, version, 'zh')}）" for clause in rule.priority)
    yield cited(f"续聘次序：{order}。", rule.cites)


def _rotation(version: PolicyVersion) -> Iterator[str]:
    data = version.text.get("rotation")
    if not data:
        return
    know = f"；在村满 {data['know_years']} 年的算熟悉本村，每村须留下一人" if "know_years" in data else ""
    know += f"，与新人共事至少 {data['overlap_days']} 天" if "overlap_days" in data else ""
    weights = "、".join(f"{WEIGHTS[name]} {value} 分" for name, value in data.get("weights", {}).items())
    tail = f"。权重：{weights}" if weights else ""
    yield cited(f"在村满 {data['after_years']} 年的可以轮换{know}{tail}。", data["cites"])
