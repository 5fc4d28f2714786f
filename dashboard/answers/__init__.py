"""The one door for a person's own question: page, API and command line all get the same record here."""

from dashboard.answers.answers import Answers
from dashboard.answers.infection import InfectionQuestion
from dashboard.answers.path import PathQuestion
from dashboard.answers.questions import RouteQuestion, answer_route

__all__ = ["Answers", "InfectionQuestion", "PathQuestion", "RouteQuestion", "answer_route"]
