"""The awkward applicants of the round of June 2020: who they are, where it shows, and what must come of it.

Everybody else applies, is found able, and gets the post; these are the reason why the steps exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

End = Literal["hired", "out", "withdrawn"]
OUT_BY_CHECK, OUT_BY_VISIT, OUT_BY_RANK, OUT_BY_OBJECTION = "审核", "考察", "评定", "公示"


@dataclass(frozen=True)
class Claim:
    """One planted applicant. `hit` is the register that must find him, `confirmed` what the town makes of it and `why`.

    `step` is where somebody who was put out ended. `holder` claims are carried by people who get a post all the same.
    """

    code: str
    what: str
    where: str
    end: End = "out"
    step: str = ""
    hit: str = ""
    confirmed: bool = False
    why: str = ""
    holder: bool = False


def hit(code: str, register: str, what: str, where: str, why: str) -> Claim:
    """Somebody whom a register finds, and whom the town puts out for it."""
    return Claim(code, what, where, step=OUT_BY_CHECK, hit=register, confirmed=True, why=why)


CARD = "留存代办账户2020-05-31.xlsx"
CLAIMS: Sequence[Claim] = (
    hit("official_kin", "officials_kin", "副镇长的外甥，列在干部近亲属申报表上", "干部近亲属2020-05-31.xlsx",
        "纪委核实：系副镇长外甥，未按规定报告"),
    hit("dead_applicant", "deaths", "用已去世的人的身份证申报", "死亡人员2020-05-31.xlsx",
        "派出所已于2019年11月注销户口，冒名申报"),
    hit("on_payroll", "payroll", "乡镇卫生院在编人员", "财政供养人员2020-05-31.xlsx", "编办确认：在编"),
    hit("card_a", "kept_accounts", "三人登记同一张银行卡，卡在村会计手里", CARD, "卡由他人保管，补贴领取人不是本人"),
    hit("card_b", "kept_accounts", "三人登记同一张银行卡，卡在村会计手里", CARD, "卡由他人保管，补贴领取人不是本人"),
    hit("card_c", "kept_accounts", "三人登记同一张银行卡，卡在村会计手里", CARD, "卡由他人保管，补贴领取人不是本人"),
    hit("shop_owner", "companies", "镇上开着副食品店", "工商登记2020-05-31.xlsx", "本人承认：个体工商户经营者，有稳定收入"),
    hit("insured", "insurance", "在区里工厂上班，单位缴着社保", "社会保险2020-05-31.xlsx", "社保在缴，已在企业就业"),
    hit("other_post", "other_posts", "已在公路养护公益性岗位", "其他公益性岗位2020-05-31.xlsx", "交通局确认：在岗"),
    Claim("second_post", "同户兄弟是在岗护林员", "花名册 户编号", step=OUT_BY_CHECK, hit="household_post"),
    Claim("too_old", "年满六十二岁", "身份证号", step=OUT_BY_CHECK),
    Claim("not_registered", "不是建档立卡户", "人员信息 贫困户属性", step=OUT_BY_CHECK),
    Claim("not_able", "丧失劳动力", "劳动力登记 劳动能力", step=OUT_BY_CHECK),
    Claim("phone_a", "三户人登记同一个手机号", "人员信息 手机号", step=OUT_BY_RANK, hit="shared_phone",
          why="由村干部代填，已改为本人号码"),
    Claim("phone_b", "三户人登记同一个手机号", "人员信息 手机号", step=OUT_BY_RANK, hit="shared_phone",
          why="由村干部代填，已改为本人号码"),
    Claim("phone_c", "三户人登记同一个手机号", "人员信息 手机号", step=OUT_BY_RANK, hit="shared_phone",
          why="由村干部代填，已改为本人号码"),
    Claim("left_for_work", "审核前外出务工", "申报登记表", "withdrawn", why="已外出务工，自愿放弃"),
    Claim("cares_for_child", "要在家照看孙辈", "申报登记表", "withdrawn", why="要在家照看孙辈，自愿放弃"),
    Claim("weak_heart", "走不了山路", "考察评分表", step=OUT_BY_VISIT),
    Claim("objected_to", "长年在外，公示期内被邻居书面反映", "公示异议登记", step=OUT_BY_OBJECTION),
    Claim("second_best", "合格，但岗位已满", "评定表", step=OUT_BY_RANK),
    Claim("third_best", "合格，但岗位已满", "评定表", step=OUT_BY_RANK),
    Claim("same_name_dead", "与一名死者同名同生日，号码不同", "死亡人员2020-05-31.xlsx", "hired", hit="deaths",
          why="本人到场，出示身份证，不是死者", holder=True),
    Claim("second_post_partner", "兄弟也来申报同一批岗位", "花名册 户编号", "hired", hit="household_post",
          why="兄弟不符合条件已出局，户内只此一人", holder=True),
    Claim("objection_dismissed", "公示期内被反映不在村里住，查实不成立", "公示异议登记", "hired", holder=True),
)  # fmt: skip

BY_CODE = {claim.code: claim for claim in CLAIMS}
