"""A home with one small area, into which the command `ingest` puts things."""

import dataclasses
from pathlib import Path

import pytest

from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from risk_core.state.area import Area


@pytest.fixture
def settings(tmp_path: Path, area: Area) -> Settings:
    settings = Settings(home=tmp_path / "home", area="tiny")
    write_bundle(settings.home, dataclasses.replace(area, area_id="tiny"), Manifest())
    return settings
