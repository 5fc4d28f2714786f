"""Both languages say everything, and no page says anything outside them."""

import ast
import re
import string
from pathlib import Path

import pytest

from dashboard.i18n import has_text, known_language, languages, messages, text
from risk_core.errors import AnsimgilError
from risk_core.state.level import Layer, Level
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from risk_core.state.situation import ClosureReason

ROOT = Path(__file__).resolve().parents[2]
SPOKEN = [
    path
    for folder in ("components", "dashboard/pages", "dashboard/views", "dashboard/app.py")
    for path in ([ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*.py")))
]
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


def literals(path: Path) -> list[str]:
    """String literals of a file that are not docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
    ]


def places(message: str) -> set[str]:
    """Names filled into a message."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name and name.isidentifier()}


def test_korean_is_the_default() -> None:
    assert languages()[0] == "ko"
    assert known_language(None) == known_language("xx") == "ko"


def test_every_key_stands_in_every_language_with_the_same_places() -> None:
    korean, english = messages("ko"), messages("en")
    assert set(korean) == set(english)
    wrong = [key for key in korean if places(korean[key]) != places(english[key])]
    assert wrong == []


def test_no_message_is_empty_and_english_has_no_hangul() -> None:
    allowed = {"app.language_name", "drill.ribbon_means"}
    english = messages("en")
    assert [key for key, message in english.items() if not message.strip()] == []
    assert [key for key, message in english.items() if HANGUL.search(message) and key not in allowed] == []


def test_missing_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("no.such.key", "ko")
    with pytest.raises(KeyError):
        text("level.safe", "xx")


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_literal_text_in_layouts(path: Path) -> None:
    found = [literal for literal in literals(path) if HANGUL.search(literal)]
    assert found == []
    sentences = [literal for literal in literals(path) if re.fullmatch(r"[A-Z][a-z]+( [a-z]+){2,}[.!?]?", literal)]
    assert [one for one in sentences if one not in ALLOWED_SENTENCES] == []


ALLOWED_SENTENCES = {"Wait a moment.", "Install an area and reload."}
"""Remedies of errors: the page shows the text of their code instead."""


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_key_named_in_code_exists(path: Path) -> None:
    calls = [
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "text"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    assert [key for key in calls if not has_text(key)] == []


def test_every_closed_choice_has_its_words() -> None:
    keys = [f"level.{level.name.lower()}" for level in Level] + [f"hazard.{layer}" for layer in Layer]
    keys += [f"status.verdict.{level.name.lower()}" for level in Level]
    keys += [f"closure.{reason}" for reason in ClosureReason] + [f"profile.{profile}" for profile in Profile]
    keys += [f"route.{kind}" for kind in RouteKind]
    keys += [f"error.{one.code}" for one in (AnsimgilError, *_family(AnsimgilError))]
    keys += [f"status.place_{kind}" for kind in ("start", "picked", "located")]
    keys += [f"map.{error}" for error in ("denied", "unavailable", "timeout")]
    assert [key for key in keys if not has_text(key)] == []


def _family(kind: type[AnsimgilError]) -> list[type[AnsimgilError]]:
    return [one for child in kind.__subclasses__() for one in (child, *_family(child))]
