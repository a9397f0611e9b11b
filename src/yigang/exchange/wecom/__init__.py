"""WeCom 企业微信 to check-ins: rows of `getcheckindata` in the shape that DingTalk's have too (`dingtalk.shape`)."""

from yigang.exchange.wecom.api import read_api

__all__ = ["read_api"]
