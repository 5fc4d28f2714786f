"""The guide is true: files and pages it names exist, commands are known, examples run, both languages say the same."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.app import PAGES
from dashboard.cli import build_parser
from dashboard.docs import TOPICS, known_topic, read_topic
from dashboard.i18n import languages
from dashboard.pages.docs.layout import layout
from dashboard.pages.lite.page import PATH as LITE
from dashboard.pages.page import Services
from tests.components.tree import walk
from tests.pages.test_languages import HANGUL
from tests.pages.test_pages import open_tiny

ROOT = Path(__file__).resolve().parents[2]
EVERY = [(topic, lang) for topic in TOPICS for lang in languages()]


def blocks(topic: str, lang: str, kind: str) -> list[str]:
    """Fenced code of one kind."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", read_topic(topic, lang), re.DOTALL | re.MULTILINE)
    return ["\n".join(line.removeprefix(indent) for line in body.splitlines()) for indent, body in found]


@pytest.mark.parametrize(("topic", "lang"), EVERY)
def test_topic_names_only_what_exists(topic: str, lang: str) -> None:
    words = read_topic(topic, lang)
    assert words.startswith("## ") and not re.search(r"<[a-z/]", words), "Markdown only"
    named = re.findall(r"`((?:risk_core|dashboard|components|tests)/[\w/.]+)`", words)
    assert [name for name in named if not (ROOT / name).exists()] == []
    pages = {page.path for page in PAGES} | {LITE}
    links = [link for link in re.findall(r"\]\((/[^)?]*)", words) if link not in pages]
    assert links == []
    assert all(f"lang={lang}" in link for link in re.findall(r"\]\((/[^)]*)\)", words)), "a link keeps the language"
    assert set(re.findall(r"topic=(\w+)", words)) <= set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_languages_tell_the_same(topic: str) -> None:
    english, korean = read_topic(topic, "en"), read_topic(topic, "ko")
    assert HANGUL.search(korean)
    assert not HANGUL.search(re.sub(r"```.*?```", "", english, flags=re.DOTALL))
    for pattern in (r"```\w+\n.*?```", r"^#+ ", r"`(?:risk_core|dashboard)/[\w/.]+`", r"https?://[^)\s]+"):
        of = [
            [re.sub(r"^ +", "", one, flags=re.MULTILINE) for one in re.findall(pattern, text, re.DOTALL | re.MULTILINE)]
            for text in (english, korean)
        ]
        assert sorted(of[0]) == sorted(of[1]), pattern


@pytest.mark.parametrize("topic", TOPICS)
def test_commands_are_known(topic: str) -> None:
    for block in blocks(topic, "en", "(?:sh|text)"):
        for line in re.sub(r"<<'END'\n.*?\nEND", "", block, flags=re.DOTALL).splitlines():
            if line.startswith("python -m dashboard"):
                words = shlex.split(line)[3:]
                assert build_parser(words).parse_args(words).run


@pytest.mark.parametrize("topic", ["hazard", "feed", "open"])
def test_example_runs_as_it_stands(topic: str, tmp_path: Path) -> None:
    (example,) = blocks(topic, "en", "python")
    file = tmp_path / "example.py"
    file.write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file)], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_example_of_a_city_builds_and_finds_a_way(tmp_path: Path) -> None:
    (example,) = blocks("city", "en", "sh")
    script = f'set -e\npython() {{ {shlex.quote(sys.executable)} "$@"; }}\n{example}\n'
    environ = os.environ | {"PYTHONPATH": str(ROOT), "ANSIMGIL_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "my-city is ready: 3 streets" in done.stdout and "Stream Path" in done.stdout


def test_page_shows_the_topic_asked_for_and_never_another_file(services: Services) -> None:
    for topic, wanted in (("feed", "feed"), ("../../secret", "citizen"), (None, "citizen")):
        drawn = layout(open_tiny(services, lang="en", **({"topic": topic} if topic else {})))
        (guide,) = [part for part in walk(drawn) if type(part).__name__ == "Markdown"]
        assert guide.children == read_topic(wanted, "en") and not getattr(guide, "dangerously_allow_html", False)
    with pytest.raises(KeyError):
        read_topic("../i18n/en", "en")
    assert known_topic("") == "citizen"
