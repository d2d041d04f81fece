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
    nodes       ends of steps
    ends        the span of time
    dense       the trajectory between, where it is needed
    """

    result: Any
    t: Any
    y: Any
    nodes: Any
    ends: tuple[float, float]
    dense: Any


EXPLICIT = ("RK45", "RK23", "DOP853")


def run_ivp(
    fun: Any, t_span: Any, y0: Any, t_eval: Any, args: Any, method: str, between: bool, events: Any,
    options: Mapping[str, Any],
) -> Run:  # fmt: skip
    """`solve_ivp(fun, t_span, y0, method, t_eval, args=args, events=events, **options)`, and the steps that it took."""
    if not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    given = {name: value for name, value in options.items() if value is not None}
    explicit = method in EXPLICIT
    watched = [fun, *events, *[f for f in given.values() if callable(f)]]
    with keeping_nothing(*watched):
        result = integrate.solve_ivp(
            fun, t_span, y0, method, t_eval, dense_output=between or method == "Radau", events=events or None,
            args=args or None, **given,
        )  # fmt: skip
    ends = (float(t_span[0]), float(t_span[1]))
    dense = result.sol
    if explicit:
        # the last step may go on behind a terminal event
        nodes = result.t if dense is None else np.array([ends[0], *[step.t for step in dense.interpolants]])
    elif method == "Radau":
        nodes = dense.ts
    else:
        keep = {name: given[name] for name in ("rtol", "atol", "max_step", "vectorized", "jac") if name in given}
        last = ends[1] if result.status != 1 else max(ts[-1] for ts in result.t_events if len(ts))
        again = integrate.solve_ivp(fun, (ends[0], last), y0, "Radau", dense_output=True, args=args or None, **keep)
        nodes, dense = again.sol.ts, again.sol
    return Run(result, result.t, result.y, nodes, ends, dense)


def run_odeint(fun: Any, y0: Any, t: Any, args: Any, tfirst: bool, options: Mapping[str, Any]) -> Run:
    """`odeint(fun, y0, t, args, ...)` with a report, and the steps of a method that follows the same tolerances."""
    if not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    given = {name: value for name, value in options.items() if value is not None}
    with keeping_nothing(fun, *[f for f in given.values() if callable(f)]):
        result = integrate.odeint(fun, y0, t, args, full_output=True, tfirst=tfirst, **given)
    times = np.asarray(t, dtype=float)
    span = (float(times[0]), float(times[-1]))
    keep = {name: given.get(name, 1.49012e-8) for name in ("rtol", "atol")}
    side = fun if tfirst else lambda time, y, *args: fun(y, time, *args)
    again = integrate.solve_ivp(side, span, np.ravel(y0), "Radau", dense_output=True, args=args or None, **keep)
    return Run(result, times, result[0].T, again.sol.ts, span, again.sol)


def fractions_of(run: Run) -> Any:
    """The ends of steps, as parts of the span of time."""
    start, end = run.ends
    return (run.nodes - start) / (end - start) if end != start else np.zeros(len(run.nodes))


def output_fractions(run: Run) -> Any:
    """The times of output, as parts of the span of time."""
    start, end = run.ends
    return (run.t - start) / (end - start) if end != start else np.zeros(len(run.t))


def times_of(run: Run) -> Any:
    """The times of output."""
    return run.t


def values_of(run: Run) -> Any:
    """The values at the times of output, one column a time."""
    return run.y


def step_of(run: Run, t: Any) -> Any:
    """The number of the step that each time lies in."""
    sign = -1.0 if run.ends[1] < run.ends[0] else 1.0
    return np.clip(np.searchsorted(sign * run.nodes, sign * t) - 1, 0, max(len(run.nodes) - 2, 0))


def trajectory_at(run: Run, t: Any) -> Any:
    """What SciPy says of the trajectory at a time or several, one column a time."""
    own = getattr(run.result, "sol", None)
    return (run.dense if own is None else own)(t)


def event_times(run: Run, number: int) -> Any:
    """When an event occurred."""
    return run.result.t_events[number]


def event_states(run: Run, number: int) -> Any:
    """The state at each time when an event occurred."""
    return run.result.y_events[number]


def terminal_of(run: Run) -> int:
    """The number of the event that ended the integration, or -1."""
    if run.result.status != 1:
        return -1
    last = run.result.t[-1] if len(run.result.t) else run.ends[0]
    found = [i for i, ts in enumerate(run.result.t_events) if len(ts) and ts[-1] == last]
    return found[-1] if found else -1


def event_slope(event: Any, fun: Any, t: Any, y: Any, args: Any) -> Any:
    """How fast an event's function changes along the trajectory: a matrix of one number."""
    from srcgrad.jvp import jvp

    def along(t, y):  # type: ignore[no-untyped-def]
        return event(t, y, *args)

    own, at = np.array(y), float(t)
    slope = np.asarray(fun(at, own, *args)).astype(own.dtype)
    found = np.reshape(np.asarray(jvp(along, (at, own), (1.0, slope))[1], dtype=float), (1, 1))
    if not found:
        raise UnsupportedError(
            "an event whose function has slope zero at the time of the event", "write a function that crosses zero"
        )
    return found


def stage_values(run: Run, t: Any, h: Any) -> Any:
    """The trajectory at the stages of a step, less its beginning: shape (3, n)."""
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
