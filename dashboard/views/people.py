"""Who did something, in words."""

from dashboard.i18n import text

DEMO_NAME = "demo"


def person_name(name: str, lang: str) -> str:
    """Name of somebody; the demo coordinator's own words."""
    return text("sign_in.demo_name", lang) if name == DEMO_NAME else name


def role_word(role: str, lang: str) -> str:
    """Role in words."""
    return text(f"role.{role}", lang)
