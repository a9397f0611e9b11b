"""Recruitment rounds: how people who need work and posts that need people meet in the open."""
