"""Colours of the columns of a sparse matrix: two columns with a common row get different ones.

x x . . .
x x x . .      colours 0 1 2 0 1: all columns of one colour can be told apart in their sum,
. x x x .      as no row has two of them
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Indices = np.ndarray[Any, Any]


def coloured(supports: Sequence[Indices], rows: int) -> Indices:
    """A colour for each column, from 0 up, so that columns of one colour have no row in common.

    supports   the rows of each column
    rows       how many there are

    The smaller outcome of two greedy passes (Curtis, Powell, Reid 1974), over the columns as they come and by falling
    number of rows; each takes time in proportion to the number of places.
    """
    lists = [support.tolist() for support in supports]
    first = greedy(lists, rows, range(len(lists)))
    fullest = max(np.bincount(np.concatenate(supports), minlength=1)) if lists and any(lists) else 0
    if first.max(initial=-1) + 1 <= fullest:
        return first  # a row with that many columns needs as many colours
    second = greedy(lists, rows, sorted(range(len(lists)), key=lambda j: -len(lists[j])))
    return first if first.max(initial=-1) <= second.max(initial=-1) else second


def greedy(lists: list[list[int]], rows: int, order: Sequence[int]) -> Indices:
    """The lowest colour that no row of the column has seen, column after column."""
    colours = np.zeros(len(lists), dtype=np.intp)
    # the colours that each row has seen, a bit each
    seen = [0] * rows
    for column in order:
        taken = 0
        for row in lists[column]:
            taken |= seen[row]
        # the lowest bit that is not set
        bit = ~taken & (taken + 1)
        colours[column] = bit.bit_length() - 1
        for row in lists[column]:
            seen[row] |= bit
    return colours
