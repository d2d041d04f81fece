"""Rules for `scipy.integrate`: quadrature of samples, and initial value problems.

Those are written out in `srcgrad.written.scipy_ode`; the entries here are what they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import inspect

from scipy import integrate

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.analysis import shapes_signal
from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_given, scipy_optimize  # noqa: F401 - the entries of `given_by` and `stepped`
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import FUNCTION, LATER, WRITTEN, Choice
from srcgrad.rules.zeros import zero
from srcgrad.runtime import words, words_scipy_ode, words_scipy_quadrature
from srcgrad.runtime.words_scipy_ode import (
    EXPLICIT,
    attached,
    event_slope,
    event_states,
    event_times,
    fractions_of,
    output_fractions,
    radau_part,
    run_ivp,
    run_odeint,
    stage_matrix,
    stage_values,
    step_of,
    terminal_of,
    times_of,
    trajectory_at,
    values_of,
)
from srcgrad.written import scipy_ode as written
from srcgrad.written import scipy_ode_implicit as implicit

words.WORDS.update(words.words_of(words_scipy_ode))
words.WORDS.update(words.words_of(words_scipy_quadrature))
words.WORDS.update({"trapezoid_area": integrate.trapezoid, "simpson_area": integrate.simpson})

# ------------------------------------------------------------------------------------------------- areas of samples

# In a rule `y` is the function's result.
VALUES = {"aliases": {"y": "values"}}


@general(
    integrate.trapezoid,
    kind=shapes_signal.area,
    **VALUES,
    cases=("f(A(4))", "f(A(3, 4), dx=0.5)", "f(A(3, 4), A(4))", "f(A(3, 4), A(3), axis=0)",
           "f(A(3, 4), A(3, 4))", "f(A(4), None, S())", "f(A(1))"),
)  # fmt: skip
def trapezoid(values, x=None, dx=1.0, axis=-1, *, g):
    values: trapezoid_values(g, values, x, dx, axis)
    x: trapezoid_points(g, values, x, axis)
    dx: trapezoid_step(g, values, dx, axis)
    y_dot: (
        trapezoid_area(values_dot, None, dx, axis) + trapezoid_area(values, None, dx_dot, axis)
        if x is None
        else trapezoid_area(values_dot, x, 1.0, axis) + trapezoid_area(values, x_dot, 1.0, axis)
    )


@general(
    integrate.simpson,
    kind=shapes_signal.area, broadcast="dx",
    **VALUES,
    cases=("f(A(5))", "f(A(3, 4), dx=0.5)", "f(A(3, 6), x=np.arange(6.0) ** 1.5)", "f(A(5, 2), axis=0, dx=S())",
           "f(A(2))", "f(A(3))", "f(A(3, 5), x=np.arange(5.0) ** 1.5, dx=S())", "f(C(5), dx=S())"),
)  # fmt: skip
def simpson(values, x=None, *, dx=1.0, axis=-1, y, g):
    values: simpson_values(g, values, x, dx, axis)
    dx: g * conj(y / dx) if x is None else 0.0 * dx
    y_dot: (
        simpson_area(values_dot, x=x, dx=dx, axis=axis) + dx_dot * (y / dx)
        if x is None
        else simpson_area(values_dot, x=x, dx=dx, axis=axis)
    )


# ------------------------------------------------------------------------------------------- facts about a run


zero(run_ivp, run_odeint, kind=of.anything)
zero(fractions_of, output_fractions, times_of, event_times, kind=of.vector)
zero(values_of, event_states, event_slope, kind=of.table)
zero(terminal_of, kind=of.python_int)
zero(step_of, kind=of.places_like_second)
zero(trajectory_at, kind=of.trajectory)
zero(stage_values, kind=of.stage_table)


# ------------------------------------------------------------------------------------------- what carries derivatives


@general(attached, kind=of.like_second)
def attached_(again, value, *, g):
    again: g
    value: 0
    y_dot: again_dot


@general(radau_part, kind=of.like_first, cases=("f(A(3, 2), S())",))
def radau_part_(slopes, h, *, g):
    slopes: radau_slopes(g, h)
    h: np.vdot(g, radau_part(slopes, 1.0))
    y_dot: radau_part(slopes_dot, h) + radau_part(slopes, h_dot)


zero(stage_matrix, kind=of.table)


# ------------------------------------------------------------------------------------------------------------ choices


def choose_ivp(given):
    """The function for a method, output at the steps or at given times, and events."""
    method = given.get("method", "RK45")
    method = getattr(method, "__name__", method) if inspect.isclass(method) else method
    if method not in (*EXPLICIT, "Radau", "BDF", "LSODA"):
        what = "a method that is computed" if method is LATER else f"method {method!r}"
        raise UnsupportedError(f"scipy.integrate.solve_ivp() with {what}", "write one of SciPy's names as a literal")
    dense, events = given.get("dense_output", False), given.get("events")
    if dense is LATER:
        raise UnsupportedError("scipy.integrate.solve_ivp() with a dense_output= that is computed", "write True")
    if events is not None:
        events = "(events,)" if events is FUNCTION or callable(events) else "events"
    args = "()" if given.get("args", ()) is None else "args"
    return written.solver(method, given.get("t_eval") is not None, bool(dense), events, args)


def choose_odeint(given):
    """The function for either order of the right side's arguments, with or without a report."""
    full = given.get("full_output", False)
    if full is LATER:
        raise UnsupportedError("scipy.integrate.odeint() with a full_output= that is computed", "write True or False")
    return implicit.odeint_for(given.get("tfirst", False) is True, bool(full))


WRITTEN[integrate.solve_ivp] = Choice(
    ("fun", "t_span", "y0", "method", "t_eval", "dense_output", "events", "vectorized", "args"), choose_ivp
)
WRITTEN[integrate.odeint] = Choice(("func", "y0", "t", "args", "Dfun", "col_deriv", "full_output"), choose_odeint)

from srcgrad.rules import scipy_quadrature  # noqa: E402, F401 - reads the second part
