"""Distances between points: `scipy.spatial.distance`, written out in `srcgrad.written.scipy_distances`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

import inspect

from scipy.spatial import distance

from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_given  # noqa: F401 - the entry of `given_by`
from srcgrad.rules.stand_ins import FUNCTION, WRITTEN, Choice, refuse_options
from srcgrad.written.scipy_distances import METRICS, cdist_by, cdist_of, pdist_by, pdist_of, squareform


def choice(name, by, of_function):
    """The function for a metric and what is passed with it."""
    whole = f"scipy.spatial.distance.{name}()"

    def choose(given):
        metric = given.get("metric", "euclidean")
        if metric is FUNCTION or callable(metric):
            return of_function
        if not (isinstance(metric, str) and metric in METRICS):
            known = ", ".join(METRICS)
            raise UnsupportedError(f"{whole} with another metric", f"name one of {known}, or pass a function")
        refuse_options(whole[:-2], given, {"out": "leave it out"}, out=None)
        taken = list(inspect.signature(METRICS[metric]).parameters)[2:]
        options = [option for option in ("w", "p", "V", "VI") if given.get(option) is not None]
        for option in options:
            if option not in taken:
                raise UnsupportedError(f"{whole} by {metric} with '{option}='", "leave it out, or pass a function")
        return by(metric, tuple(options))

    return choose


WRITTEN[distance.cdist] = Choice(("XA", "XB", "metric"), choice("cdist", cdist_by, cdist_of))
WRITTEN[distance.pdist] = Choice(("X", "metric"), choice("pdist", pdist_by, pdist_of))
WRITTEN[distance.squareform] = squareform
