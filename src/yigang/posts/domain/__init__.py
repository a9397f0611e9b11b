"""Verbs of this chapter: programmes, kinds, stations, quotas, requests and posts are set up and changed nowhere else."""

from yigang.posts.domain.kinds import KindRecord, save_kind
from yigang.posts.domain.posts import PostRecord, change_head_count, save_post
from yigang.posts.domain.programmes import capabilities_of, create_programme
from yigang.posts.domain.quotas import QuotaRecord, save_quota
from yigang.posts.domain.requests import (
    RequestRecord,
    approve_request,
    check_request,
    refuse_request,
    save_request,
    send_request_back,
    submit_request,
)
from yigang.posts.domain.stations import StationRecord, attach_post, save_station

__all__ = [
    "KindRecord", "PostRecord", "QuotaRecord", "RequestRecord", "StationRecord", "approve_request", "attach_post",
    "capabilities_of", "change_head_count", "check_request", "create_programme", "refuse_request", "save_kind",
    "save_post", "save_quota", "save_request", "save_station", "send_request_back", "submit_request",
]  # fmt: skip
