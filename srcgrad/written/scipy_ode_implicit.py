"""Implicit methods of `solve_ivp`, and `odeint`: steps of the three-stage Radau IIA method along SciPy's trajectory."""

from __future__ import annotations

import functools

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np

from srcgrad.runtime.words_scipy_implicit import stepped
from srcgrad.runtime.words_scipy_ode import (
    attached,
    fractions_of,  # noqa: F401
    output_fractions,
    radau_part,
    run_ivp,  # noqa: F401
    run_odeint,  # noqa: F401 - in the text that is written
    stage_matrix,
    stage_values,
    step_of,
    terminal_of,
    trajectory_at,
    values_of,  # noqa: F401
)
from srcgrad.written import NotKept, written
from srcgrad.written.scipy_ode import IvpSolution, at_points, at_steps, events_along  # noqa: F401 - in the text


class RadauSteps:
    """The trajectory of an implicit method: the state at the ends of steps; between, one more step leads there."""

    def __init__(self, found, fun, args, times, y0):
        self.found = found
        self.fun = fun
        self.args = args
        self.times = times
        y = np.array(y0) + 0.0
        rows = [y]
        for k in range(1, len(times)):
            y = radau_step(found, fun, args, times[k - 1], y, times[k])
            rows.append(y)
        self.states = np.stack(rows)

    def __call__(self, t):
        if np.ndim(t) == 0:
            return self.at(t)
        return np.stack([self.at(t[k]) for k in range(len(t))], axis=-1)

    def at(self, t):
        place = step_of(self.found, t)
        return radau_step(self.found, self.fun, self.args, self.times[place], self.states[place], t)

    def __getattr__(self, name):
        raise NotKept(f"'{name}' of a trajectory", "call it at times")


def radau_step(found, fun, args, t, y, end):
    """The state at `end`, by a step from time `t` and state `y`."""
    h = end - t
    z = stage_values(found, t, h)
    matrix = stage_matrix(z, fun, t, y, h, args)
    z = stepped(z, stage_misses(z, fun, t, y, h, args), matrix, True)
    z = stepped(z, stage_misses(z, fun, t, y, h, args), matrix, True)
    return attached(y + z[2], trajectory_at(found, end))


def stage_misses(z, fun, t, y, h, args):
    """What the stages of a Radau step differ by from what they should be."""
    f0 = np.asarray(fun(t + 0.1550510257216822 * h, y + z[0], *args))
    f1 = np.asarray(fun(t + 0.6449489742783178 * h, y + z[1], *args))
    f2 = np.asarray(fun(t + h, y + z[2], *args))
    return z - radau_part(np.stack((f0, f1, f2)), h)


def outputs(found, path, start, length, sol, t_events, y_events):
    """The solution at the ends of the steps of another method than Radau's, or where a terminal event ended it."""
    times = start + output_fractions(found) * length
    last = terminal_of(found)
    if last >= 0:
        times = np.concatenate([times[:-1], t_events[last][-1:]])
    return IvpSolution(found, times, path(times), sol, t_events, y_events)


ODEINT = """def odeint(func, y0, t, args=(), Dfun=None, col_deriv=0, full_output=0, ml=None, mu=None, rtol=None,
           atol=None, tcrit=None, h0=None, hmax=None, hmin=None, ixpr=None, mxstep=None, mxhnil=None, mxordn=None,
           mxords=None, printmessg=0, tfirst=False):
    found = run_odeint(func, y0, t, args, {tfirst}, {{
        "Dfun": Dfun, "col_deriv": col_deriv, "ml": ml, "mu": mu, "rtol": rtol, "atol": atol, "tcrit": tcrit, "h0": h0,
        "hmax": hmax, "hmin": hmin, "ixpr": ixpr, "mxstep": mxstep, "mxhnil": mxhnil, "mxordn": mxordn,
        "mxords": mxords,
    }})
    times = t[0] + fractions_of(found) * (t[-1] - t[0])
    again = RadauSteps(found, {side}, args, times, np.ravel(y0))(np.asarray(t))
    return {result}
"""
SIDE = "lambda time, y, *args: func(y, time, *args)"


@functools.cache
def odeint_for(tfirst, full_output):
    """`odeint` for either order of the right side's arguments, with or without a report."""
    result = "attached(again.T, values_of(found).T)"
    return written(ODEINT.format(
        tfirst=tfirst, side="func" if tfirst else SIDE, result=f"{result}, found.result[1]" if full_output else result,
    ), globals())  # fmt: skip
