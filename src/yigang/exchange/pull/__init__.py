"""Attendance fetched from where it is kept: DingTalk's and WeCom's servers, asked as their documentation says."""
