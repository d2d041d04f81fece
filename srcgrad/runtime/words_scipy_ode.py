"""Words for `scipy.integrate.solve_ivp` and `odeint`: SciPy's run, and what is taken from it.

SciPy chooses the steps and gives the values; derivatives are those of the same steps taken again (`written`).  Implicit
methods are taken again by the three-stage Radau IIA method, linearised about SciPy's trajectory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import integrate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_watch import keeping_nothing

ROOT6 = 6.0**0.5
# Radau IIA of three stages (Hairer and Wanner, Solving Ordinary Differential Equations II, table 5.6)
RADAU_C = np.array([(4.0 - ROOT6) / 10.0, (4.0 + ROOT6) / 10.0, 1.0])
RADAU_A = np.array([
    [(88.0 - 7.0 * ROOT6) / 360.0, (296.0 - 169.0 * ROOT6) / 1800.0, (-2.0 + 3.0 * ROOT6) / 225.0],
    [(296.0 + 169.0 * ROOT6) / 1800.0, (88.0 + 7.0 * ROOT6) / 360.0, (-2.0 - 3.0 * ROOT6) / 225.0],
    [(16.0 - ROOT6) / 36.0, (16.0 + ROOT6) / 36.0, 1.0 / 9.0],
])  # fmt: skip


@dataclass
class Run:
    """A run of a solver.

    result      what SciPy returned (for `odeint` the values alone)
    t, y        times of output and values, one column a time
    fractions   ends of steps, as parts of the span of time from 0 to 1
    marks       for each end of a step the number of the output there, -1 where there is none
    firsts      for each step the number of the first output in it, and behind the last one how many there are
    dense       the trajectory between, where a method needs it
    """

    result: Any
    t: Any
    y: Any
    fractions: Any
    marks: Any
    firsts: Any
    dense: Any
    ends: tuple[float, float]


EXPLICIT = ("RK45", "RK23", "DOP853")
INTERPOLATED = ("RK45", "RK23")


def run_ivp(fun: Any, t_span: Any, y0: Any, t_eval: Any, args: Any, method: str, options: Mapping[str, Any]) -> Run:
    """`solve_ivp(fun, t_span, y0, method, t_eval, args=args, **options)`, and the steps that it took."""
    if not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    given = {name: value for name, value in options.items() if value is not None}
    explicit = method in EXPLICIT
    own = method == "Radau" or (explicit and t_eval is not None)
    with keeping_nothing(fun):
        result = integrate.solve_ivp(fun, t_span, y0, method, t_eval, dense_output=own, args=args or None, **given)
    if explicit:
        steps, dense = (result.t if t_eval is None else result.sol.ts), None
    else:
        keep = {name: given[name] for name in ("rtol", "atol", "max_step") if name in given}
        other = result
        if method != "Radau":
            other = integrate.solve_ivp(fun, t_span, y0, "Radau", dense_output=True, args=args or None, **keep)
        steps, dense = other.sol.ts, other.sol
    return _planned(result, result.t, result.y, steps, dense, t_span, explicit and method not in INTERPOLATED)


def run_odeint(fun: Any, y0: Any, t: Any, args: Any, options: Mapping[str, Any]) -> Run:
    """`odeint(fun, y0, t, args, ..., tfirst=True)`, and the steps of a method that follows the same tolerances."""
    if not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    given = {name: value for name, value in options.items() if value is not None}
    with keeping_nothing(fun):
        values = integrate.odeint(fun, y0, t, args, tfirst=True, **given)
    times = np.asarray(t, dtype=float)
    span = (float(times[0]), float(times[-1]))
    tolerance = {name: given.get(name, 1.49012e-8) for name in ("rtol", "atol")}
    other = integrate.solve_ivp(
        fun, span, np.atleast_1d(y0), "Radau", dense_output=True, args=args or None, **tolerance
    )
    return _planned(values, times, values.T, other.sol.ts, other.sol, span, True)


def _planned(result: Any, t: Any, y: Any, steps: Any, dense: Any, t_span: Any, refined: bool) -> Run:
    """Which outputs lie in which step; with `refined` or a trajectory, outputs end steps of their own."""
    start, end = float(t_span[0]), float(t_span[1])
    length = end - start
    sign = -1.0 if length < 0 else 1.0
    if dense is not None or refined:
        nodes = np.unique(sign * np.concatenate([steps, t])) * sign
    else:
        nodes = np.asarray(steps)
    places = np.searchsorted(sign * nodes, sign * t)
    marks = np.full(len(nodes), -1)
    exact = (places < len(nodes)) & (nodes[np.minimum(places, len(nodes) - 1)] == t)
    marks[places[exact]] = np.flatnonzero(exact)
    inside = np.clip(np.searchsorted(sign * nodes, sign * t, side="left") - 1, 0, max(len(nodes) - 2, 0))
    firsts = np.searchsorted(inside, np.arange(len(nodes)))
    fractions = (nodes - start) / length if length else np.zeros(len(nodes))
    return Run(result, t, y, fractions, marks, firsts, dense, (start, end))


def fractions_of(run: Run) -> Any:
    """The ends of steps, as parts of the span of time."""
    return run.fractions


def output_fractions(run: Run) -> Any:
    """The times of output, as parts of the span of time."""
    length = run.ends[1] - run.ends[0]
    return (run.t - run.ends[0]) / length if length else np.zeros(len(run.t))


def marks_of(run: Run) -> Any:
    """The number of the output at each end of a step, -1 where there is none."""
    return run.marks


def firsts_of(run: Run) -> Any:
    """The number of the first output in each step."""
    return run.firsts


def times_of(run: Run) -> Any:
    """The times of output."""
    return run.t


def values_of(run: Run) -> Any:
    """The values at the times of output, one column a time."""
    return run.y


def node_value(run: Run, k: int) -> Any:
    """The trajectory at the end of a step."""
    return run.dense(run.ends[0] + run.fractions[k] * (run.ends[1] - run.ends[0]))


def stage_values(run: Run, k: int) -> Any:
    """The trajectory at the stages of the step that ends at node `k`, less its beginning: shape (3, n)."""
    length = run.ends[1] - run.ends[0]
    t = run.ends[0] + run.fractions[k - 1] * length
    h = (run.fractions[k] - run.fractions[k - 1]) * length
    return (run.dense(t + RADAU_C * h) - run.dense(t)[:, None]).T


def radau_part(slopes: Any, h: Any) -> Any:
    """What the stages of a step of length `h` should be, from the slopes at them."""
    return h * (RADAU_A @ slopes)


def radau_slopes(g: Any, h: Any) -> Any:
    """The cotangent of the slopes in `radau_part(slopes, h)`."""
    return h * (RADAU_A.T @ g)


def attached(again: Any, value: Any) -> Any:
    """SciPy's `value`, whose derivative is that of the same computed again."""
    # adjoints of its views are found by whose memory they lie in: it has to be its own
    return value if getattr(value, "base", None) is None else value.copy("K")


def stage_matrix(z: Any, fun: Any, t: Any, y: Any, h: Any, args: Any) -> Any:
    """The derivatives of a step's residual by its stages: identity less h A times the Jacobian at each stage."""
    n = np.size(y)
    matrix = np.eye(3 * n)
    for j in range(3):
        slope = state_jacobian(fun, t + RADAU_C[j] * h, y + z[j], args)
        for i in range(3):
            matrix[i * n : (i + 1) * n, j * n : (j + 1) * n] -= h * RADAU_A[i, j] * slope
    return matrix


def state_jacobian(fun: Any, t: Any, y: Any, args: Any) -> Any:
    """The derivatives of the right side by the state."""
    from srcgrad.pullback import vjp

    def right_side(state):  # type: ignore[no-untyped-def]
        return np.asarray(fun(t, state, *args))

    if np.iscomplexobj(y):
        raise UnsupportedError("an implicit method for complex values", "integrate real and imaginary parts")
    own = np.array(y, dtype=float)
    value, pullback = vjp(right_side, own)
    n = own.size
    return np.stack([np.ravel(pullback(np.eye(n)[i].reshape(np.shape(value)))[0]) for i in range(n)])
