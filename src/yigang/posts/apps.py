"""Django's entry for this chapter."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "yigang.posts"
