"""The year of training of the training tests serves here too."""

from tests.training.conftest import bank, course, holder, meet, plan, programme, set_paper

__all__ = ["bank", "course", "holder", "meet", "plan", "programme", "set_paper"]
