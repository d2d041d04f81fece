"""Words for quadrature: the weights of Simpson's rule, and where QUADPACK put its points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import integrate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_watch import keeping_nothing

# how many columns of the identity are integrated at a time
CHUNK = 256
# nodes and weights of Gauss's rule on (0, 1): exact for polynomials up to degree 41 on each of QUADPACK's intervals
NODES, WEIGHTS = np.polynomial.legendre.leggauss(21)
NODES, WEIGHTS = 0.5 * (1.0 + NODES), 0.5 * WEIGHTS


def simpson_values(g: Any, values: Any, x: Any, dx: Any, axis: int) -> Any:
    """The cotangent of the samples in `simpson(values, x=x, dx=dx, axis=axis)`: the weights of the rule."""
    n = np.shape(values)[axis]
    if x is not None and np.ndim(x) != 1:
        raise UnsupportedError("scipy.integrate.simpson with points of several axes", "integrate row by row")
    parts = []
    for first in range(0, n, CHUNK):
        columns = np.eye(n, min(CHUNK, n - first), -first)
        parts.append(integrate.simpson(columns, x=x, dx=1.0, axis=0))
    weights = np.concatenate(parts) * (1.0 if x is not None else np.conj(dx))
    shape = [1] * np.ndim(values)
    shape[axis] = n
    found = np.expand_dims(g, axis) * weights.reshape(shape)
    return found.astype(np.result_type(g), copy=False)


@dataclass
class QuadRun:
    """What `quad` or `quad_vec` found: value, error and a report, and a rule that gives the same value.

    A row (p, p_a, p_b, w, w_a, w_b) of the rule is a point p + p_a a + p_b b with weight w + w_a a + w_b b, where a and
    b are the limits, 0 in place of an infinite one.
    """

    value: Any
    error: float
    report: tuple[Any, ...]
    rule: Any


def run_quad(func: Any, a: Any, b: Any, args: Any, options: Mapping[str, Any]) -> QuadRun:
    """`quad(func, a, b, args, **options)`, and Gauss's rule on the intervals at which it ended.

    Raises UnsupportedError where that rule does not give the same value: at a singularity QUADPACK extrapolates.
    """
    args, given = _tuple_of(args), {name: value for name, value in options.items() if value is not None}
    low, high = float(a), float(b)
    with keeping_nothing(func):
        value, error, *report = integrate.quad(func, low, high, args, full_output=1, **given)
    count = max(int(report[0]["last"]), 1)
    begin, end = report[0]["alist"][:count], report[0]["blist"][:count]
    order = np.argsort(begin)
    rule = _rule(low, high, begin[order], end[order], given.get("points"))
    if np.isinf(low) and np.isinf(high):
        rule = np.concatenate([rule, rule * [-1.0, 0.0, 0.0, 1.0, 0.0, 0.0]])  # QUADPACK adds f(x) and f(-x)
    run = QuadRun(float(value), float(error), tuple(report), rule)
    _compare(run, func, low, high, args)
    return run


def run_quad_vec(func: Any, a: Any, b: Any, args: Any, options: Mapping[str, Any]) -> QuadRun:
    """The same for `quad_vec(func, a, b, args=args, **options)`."""
    args, given = _tuple_of(args), {name: value for name, value in options.items() if value is not None}
    low, high = float(a), float(b)
    with keeping_nothing(func):
        value, error, info = integrate.quad_vec(func, low, high, args=args, full_output=True, **given)
    rule = _rule(low, high, info.intervals[:, 0], info.intervals[:, 1], given.get("points"))
    run = QuadRun(value, float(error), (info,), rule)
    _compare(run, func, low, high, args)
    return run


def _tuple_of(args: Any) -> tuple[Any, ...]:
    if not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    return args


def _rule(low: float, high: float, begin: Any, end: Any, points: Any) -> Any:
    """Gauss's rule on intervals, of the variable or of t in x = a + (1 - t) / t.

    Between the points where the user says that the function has a kink, the intervals stand still.
    """
    s = (begin[:, None] + (end - begin)[:, None] * NODES).ravel()
    w = ((end - begin)[:, None] * WEIGHTS).ravel()
    zero, one = np.zeros(len(s)), np.ones(len(s))
    if np.isinf(low) or np.isinf(high):
        if low > high:
            raise UnsupportedError("scipy.integrate from above to below", "exchange the limits and change the sign")
        x, w = np.sign(s) * (1.0 - np.abs(s)) / np.abs(s), w / (s * s)
        sides = [x, one, zero] if np.isfinite(low) else [-x, zero, one] if np.isfinite(high) else [x, zero, zero]
        return np.stack([*sides, w, zero, zero], axis=1)
    kinks = [low, *sorted(float(p) for p in np.ravel([] if points is None else points)), high]
    ends = np.array([p for p in kinks if min(low, high) < p < max(low, high) and np.any((begin == p) | (end == p))])
    ends = np.concatenate([[low], ends if low <= high else ends[::-1], [high]])
    sign = -1.0 if low > high else 1.0
    if sign * np.sum(end - begin) < 0.0:  # between points QUADPACK goes upwards
        w = -w
    part = np.clip(np.searchsorted(sign * ends, sign * s) - 1, 0, len(ends) - 2)
    left, right = ends[part], ends[part + 1]
    share = (s - left) / np.where(right == left, 1.0, right - left)
    w = w / np.where(right == left, 1.0, right - left)
    at_low, at_high = part == 0, part == len(ends) - 2
    return np.stack([
        np.where(at_low, 0.0, left * (1.0 - share)) + np.where(at_high, 0.0, right * share),
        at_low * (1.0 - share), at_high * share,
        w * (np.where(at_high, 0.0, right) - np.where(at_low, 0.0, left)), -w * at_low, w * at_high,
    ], axis=1)  # fmt: skip


def _compare(run: QuadRun, func: Any, low: float, high: float, args: Any) -> None:
    """Refuse where the rule does not repeat the value."""
    a, b = (0.0 if np.isinf(end) else end for end in (low, high))
    again: Any = 0.0
    for p, p_a, p_b, w, w_a, w_b in run.rule.tolist():
        again = again + (w + w_a * a + w_b * b) * np.asarray(func(p + p_a * a + p_b * b, *args))
    away = np.max(np.abs(again - run.value), initial=0.0)
    if not away <= 1e-6 * max(np.max(np.abs(run.value), initial=0.0), 1e-6) + 10.0 * run.error:
        raise UnsupportedError(
            "scipy.integrate.quad of a function with a singularity", "substitute the variable so that it is smooth"
        )


def found_by_quad(function: Any, args: tuple[Any, ...], options: Mapping[str, Any]) -> tuple[float, float]:
    """What `dblquad` or `tplquad` of SciPy gives."""
    value, error = function(*args, **options)
    return float(value), float(error)


def first_of(run: tuple[float, float]) -> float:
    """The integral of these two."""
    return run[0]


def second_of(run: tuple[float, float]) -> float:
    """Its error."""
    return run[1]


def rule_of(run: QuadRun) -> Any:
    """The points and weights, a row each."""
    return run.rule


def value_of_run(run: QuadRun) -> float:
    """The integral, a number."""
    return float(run.value)


def values_of_run(run: QuadRun) -> Any:
    """The integral, an array."""
    return run.value


def report_of(run: QuadRun) -> Any:
    """What else SciPy says, where nothing went wrong."""
    if len(run.report) != 1:
        raise UnsupportedError(f"scipy.integrate.quad with a warning ({run.report[1]})", "leave full_output out")
    return run.report[0]


def error_of(run: QuadRun) -> float:
    """The estimate of its error."""
    return run.error
