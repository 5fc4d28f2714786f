"""Slow and obvious twins of `risk_core.kernels.fields`."""

import math

import numpy as np

from risk_core.state.level import code_to_risk, risk_to_code


def ladder_risk(value, knots):
    """Risk of one value by numpy's own interpolation."""
    if math.isnan(value):
        return math.nan
    return float(np.interp(value, np.concatenate([[0.0], knots]), np.arange(len(knots) + 1) / 5))


def code_of(risk):
    return int(risk_to_code(np.array([risk]))[0])


def combine_codes(code):
    out = []
    for column in code.T:
        risks = sorted(float(risk) for risk in code_to_risk(column).astype(float) if not math.isnan(risk))
        if not risks:
            out.append(255)
            continue
        most, others = risks[-1], risks[:-1]
        out.append(code_of(most + 0.2 * (1 - most) * (1 - math.prod(1 - risk for risk in others))))
    return np.array(out, dtype=np.uint8)


def sample_max(code, first_cell, cell):
    out = np.full((len(code), len(first_cell) - 1), 255, dtype=np.uint8)
    for t, field in enumerate(code):
        for s in range(len(first_cell) - 1):
            met = [field[c] for c in cell[first_cell[s] : first_cell[s + 1]] if c >= 0 and field[c] != 255]
            if met:
                out[t, s] = max(met)
    return out


def box_mean(value, half_row, half_col):
    n_row, n_col = value.shape
    out = np.full((n_row, n_col), np.nan, dtype=np.float32)
    for r in range(n_row):
        for c in range(n_col):
            box = value[max(r - half_row, 0) : r + half_row + 1, max(c - half_col, 0) : c + half_col + 1]
            known = box[~np.isnan(box)].astype(float)
            if known.size:
                out[r, c] = known.sum() / known.size
    return out


def expose_streets(code, danger, first_cell, cell, length_m):
    """Largest risk and mean danger of each street, unknown cells as no risk."""
    out = []
    for s in range(len(first_cell) - 1):
        at = range(first_cell[s], first_cell[s + 1])
        risks = [0 if code[cell[k]] == 255 else code[cell[k]] / 250 for k in at]
        dangers = [0 if code[cell[k]] == 255 else danger[code[cell[k]]] for k in at]
        metres = [float(length_m[k]) for k in at]
        total = sum(metres) or 1.0
        mean = sum(m * v for m, v in zip(metres, dangers, strict=True)) / total
        out.append((max(risks, default=0), mean))
    return tuple(zip(*out, strict=True))


def walk_cells(first_cell, cell, length_m, street, begin_m, end_m):
    """Owner, cell and metres of each piece, one street after the other by intervals from its first point."""
    owner, found, metres = [], [], []
    for i, (s, begin, end) in enumerate(zip(street, begin_m, end_m, strict=True)):
        pieces, along = [], 0.0
        for k in range(first_cell[s], first_cell[s + 1]):
            low, high = max(along, min(begin, end)), min(along + float(length_m[k]), max(begin, end))
            along += float(length_m[k])
            if high > low:
                pieces.append((int(cell[k]), high - low))
        for here, inside in pieces if begin <= end else pieces[::-1]:
            owner.append(i)
            found.append(here)
            metres.append(inside)
    return owner, found, metres
