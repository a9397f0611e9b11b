"""How a cell of a public list is written."""

from django import template

from yigang.notices.columns import written

register = template.Library()
register.filter("cell", written)
