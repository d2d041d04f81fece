"""`solve_ivp` and `odeint`: the steps that SciPy took, taken again in Python that is differentiated like a user's.

Derivatives with respect to the initial values, `args`, what the right side captured, and the ends of the span of time
flow through the user's function as through any other.  Explicit methods are written out from their tableaus:

    for k in range(len(fractions) - 1):
        t = start + fractions[k] * length
        h = (fractions[k + 1] - fractions[k]) * length
        k1 = np.asarray(fun(t + 0.2 * h, y + h * (0.2 * k0), *args))
        ...

Between the ends of a step lies a polynomial of the slopes.  The time of an event is where the event's function is zero
on it.
"""

from __future__ import annotations

import functools

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import integrate
from scipy.integrate._ivp import dop853_coefficients as dop853

from srcgrad.runtime.words_scipy_implicit import stepped
from srcgrad.runtime.words_scipy_ode import (
    attached,
    event_slope,
    event_states,
    event_times,
    fractions_of,  # noqa: F401 - in the text that is written
    run_ivp,  # noqa: F401
    step_of,
    terminal_of,
    times_of,
    trajectory_at,
    values_of,
)
from srcgrad.written import NotKept, written

FACTS = ("nfev", "njev", "nlu", "status", "message", "success")


class IvpSolution:
    """The result of `solve_ivp`: times, values and events carry derivatives, facts about the run are SciPy's."""

    def __init__(self, found, t, y, sol, t_events, y_events):
        self.found = found
        self.t = attached(t, times_of(found))
        self.y = attached(y, values_of(found))
        self.sol = sol
        self.t_events = t_events
        self.y_events = y_events

    def __getitem__(self, name):
        return getattr(self, name)

    def __getattr__(self, name):
        if name in FACTS:
            return self.found.result[name]
        raise NotKept(f"'{name}' of an integration's result", "compute it from t, y and sol(t)")


class Steps:
    """The trajectory of an explicit method: in each step a polynomial without constant term, times the step's length,
    is added to the state.

    times, states   ends of steps, and the state there
    shapes          for each step the coefficients of the polynomial, one row a power
    """

    def __init__(self, found, times, states, shapes):
        self.found = found
        self.times = times
        self.states = states
        self.shapes = shapes

    def __call__(self, t):
        t = np.asarray(t, dtype=float)
        place = step_of(self.found, t)
        h = self.times[place + 1] - self.times[place]
        s = np.expand_dims((t - self.times[place]) / h, -1)
        shapes = self.shapes[place]
        total = shapes[..., -1, :]
        for k in range(shapes.shape[-2] - 2, -1, -1):
            total = total * s + shapes[..., k, :]
        again = self.states[place] + np.expand_dims(h, -1) * s * total
        return attached(again.T, trajectory_at(self.found, t))

    def __getattr__(self, name):
        raise NotKept(f"'{name}' of a trajectory", "call it at times")


# ------------------------------------------------------------------------------------------------- outputs and events


def at_steps(found, path, sol, t_events, y_events):
    """The solution at the ends of the steps, of which a terminal event cuts the last one short."""
    times = path.times
    states = path.states
    last = terminal_of(found)
    if last >= 0:
        times = np.concatenate([times[:-1], t_events[last][-1:]])
        states = np.concatenate([states[:-1], y_events[last][-1:]])
    return IvpSolution(found, times, states.T, sol, t_events, y_events)


def at_points(found, path, t_eval, sol, t_events, y_events):
    """The solution at given times, as far as it came."""
    times = np.asarray(t_eval)[: len(times_of(found))]
    return IvpSolution(found, times, path(times), sol, t_events, y_events)


def events_along(found, path, fun, args, events):
    """Times and states of each event: lists of arrays, as SciPy has them."""
    t_events = []
    y_events = []
    for number in range(len(events)):
        times = [event_time(events[number], fun, path, time, args) for time in event_times(found, number)]
        if times:
            t_events.append(attached(np.stack(times), event_times(found, number)))
            y_events.append(attached(np.stack([path(t) for t in times]), event_states(found, number)))
        else:
            t_events.append(event_times(found, number))
            y_events.append(event_states(found, number))
    return t_events, y_events


def event_time(event, fun, path, time, args):
    """The time, as one at which the event's function is zero along the trajectory."""
    slope = event_slope(event, fun, time, path(time), args)
    t = stepped(time, event(time, path(time), *args), slope)
    return stepped(t, event(t, path(t), *args), slope)


# ---------------------------------------------------------------------------------------------------- explicit methods

PARAMETERS = """fun, t_span, y0, method=None, t_eval=None, dense_output=False, events=None, vectorized=False,
        args=(), rtol=None, atol=None, first_step=None, max_step=None, jac=None, jac_sparsity=None, lband=None,
        uband=None, min_step=None"""
OPTIONS = """{"vectorized": vectorized, "rtol": rtol, "atol": atol, "first_step": first_step, "max_step": max_step,
         "jac": jac, "jac_sparsity": jac_sparsity, "lband": lband, "uband": uband, "min_step": min_step}"""

STEPS = """def {name}({parameters}):
    found = run_ivp({run}, {between}, {events},
        {options})
    start = t_span[0]
    length = t_span[1] - t_span[0]
    fractions = fractions_of(found)
    y = np.array(y0) + 0.0
    k0 = np.asarray(fun(start, y, *{args}))
    states = [y]
{begin}    for k in range(len(fractions) - 1):
        t = start + fractions[k] * length
        h = (fractions[k + 1] - fractions[k]) * length
{stages}
        after = y + h * ({ending})
        {last} = np.asarray(fun(t + h, after, *{args}))
{shape}        y = after
        k0 = {last}
        states.append(y)
    times = start + fractions * length
{solution}"""

IMPLICIT = """def {name}({parameters}):
    found = run_ivp({run}, {between}, {events},
        {options})
    times = t_span[0] + fractions_of(found) * (t_span[1] - t_span[0])
    path = RadauSteps(found, fun, {args}, times, y0)
{solution}"""


def weighted(weights):
    """A weighted sum of slopes, as text."""
    return " + ".join(f"{float(w)!r} * k{j}" for j, w in enumerate(weights) if w != 0.0)


def stage(i, at, weights, args):
    """A line that computes a slope."""
    return f"        k{i} = np.asarray(fun(t + {float(at)!r} * h, y + h * ({weighted(weights)}), *{args}))"


def dop853_shape():
    """The interpolant of DOP853, made of differences of values and slopes, by powers and slopes."""
    end = np.append(dop853.A[12, :12], np.zeros(4))
    first, last = np.eye(16)[0], np.eye(16)[12]
    shape = np.zeros((7, 16))
    basis = np.polynomial.Polynomial([0.0, 1.0])
    for k, slopes in enumerate([end, first - end, 2.0 * end - last - first, *dop853.D]):
        shape[: len(basis.coef) - 1] += np.outer(basis.coef[1:], slopes)
        basis = basis * np.polynomial.Polynomial([1.0, -1.0] if k % 2 == 0 else [0.0, 1.0])
    return shape


METHODS = {"RK45": integrate.RK45, "RK23": integrate.RK23, "DOP853": integrate.DOP853}
# by powers of the part of a step and slopes
SHAPES = {"RK45": integrate.RK45.P.T, "RK23": integrate.RK23.P.T, "DOP853": dop853_shape()}
EXTRA = {"DOP853": list(zip(dop853.C[13:], dop853.A[13:]))}


@functools.cache
def solver(method, points, dense, events, args):
    """The function for a method of `solve_ivp`.

    points, dense  whether the values are asked for at given times, and between
    events         how the tuple of events is written, None where there are none
    args           how the tuple of further arguments is written
    """
    from srcgrad.written import scipy_ode_implicit as implicit

    explicit = method in METHODS
    between = points or dense or events is not None
    sol = "path" if dense else "None"
    lines = ["", f"    t_events, y_events = events_along(found, path, fun, {args}, {events})\n"][events is not None]
    more = f"{sol}, t_events, y_events" if events is not None else f"{sol}, None, None"
    names = {
        "name": f"{method.lower()}_{'at_points' if points else 'at_steps'}",
        "parameters": PARAMETERS, "between": between, "events": events or "()", "options": OPTIONS,
        "run": f'fun, t_span, y0, {"t_eval" if points else "None"}, {args}, {f"{method!r}" if explicit else "method"}',
        "args": args,
    }  # fmt: skip
    solution = (
        f"    return at_points(found, path, t_eval, {more})" if points else f"    return at_steps(found, path, {more})"
    )
    if not (explicit or points or method == "Radau"):
        solution = f"    return outputs(found, path, t_span[0], t_span[1] - t_span[0], {more})"
    if not explicit:
        return written(IMPLICIT.format(**names, solution=lines + solution), vars(implicit))
    tableau = METHODS[method]
    count = len(tableau.C)
    stages = [stage(i, tableau.C[i], tableau.A[i][:i], args) for i in range(1, count)]
    begin = shape = ""
    if between:
        extra = [stage(count + 1 + i, at, weights, args) for i, (at, weights) in enumerate(EXTRA.get(method, ()))]
        slopes = ", ".join(f"k{i}" for i in range(SHAPES[method].shape[1]))
        begin = "    shapes = []\n"
        shape = "".join(f"{line}\n" for line in extra)
        shape += f"        shapes.append(np.tensordot({method}_SHAPE, np.stack(({slopes})), axes=1))\n"
        lines = f"    path = Steps(found, times, np.stack(states), np.stack(shapes))\n{lines}"
    else:
        solution = "    return IvpSolution(found, times, np.stack(states, axis=1), None, None, None)"
    return written(STEPS.format(
        **names, begin=begin, stages="\n".join(stages), ending=weighted(tableau.B), last=f"k{count}", shape=shape,
        solution=lines + solution,
    ), globals())  # fmt: skip


RK45_SHAPE, RK23_SHAPE, DOP853_SHAPE = SHAPES["RK45"], SHAPES["RK23"], SHAPES["DOP853"]
