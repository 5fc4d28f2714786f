"""/v1/problems: what each kind of error means; errors name these addresses as their `type`."""

from apiflask import APIBlueprint
from flask import Response

from dashboard.api import examples
from dashboard.api.documents import documented
from dashboard.api.headers import by_content, json_answer
from dashboard.api.reading import LanguageQuery
from dashboard.api.schemas.words import Body, Words, in_each_language
from dashboard.i18n import has_text
from risk_core.errors import Fault, NotFoundError


class ProblemTypeBody(Body):
    """One kind of error."""

    code: str
    title: Words
    detail: Words


def problem_types_blueprint() -> APIBlueprint:
    """Address of the explanations."""
    bp = APIBlueprint("problems", __name__, url_prefix="/v1/problems")

    @bp.get("/<code>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(ProblemTypeBody, example=examples.PROBLEM_TYPE)
    @documented("Meaning of a kind of error", 404)
    def show_problem_type(code: str, asked: LanguageQuery) -> Response:
        if not (has_text(f"error.{code}") and has_text(f"problem.{code}")):
            raise NotFoundError(Fault("code", code[:40], "the code of an error", "See the `type` of the error."))
        title, detail = in_each_language(f"error.{code}"), in_each_language(f"problem.{code}")
        return by_content(json_answer(ProblemTypeBody(code=code, title=title, detail=detail)))

    return bp
