"""The 22 points a reader of the pages may count on, each with the test or command that shows it.

    python -m tests.browser.points

lists them. `tests/pages/test_points.py` checks that every test named exists.
"""

import sys
from dataclasses import dataclass
from typing import Final

B: Final = "tests/browser/"


@dataclass(frozen=True, slots=True)
class Point:
    """One point: what holds, the tests that show it, a command where it is measured, and what of it does not hold."""

    number: int
    what: str
    tests: tuple[str, ...] = ()
    command: str = ""
    missing: str = ""


POINTS: Final = (
    Point(
        1,
        "Phone, first view: level word, sign, reason, time, the ways in short",
        (f"{B}test_citizen.py::test_first_view",),
    ),
    Point(
        2,
        "Answer card on slow 3G; /lite in 14 kB",
        (
            "tests/pages/test_lite.py::test_page_stays_small_on_the_worst_day",
            f"{B}test_smooth.py::test_the_answer_is_read_before_any_script_and_gives_way_to_the_page",
        ),
        "python -m tests.benchmarks.bench_pages --only answer",
    ),
    Point(
        3,
        "Dragging an end gives a new way",
        (f"{B}test_citizen.py::test_dragged_end_gives_a_new_route",),
        "python -m tests.benchmarks.bench_drag",
    ),
    Point(
        4,
        "Slider without a flash, play and pause",
        (f"{B}test_citizen.py::test_slider_moves_the_picture_and_the_words",),
        "python -m tests.benchmarks.bench_pages --only slider",
    ),
    Point(
        5,
        "A closure drawn changes ways and can be taken back",
        (f"{B}test_ops.py::test_a_street_closed_on_the_page_changes_the_next_way_and_back",),
    ),
    Point(6, "Safe and fast way side by side, with why", (f"{B}test_citizen.py::test_page_and_api_tell_the_same",)),
    Point(
        7,
        "Panning stays smooth",
        (
            f"{B}test_smooth.py::test_the_address_follows_the_map_once_it_rests",
            f"{B}test_smooth.py::test_cards_drawn_anew_do_not_ask_the_whole_page_once_a_part",
        ),
        "python -m tests.benchmarks.bench_pages --only frames",
    ),
    Point(
        8,
        "Map, chart and table say the same",
        (f"{B}test_health.py::test_map_chart_small_pictures_and_table_choose_the_same_and_say_the_same",),
    ),
    Point(
        9,
        "Forecasts with interval, figures with time and source, model apart from official",
        (
            f"{B}test_health.py::test_outbreak_is_drawn_with_its_fan_and_its_interval",
            f"{B}test_citizen.py::test_first_view",
        ),
    ),
    Point(
        10,
        "Never colour alone",
        (
            "tests/components/test_components.py::test_buttons_and_pictures_have_names",
            "tests/pages/test_colours.py::test_levels_are_told_apart_by_every_kind_of_sight",
            "tests/pages/test_colours.py::test_every_level_has_a_sign_of_its_own_for_grey_print",
        ),
    ),
    Point(
        11,
        "axe finds nothing on any page",
        (
            f"{B}test_axe.py::test_nothing_is_wrong_for_axe",
            f"{B}test_keyboard.py::test_the_whole_path_goes_by_keyboard",
            f"{B}test_keyboard.py::test_keys_choose_a_hazard_and_a_time_and_escape_closes_the_menu",
        ),
    ),
    Point(
        12,
        "Targets of 44 px, nothing scrolls sideways, 200 % zoom",
        (
            f"{B}test_axe.py::test_nothing_is_wrong_for_axe",
            f"{B}test_keyboard.py::test_nothing_is_lost_at_twice_the_size",
        ),
    ),
    Point(
        13,
        "Both languages complete",
        (
            "tests/pages/test_languages.py::test_every_key_stands_in_every_language_with_the_same_places",
            f"{B}test_citizen.py::test_every_page_opens_in_both_languages",
        ),
    ),
    Point(
        14,
        "A link shows the same view",
        (
            f"{B}test_citizen.py::test_address_restores_the_view",
            f"{B}test_wishes.py::test_an_area_drawn_on_the_map_is_kept_out_of_and_stays_in_the_link",
        ),
    ),
    Point(15, "Dark mode", (f"{B}test_citizen.py::test_dark_mode_by_system_and_by_button",)),
    Point(
        16,
        "Each failure has a next step",
        (
            f"{B}test_citizen.py::test_denied_location_leads_to_the_map",
            f"{B}test_citizen.py::test_point_outside_and_swapped_point_say_so",
            f"{B}test_citizen.py::test_lost_server_is_told_and_found_again",
        ),
    ),
    Point(17, "No request leaves the host, console clean", (f"{B}test_citizen.py::test_first_view",)),
    Point(
        18,
        "The badge tells the truth",
        ("tests/pages/test_sources.py::test_badge_turns_amber_within_thirty_seconds_of_a_stopped_feed",),
    ),
    Point(
        19,
        "Printed on A4",
        (
            f"{B}test_health.py::test_the_weekly_report_is_two_pages_of_a4",
            f"{B}test_plan.py::test_districts_are_planned_and_printed_on_a4",
            f"{B}test_ops.py::test_printed_on_two_pages_of_a4",
        ),
    ),
    Point(
        20,
        "The map in words for screen readers",
        (f"{B}test_citizen.py::test_click_on_the_map_answers_for_that_point",),
    ),
    Point(21, "Publishing asks once", (f"{B}test_plan.py::test_a_published_order_reaches_whoever_is_inside",)),
    Point(
        22,
        "Ribbon on simulated data",
        ("tests/components/test_components.py::test_ribbon_can_be_hidden_but_not_unsaid",),
    ),
)


def main() -> None:
    """List the points."""
    for point in POINTS:
        shown = " ".join((*point.tests, point.command)).strip()
        missing = f"\n      missing: {point.missing}" if point.missing else ""
        sys.stdout.write(f"{point.number:3d}. {point.what}\n      {shown}{missing}\n")


if __name__ == "__main__":
    main()
