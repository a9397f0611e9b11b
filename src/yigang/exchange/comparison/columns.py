"""The columns of registers for comparison. Other columns of a file are not kept."""

from __future__ import annotations

from yigang.exchange.cells import Kind
from yigang.exchange.columns import ColumnSpec


def _spec(key: str, label: str, aliases: str, *, required: bool = False, kind: Kind = "text") -> ColumnSpec:
    return ColumnSpec(key, label, tuple(aliases.split()), required=required, kind=kind)


COLUMNS = (
    _spec(
        "name", "姓名",
        "人员姓名 死者姓名 法定代表人 负责人 经营者 股东 车主 所有人 机动车所有人 权利人 产权人 参保人 持卡人 "
        "账户名 户名 亲属姓名 职工姓名",
        required=True, kind="name",
    ),
    _spec(
        "identity", "身份证号",
        "身份证号码 身份证 公民身份号码 公民身份证号码 证件号码 证件号 身份证件号码 居民身份证号 亲属身份证号 法人身份证号",
        kind="identity",
    ),
    _spec("birth", "出生日期", "出生年月日 出生年月 生日", kind="date"),
    _spec("region", "行政区划", "行政区划代码 区划代码 地区 户籍地 户籍所在地 所在村 村 居住地 户籍区划"),
    _spec("card", "银行卡号", "卡号 账号 银行账号 社保卡号 一卡通账号 存折账号", kind="card"),
    _spec(
        "detail", "单位或名称",
        "单位 单位名称 工作单位 企业名称 公司名称 商户名称 参保单位 号牌号码 车牌号 车牌号码 不动产坐落 房屋坐落 坐落 "
        "岗位名称 岗位 开户行 干部姓名 关联干部",
    ),
    _spec("position", "职务或类别", "职务 类别 人员类别 保障类别 车辆类型 身份类别 与干部关系 关系 险种 备注"),
    _spec(
        "when", "日期",
        "死亡日期 死亡时间 注销日期 成立日期 登记日期 参保日期 参保时间 入职日期 任职日期 享受日期 初次登记日期", kind="date",
    ),
)  # fmt: skip
NEEDED = {spec.key: spec for spec in COLUMNS}
