"""`solve_ivp` and `odeint`: the steps that SciPy took, taken again in Python that is differentiated like a user's.

Derivatives with respect to the initial values, `args`, what the right side captured, and the ends of the span of time
flow through the user's function as through any other.  Explicit methods are written out from their tableaus:

    for k in range(len(fractions) - 1):
        t = start + fractions[k] * length
        h = (fractions[k + 1] - fractions[k]) * length
        k1 = np.asarray(fun(t + 0.2 * h, y + h * (0.2 * k0), *args))
        ...
"""

from __future__ import annotations

import linecache

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import integrate

from srcgrad.runtime.words_scipy_implicit import stepped
from srcgrad.runtime.words_scipy_ode import (
    attached,
    firsts_of,  # noqa: F401 - in the text that is written
    fractions_of,
    marks_of,
    node_value,
    output_fractions,
    radau_part,
    run_ivp,
    run_odeint,
    stage_matrix,
    stage_values,
    times_of,
    values_of,
)
from srcgrad.written import NotKept

FACTS = ("nfev", "njev", "nlu", "status", "message", "success")


class IvpSolution:
    """The result of `solve_ivp`: times and values carry derivatives, facts about the run are SciPy's."""

    def __init__(self, found, t, y):
        self.found = found
        self.t = t
        self.y = y

    def __getitem__(self, name):
        return getattr(self, name)

    def __getattr__(self, name):
        if name in FACTS:
            return self.found.result[name]
        raise NotKept(f"'{name}' of an integration's result", "ask for the times that you need with t_eval=")


# ---------------------------------------------------------------------------------------------------- explicit methods

OPTIONS = "rtol=None, atol=None, first_step=None, max_step=None"
GIVEN = '{"rtol": rtol, "atol": atol, "first_step": first_step, "max_step": max_step}'

AT_STEPS = """def {name}_at_steps(fun, t_span, y0, method=None, t_eval=None, dense_output=False, events=None,
                   vectorized=False, args=(), {options}):
    found = run_ivp(fun, t_span, y0, None, args, "{method}", {given})
    start = t_span[0]
    length = t_span[1] - t_span[0]
    fractions = fractions_of(found)
    y = np.array(y0) + 0.0
    k0 = np.asarray(fun(start, y, *args))
    rows = [y]
    for k in range(len(fractions) - 1):
        t = start + fractions[k] * length
        h = (fractions[k + 1] - fractions[k]) * length
{stages}
        y = y + h * ({ending})
        k0 = np.asarray(fun(t + h, y, *args))
        rows.append(y)
    times = start + fractions * length
    return IvpSolution(found, attached(times, times_of(found)), attached(np.stack(rows, axis=1), values_of(found)))
"""

AT_POINTS = """def {name}_at_points(fun, t_span, y0, method=None, t_eval=None, dense_output=False, events=None,
                    vectorized=False, args=(), {options}):
    found = run_ivp(fun, t_span, y0, t_eval, args, "{method}", {given})
    start = t_span[0]
    length = t_span[1] - t_span[0]
    fractions = fractions_of(found)
    firsts = firsts_of(found)
    y = np.array(y0) + 0.0
    k0 = np.asarray(fun(start, y, *args))
    rows = []
    for k in range(len(fractions) - 1):
        t = start + fractions[k] * length
        h = (fractions[k + 1] - fractions[k]) * length
{stages}
        after = y + h * ({ending})
        {last} = np.asarray(fun(t + h, after, *args))
        for i in range(firsts[k], firsts[k + 1]):
            s = (t_eval[i] - t) / h
            rows.append(y + h * ({between}))
        y = after
        k0 = {last}
    times = np.asarray(t_eval)[: len(times_of(found))]
    return IvpSolution(found, attached(times, times_of(found)), attached(np.stack(rows, axis=1), values_of(found)))
"""

AT_ENDS = """def {name}_at_points(fun, t_span, y0, method=None, t_eval=None, dense_output=False, events=None,
                    vectorized=False, args=(), {options}):
    found = run_ivp(fun, t_span, y0, t_eval, args, "{method}", {given})
    start = t_span[0]
    length = t_span[1] - t_span[0]
    fractions = fractions_of(found)
    marks = marks_of(found)
    y = np.array(y0) + 0.0
    rows = []
    if marks[0] >= 0:
        rows.append(y)
    t = start
    k0 = np.asarray(fun(start, y, *args))
    for k in range(1, len(fractions)):
        if marks[k] >= 0:
            end = t_eval[marks[k]]
        else:
            end = start + fractions[k] * length
        h = end - t
{stages}
        y = y + h * ({ending})
        t = end
        k0 = np.asarray(fun(t, y, *args))
        if marks[k] >= 0:
            rows.append(y)
    times = np.asarray(t_eval)[: len(times_of(found))]
    return IvpSolution(found, attached(times, times_of(found)), attached(np.stack(rows, axis=1), values_of(found)))
"""


def weighted(weights):
    """A weighted sum of slopes, as text."""
    return " + ".join(f"{float(w)!r} * k{j}" for j, w in enumerate(weights) if w != 0.0)


def polynomial(coefficients):
    """A polynomial in `s` without constant term, as text."""
    text = repr(float(coefficients[-1]))
    for c in reversed(coefficients[:-1]):
        text = f"({float(c)!r} + s * {text})" if c != 0.0 else f"s * {text}"
    return f"s * {text}"


def write(template, method):
    """A function for an explicit method from its tableau in SciPy."""
    count = len(method.C)
    stage_lines = [
        f"        k{i} = np.asarray(fun(t + {float(method.C[i])!r} * h, y + h * ({weighted(method.A[i][:i])}), *args))"
        for i in range(1, count)
    ]
    rows = getattr(method, "P", None)
    between = "" if template is not AT_POINTS else " + ".join(
        f"{polynomial(row)} * k{j}" for j, row in enumerate(rows) if np.any(row)
    )  # fmt: skip
    name = method.__name__.lower()
    text = template.format(
        name=name, method=method.__name__, options=OPTIONS, given=GIVEN, stages="\n".join(stage_lines),
        ending=weighted(method.B), last=f"k{count}", between=between,
    )  # fmt: skip
    function = text.partition("(")[0].removeprefix("def ")
    filename = f"<srcgrad: {function} of scipy.integrate>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = globals()
    exec(compile(text, filename, "exec"), namespace)
    return namespace[function]


AT_TIMES = {
    ("RK45", False): write(AT_STEPS, integrate.RK45),
    ("RK23", False): write(AT_STEPS, integrate.RK23),
    ("DOP853", False): write(AT_STEPS, integrate.DOP853),
    ("RK45", True): write(AT_POINTS, integrate.RK45),
    ("RK23", True): write(AT_POINTS, integrate.RK23),
    ("DOP853", True): write(AT_ENDS, integrate.DOP853),
}


# ---------------------------------------------------------------------------------------------------- implicit methods


def stage_misses(z, fun, t, y, h, args):
    """What the stages of a Radau step differ by from what they should be."""
    f0 = np.asarray(fun(t + 0.1550510257216822 * h, y + z[0], *args))
    f1 = np.asarray(fun(t + 0.6449489742783178 * h, y + z[1], *args))
    f2 = np.asarray(fun(t + h, y + z[2], *args))
    return z - radau_part(np.stack((f0, f1, f2)), h)


def radau_again(fun, start, length, y0, t_eval, args, found):
    """The values at `t_eval`, one column a time, by Radau steps along SciPy's trajectory."""
    fractions = fractions_of(found)
    marks = marks_of(found)
    y = np.array(y0) + 0.0
    rows = []
    if marks[0] >= 0:
        rows.append(y)
    t = start
    for k in range(1, len(fractions)):
        if marks[k] >= 0:
            end = t_eval[marks[k]]
        else:
            end = start + fractions[k] * length
        h = end - t
        z = stage_values(found, k)
        matrix = stage_matrix(z, fun, t, y, h, args)
        z = stepped(z, stage_misses(z, fun, t, y, h, args), matrix, True)
        z = stepped(z, stage_misses(z, fun, t, y, h, args), matrix, True)
        y = attached(y + z[2], node_value(found, k))
        t = end
        if marks[k] >= 0:
            rows.append(y)
    return np.stack(rows, axis=1)


def implicit_at_points(fun, t_span, y0, method="Radau", t_eval=None, dense_output=False, events=None,
                       vectorized=False, args=(), rtol=None, atol=None, first_step=None, max_step=None):  # fmt: skip
    found = run_ivp(fun, t_span, y0, t_eval, args, method, {"rtol": rtol, "atol": atol, "first_step": first_step,
                                                            "max_step": max_step})  # fmt: skip
    rows = radau_again(fun, t_span[0], t_span[1] - t_span[0], y0, t_eval, args, found)
    times = np.asarray(t_eval)[: len(times_of(found))]
    return IvpSolution(found, attached(times, times_of(found)), attached(rows, values_of(found)))


def implicit_at_steps(fun, t_span, y0, method="Radau", t_eval=None, dense_output=False, events=None,
                      vectorized=False, args=(), rtol=None, atol=None, first_step=None, max_step=None):  # fmt: skip
    found = run_ivp(fun, t_span, y0, None, args, method, {"rtol": rtol, "atol": atol, "first_step": first_step,
                                                          "max_step": max_step})  # fmt: skip
    length = t_span[1] - t_span[0]
    times = t_span[0] + output_fractions(found) * length
    rows = radau_again(fun, t_span[0], length, y0, times, args, found)
    return IvpSolution(found, attached(times, times_of(found)), attached(rows, values_of(found)))


def odeint(func, y0, t, args=(), Dfun=None, col_deriv=0, full_output=0, ml=None, mu=None, rtol=None, atol=None,
           tcrit=None, h0=None, hmax=None, hmin=None, ixpr=None, mxstep=None, mxhnil=None, mxordn=None, mxords=None,
           printmessg=0, tfirst=False):  # fmt: skip
    def right_side(time, y, *args):
        return func(y, time, *args)

    return odeint_first(right_side, y0, t, args, rtol=rtol, atol=atol, h0=h0, hmax=hmax, hmin=hmin, mxstep=mxstep)


def odeint_first(func, y0, t, args=(), Dfun=None, col_deriv=0, full_output=0, ml=None, mu=None, rtol=None, atol=None,
                 tcrit=None, h0=None, hmax=None, hmin=None, ixpr=None, mxstep=None, mxhnil=None, mxordn=None,
                 mxords=None, printmessg=0, tfirst=True):  # fmt: skip
    found = run_odeint(func, y0, t, args, {"rtol": rtol, "atol": atol, "h0": h0, "hmax": hmax, "hmin": hmin,
                                           "mxstep": mxstep})  # fmt: skip
    rows = radau_again(func, t[0], t[-1] - t[0], y0, t, args, found)
    return attached(rows.T, values_of(found).T)
