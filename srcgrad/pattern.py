"""Where a linear map may be other than zero, found by sending nan through it.

Whatever is computed from a nan by sums, products and solves is nan, zero times nan included.  So the rows that are nan
when the columns of a group are nan are at least those that depend on one of them.  (A library that skips products with
an exact zero can only lose places whose derivative is that zero.)

One column after the other would take as many maps as there are columns.  Here groups are halved: the rows of a half are
among those of the whole, so halves of groups without common rows can be sent through the map together and told apart in
what comes out.  For a narrow band that takes a few times log2(columns) maps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.colouring import Indices, coloured
from srcgrad.errors import SrcgradError, UnsupportedError

# after this many halvings, a map of which more than half of the places are left is taken for a full one
PATIENCE = 5


class Search:
    """The rows of each column of a linear map, found by halving groups of columns.

    apply   the map, from a vector of `columns` numbers to one of `rows`
    maps    how often it was applied
    """

    def __init__(self, apply: Callable[[Any], Any], columns: int, rows: int) -> None:
        self.apply, self.columns, self.rows = apply, columns, rows
        self.maps = self.halvings = 0
        # groups as (first column, column after the last), and the rows that each may reach
        self.groups: list[tuple[int, int]] = [(0, columns)] if columns else []
        self.reached: list[Indices] = [np.arange(rows)] if columns else []
        self.colours = coloured(self.reached, rows)

    def cost(self) -> int:
        """How many maps the next step takes."""
        return 2 * (int(self.colours.max(initial=-1)) + 1)

    def done(self) -> bool:
        """Whether every group is one column, or so much is left that it does not matter."""
        if all(stop - start == 1 for start, stop in self.groups):
            return True
        left = sum((stop - start) * len(rows) for (start, stop), rows in zip(self.groups, self.reached))
        return self.halvings >= PATIENCE and 2 * left > self.columns * self.rows

    def step(self) -> None:
        """Halve every group."""
        groups: list[tuple[int, int]] = []
        reached: list[Indices] = []
        for colour in range(int(self.colours.max(initial=-1)) + 1):
            chosen = np.flatnonzero(self.colours == colour).tolist()
            halves = [halved(self.groups[i]) for i in chosen]
            for side in (0, 1):
                parts = [(i, pair[side]) for i, pair in zip(chosen, halves) if pair[side][0] < pair[side][1]]
                if not parts:
                    continue
                nan = self.sent([part for _, part in parts])
                for i, part in parts:
                    rows = self.reached[i][nan[self.reached[i]]]
                    if len(rows):
                        groups.append(part)
                        reached.append(rows)
        order = sorted(range(len(groups)), key=groups.__getitem__)
        self.groups, self.reached = [groups[i] for i in order], [reached[i] for i in order]
        self.colours = coloured(self.reached, self.rows)
        self.halvings += 1

    def sent(self, groups: list[tuple[int, int]]) -> Any:
        """Which rows become nan when these columns are."""
        direction = np.zeros(self.columns)
        for start, stop in groups:
            direction[start:stop] = np.nan
        self.maps += 1
        try:
            with np.errstate(all="ignore"):
                return np.isnan(self.apply(direction))
        except (ValueError, ArithmeticError, np.linalg.LinAlgError, SrcgradError) as error:
            raise UnsupportedError(
                f"finding where a Jacobian is zero by sending nan through it ({error})",
                "pass pattern=, a sparse or boolean matrix that has an entry wherever the Jacobian may not be zero",
            ) from error

    def places(self) -> tuple[Indices, Indices]:
        """The rows and the columns of the places that may not be zero."""
        rows = [np.tile(found, stop - start) for (start, stop), found in zip(self.groups, self.reached)]
        columns = [
            np.repeat(np.arange(start, stop), len(found)) for (start, stop), found in zip(self.groups, self.reached)
        ]
        empty = np.zeros(0, dtype=np.intp)
        return np.concatenate([empty, *rows]), np.concatenate([empty, *columns])


def halved(group: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """The two halves of a group; the second is empty for a single column."""
    start, stop = group
    middle = (start + stop + 1) // 2
    return (start, middle), (middle, stop)


def found_places(
    forward: Callable[[Any], Any] | None, backward: Callable[[Any], Any], columns: int, rows: int
) -> tuple[Indices, Indices, int]:
    """The rows and columns of the places of a map that may not be zero, and how many maps it took to find them.

    forward    the map; None where only its transpose is cheap
    backward   its transpose

    Columns are searched by the map and rows by its transpose, whichever takes fewer steps up to the end.
    """
    by_rows = Search(backward, rows, columns)
    by_columns = Search(forward, columns, rows) if forward is not None else None
    while True:
        use = by_rows
        if by_columns is not None and by_columns.maps + by_columns.cost() < by_rows.maps + by_rows.cost():
            use = by_columns
        if use.done():
            break
        use.step()
    first, second = use.places()
    maps = by_rows.maps + (by_columns.maps if by_columns is not None else 0)
    return (first, second, maps) if use is by_columns else (second, first, maps)
