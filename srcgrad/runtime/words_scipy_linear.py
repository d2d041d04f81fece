"""Words for `scipy.optimize.linprog`: which conditions hold as equations at the vertex that SciPy found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

from srcgrad.errors import UnsupportedError

# relative to the largest number: what counts as zero
NEAR = 1e-9


@dataclass
class Vertex:
    """A solution of a linear program.

    found   what SciPy returned
    tight   which of the inequalities hold as equations
    places  the numbers of the unknowns that are at a bound
    ends    at which: 0 for the lower one, 1 for the upper one
    """

    found: Any
    tight: Any
    places: Any
    ends: Any


def vertex(c: Any, a_ub: Any, b_ub: Any, a_eq: Any, b_eq: Any, bounds: Any, options: Mapping[str, Any]) -> Vertex:
    """`linprog(c, a_ub, b_ub, a_eq, b_eq, bounds, **options)`, where the solution is one vertex of as many conditions
    as there are unknowns, each of which matters; UnsupportedError elsewhere."""
    given = {name: value for name, value in options.items() if value is not None}
    found = optimize.linprog(c, a_ub, b_ub, a_eq, b_eq, bounds, **given)
    if found.x is None:
        raise UnsupportedError(f"a linear program without a solution ({found.message})", "check its conditions")
    multipliers = [found.ineqlin.marginals, found.lower.marginals, found.upper.marginals]
    slacks = [found.ineqlin.residual, found.lower.residual, found.upper.residual]
    scale = max(np.max(np.abs(m), initial=0.0) for m in [*multipliers, found.eqlin.marginals])
    at_work = [np.abs(m) > NEAR * scale for m in multipliers]
    loose = [np.asarray(s) > NEAR * (1.0 + np.max(np.abs(found.x), initial=0.0)) for s in slacks]
    count = sum(map(np.count_nonzero, at_work)) + np.size(found.eqlin.marginals)
    fixed = at_work[1] & at_work[2]
    if any(np.any(~w & ~l) for w, l in zip(at_work, loose)) or count != np.size(found.x) or np.any(fixed):
        raise UnsupportedError(
            "a linear program with several solutions, or with more conditions at its solution than unknowns",
            "leave out conditions that others imply, or add a small quadratic term and use scipy.optimize.minimize",
        )
    ends, places = np.nonzero(np.stack(at_work[1:]))
    return Vertex(found, at_work[0], places, ends)


def tight_of(run: Vertex) -> Any:
    """Which of the inequalities hold as equations."""
    return np.flatnonzero(run.tight)


def bound_rows(run: Vertex) -> Any:
    """A row of the unit matrix for each bound that is met."""
    return np.eye(np.size(run.found.x))[run.places]


def bound_places(run: Vertex, bounds: Any) -> Any:
    """The unknowns that meet a bound, where each has bounds of its own."""
    if len(bounds) != np.size(run.found.x) or np.ndim(bounds[0]) != 1:
        raise UnsupportedError("bounds for all unknowns that are computed", "give each unknown a pair of its own")
    return run.places


def bound_ends(run: Vertex) -> Any:
    """Which bound they meet, 0 or 1."""
    return run.ends


def bound_sides(run: Vertex) -> Any:
    """The bounds that are met."""
    found = run.found
    low, high = found.x - found.lower.residual, found.x + found.upper.residual
    return np.where(run.ends == 0, low[run.places], high[run.places])


def vertex_of(run: Vertex) -> Any:
    """The solution."""
    return run.found.x


def least_of(run: Vertex) -> float:
    """The least value."""
    return float(run.found.fun)
