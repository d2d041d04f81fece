"""Distances between points: `scipy.spatial.distance`, written out in `srcgrad.written.scipy_distances`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from scipy.spatial import distance

from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_given  # noqa: F401 - the entry of `given_by`
from srcgrad.rules.stand_ins import WRITTEN, Choice, refuse_options
from srcgrad.written.scipy_distances import METRICS, cdist_by, cdist_minkowski, pdist_by, pdist_minkowski


def choice(name, made):
    """The function for a metric."""

    def choose(given):
        advice = "leave it out"
        refuse_options(f"scipy.spatial.distance.{name}", given, {"out": advice, "w": advice, "V": advice}, out=None)
        metric = given.get("metric", "euclidean")
        if not (isinstance(metric, str) and metric in made):
            known = ", ".join(made)
            raise UnsupportedError(
                f"scipy.spatial.distance.{name}() with another metric", f"name one of {known}, or write the formula"
            )
        return made[metric]

    return choose


_BETWEEN = {name: cdist_by(name, formula) for name, formula in METRICS.items()} | {"minkowski": cdist_minkowski}
_AMONG = {name: pdist_by(name, formula) for name, formula in METRICS.items()} | {"minkowski": pdist_minkowski}
WRITTEN[distance.cdist] = Choice(("XA", "XB", "metric"), choice("cdist", _BETWEEN))
WRITTEN[distance.pdist] = Choice(("X", "metric"), choice("pdist", _AMONG))
