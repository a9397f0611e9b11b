"""Nouns of training: what is taught to whom, who came, what was asked and answered, what is put right."""

from yigang.training.models.bank import Question
from yigang.training.models.course import Attendance, Course, Guess, Material, Plan, Session, VillageTerrain
from yigang.training.models.remedial import RemedialStep, RemedialTask
from yigang.training.models.test import Answer, Contest, Paper, Sitting

__all__ = [
    "Answer", "Attendance", "Contest", "Course", "Guess", "Material", "Paper", "Plan", "Question", "RemedialStep",
    "RemedialTask", "Session", "Sitting", "VillageTerrain",
]  # fmt: skip
