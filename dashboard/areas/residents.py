"""How many people live in each cell and district, from whichever source knows."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.cells import add_points, label_cells, living_weight, spread_totals
from dashboard.areas.districts import clip_districts
from dashboard.areas.people import People
from dashboard.areas.report import BuildReport
from dashboard.areas.request import DistrictShapes
from risk_core.state.area import District
from risk_core.state.grid import Grid
from risk_core.state.network import Network

NO_PEOPLE_NOTE = "No population was given: every cell counts 0 people."


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Districts and people on the grid: fields as in `Area`, and the outlines of the districts kept."""

    districts: tuple[District, ...]
    outlines: DistrictShapes
    district: NDArray[np.int32]
    population: NDArray[np.float32]


def settle(grid: Grid, network: Network | None, shapes: DistrictShapes, people: People, report: BuildReport) -> Settled:
    """Bring districts and residents to the grid.

    Where a source gives one number for a district or zone that lies partly outside the grid, the part of the people
    that its area inside stands for is counted. Districts without a population get the people of their cells.

    Parameters
    ----------
    grid, network
        Where; the network's streets say where in a district people live.
    shapes
        Districts, in and out of the grid.
    people
        What the population file says; empty to use the districts' own numbers.
    report
        Takes notes.
    """
    if people.by_district is not None:
        shapes = _with_totals(shapes, people.by_district)
    shapes, share = clip_districts(shapes, grid.bounds, report)
    label = label_cells(grid, shapes.outlines)
    population = _population(grid, network, (shapes, share, label), people, report)
    if not population.any():
        report.note(NO_PEOPLE_NOTE)
    districts = _fill_totals(shapes.records, label, population)
    outlines = replace(shapes, records=districts)
    return Settled(districts, outlines, label, population.astype(np.float32))


def _with_totals(shapes: DistrictShapes, total: NDArray[np.float64]) -> DistrictShapes:
    records = tuple(
        record if math.isnan(persons) else replace(record, population=float(persons))
        for record, persons in zip(shapes.records, total, strict=True)
    )
    return replace(shapes, records=records)


def _population(
    grid: Grid,
    network: Network | None,
    districts: tuple[DistrictShapes, list[float], NDArray[np.int32]],
    people: People,
    report: BuildReport,
) -> NDArray[np.float64]:
    """Residents by cell, shape=(n_row, n_col)."""
    if people.at is not None:
        population, outside = add_points(grid, people.at.lat_deg, people.at.lon_deg, people.at.persons)
        if outside >= 0.5:
            report.note(f"{outside:,.0f} people live outside the area and were left out.")
        return population
    if people.shape_persons is not None:
        zones = tuple(
            District(str(number), "", "", "", float(persons), shape.representative_point().y, 0.0)
            for number, (shape, persons) in enumerate(zip(people.shapes, people.shape_persons, strict=True))
        )
        shapes, share = clip_districts(DistrictShapes(zones, people.shapes), grid.bounds, BuildReport())
        label = label_cells(grid, shapes.outlines)
    else:
        shapes, share, label = districts
    total = np.array([record.population for record in shapes.records]) * np.array(share)
    return spread_totals(grid, shapes.outlines, label, total, living_weight(grid, network))


def _fill_totals(
    records: tuple[District, ...], label: NDArray[np.int32], population: NDArray[np.float64]
) -> tuple[District, ...]:
    """Districts whose population is unknown get the people of their cells."""
    inside = label >= 0
    counted = np.bincount(label[inside], weights=population[inside], minlength=len(records))
    return tuple(
        replace(record, population=float(count)) if math.isnan(record.population) else record
        for record, count in zip(records, counted, strict=True)
    )
