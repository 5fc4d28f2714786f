"""Zones tapped on a map: corners, finishing, taking back, and what the planner reads of them."""

from dataclasses import replace

from dashboard.acts.drafts import Draft, Mode
from dashboard.acts.sketch import Sketch, Tool, finish_zone, take_back

TRIANGLE = Draft(Mode.AREA, (), ((-29.90, -71.25), (-29.90, -71.24), (-29.91, -71.24)))


def test_three_corners_are_a_zone_and_two_are_none() -> None:
    assert Sketch(corners=TRIANGLE).all_zones() == (TRIANGLE,)
    assert Sketch(corners=replace(TRIANGLE, points=TRIANGLE.points[:2])).all_zones() == ()


def test_a_finished_zone_is_kept_and_opened_again_by_stepping_back() -> None:
    done = finish_zone(Sketch(corners=TRIANGLE))
    assert done.zones == (TRIANGLE,) and not done.corners.points
    assert take_back(done) == Sketch(corners=TRIANGLE)
    assert finish_zone(done) == done, "nothing is drawn"


def test_what_the_browser_keeps_is_read_back() -> None:
    sketch = Sketch(Tool.CLOSED, (TRIANGLE,), TRIANGLE, Draft(Mode.STREET, (3, 7)))
    assert Sketch.from_data(sketch.as_data()) == sketch
    assert Sketch.from_data({"tool": "other"}) == Sketch()
    assert Sketch.from_data(None) == Sketch()
