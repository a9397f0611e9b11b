"""DingTalk 钉钉 to check-ins: the exported workbook (原始记录, 每日统计) and the attendance API.

`read_workbook` and `read_api` give the same shape, `shape.CHECK_INS`. What they promise: the same file twice has the
same `external_id`s; a row that shows nobody's presence (a missed check, an invalid punch) has no `at`; nothing is
dropped without a problem that names its row.
"""

from yigang.exchange.dingtalk.api import read_api
from yigang.exchange.dingtalk.shape import CHECK_INS, CheckIns
from yigang.exchange.dingtalk.workbook import read_workbook

__all__ = ["CHECK_INS", "CheckIns", "read_api", "read_workbook"]
