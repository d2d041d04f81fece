"""Solvers of `scipy.optimize`, written as what they solve: SciPy finds the solution, the equation says how it depends.

The user's function is called once more at the solution, where derivatives with respect to its arguments, to what it
captured and to its object flow through it like through any other call.
"""

from __future__ import annotations

import functools

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import optimize

from srcgrad.runtime.words_scipy_implicit import jacobian, number_of, run, stepped, value_of
from srcgrad.written import NotKept, written

FACTS = (
    "success", "status", "message", "nfev", "njev", "nhev", "nit", "method", "active_mask", "converged", "flag",
    "iterations", "function_calls",
)  # fmt: skip


class RootSolution:
    """The result of `root` and `minimize`: `x`, and what the function gives there."""

    def __init__(self, found, x, fun):
        self.found = found
        self.x = x
        self.fun = fun

    def __getitem__(self, name):
        return getattr(self, name)

    def __getattr__(self, name):
        return fact(self, name)


class ScalarSolution:
    """The result of `root_scalar`."""

    def __init__(self, found, root):
        self.found = found
        self.root = root

    def __getitem__(self, name):
        return getattr(self, name)

    def __getattr__(self, name):
        return fact(self, name)


def fact(solution, name):
    """A fact about the run of a solver; other results are not differentiated."""
    if name in FACTS:
        return solution.found[name]
    raise NotKept(f"'{name}' of a solver's result", "compute it from the solution and the function")


def solution(x, fun, args):
    """The place `x`, as one where `fun(x, *args)` is zero."""
    matrix = jacobian(fun, x, args)
    x = stepped(x, np.asarray(fun(x, *args)), matrix)
    return stepped(x, np.asarray(fun(x, *args)), matrix)


# ------------------------------------------------------------------------------------------------- several unknowns


def part_of(fun, part):
    """One of several results of a function."""

    def of_part(x, *args):
        return fun(x, *args)[part]

    return of_part


def root(fun, x0, args=(), method=None, jac=None, tol=None, callback=None, options=None):
    settings = {"method": method, "tol": tol, "options": options}
    found = run(optimize.root, fun, (x0,), args, {"jac": jac, "callback": callback}, settings)
    x = value_of(found, "x", x0)
    return RootSolution(found, solution(x, fun, args), found["fun"])


def root_with_jacobian(fun, x0, args=(), method=None, jac=None, tol=None, callback=None, options=None):
    settings = {"method": method, "tol": tol, "options": options}
    found = run(optimize.root, fun, (x0,), args, {"jac": jac, "callback": callback}, settings)
    x = value_of(found, "x", x0)
    return RootSolution(found, solution(x, part_of(fun, 0), args), found["fun"])


def fsolve(func, x0, args=(), fprime=None, full_output=0, col_deriv=0, xtol=None, maxfev=None, band=None, epsfcn=None,
           factor=None, diag=None):  # fmt: skip
    settings = {"col_deriv": col_deriv, "xtol": xtol, "maxfev": maxfev, "band": band, "epsfcn": epsfcn,
                "factor": factor, "diag": diag}  # fmt: skip
    found = run(optimize.fsolve, func, (x0,), args, {"fprime": fprime}, settings)
    return solution(value_of({"x": found}, "x", x0), func, args)


def fsolve_with_report(func, x0, args=(), fprime=None, full_output=1, col_deriv=0, xtol=None, maxfev=None, band=None,
                       epsfcn=None, factor=None, diag=None):  # fmt: skip
    settings = {"col_deriv": col_deriv, "xtol": xtol, "maxfev": maxfev, "band": band, "epsfcn": epsfcn,
                "factor": factor, "diag": diag, "full_output": True}  # fmt: skip
    found = run(optimize.fsolve, func, (x0,), args, {"fprime": fprime}, settings)
    x = solution(value_of({"x": found[0]}, "x", x0), func, args)
    return x, found[1], found[2], found[3]


def fixed_point(func, x0, args=(), xtol=None, maxiter=None, method=None):
    found = run(optimize.fixed_point, func, (x0,), args, {}, {"xtol": xtol, "maxiter": maxiter, "method": method})

    def residual(x, *args):
        return func(x, *args) - x

    return np.reshape(solution(value_of({"x": found}, "x", x0), residual, args), np.shape(x0))


# ---------------------------------------------------------------------------------------------------------- one unknown


BRACKETED = """def {name}(f, a, b, args=(), {k}xtol=None, rtol=None, maxiter=None, full_output=False, disp=None):
    settings = {{{k_given}"xtol": xtol, "rtol": rtol, "maxiter": maxiter, "disp": disp, "full_output": full_output}}
    found = run(optimize.{name}, f, (a, b), args, {{}}, settings)
    root = solution(number_of(found), f, args)
    return {result}
"""


@functools.cache
def bracketing(name, full_output):
    """The function for a method that keeps the root between two places, with or without its report."""
    k, k_given = ("k=None, ", '"k": k, ') if name == "toms748" else ("", "")
    result = "root, ScalarSolution(found[1], root)" if full_output else "root"
    return written(BRACKETED.format(name=name, k=k, k_given=k_given, result=result), globals())


def newton(func, x0, fprime=None, args=(), tol=None, maxiter=None, fprime2=None, x1=None, rtol=None, full_output=False,
           disp=True):  # fmt: skip
    settings = {"tol": tol, "maxiter": maxiter, "rtol": rtol}
    found = run(optimize.newton, func, (x0,), args, {"fprime": fprime, "fprime2": fprime2, "x1": x1}, settings)
    return solution(number_of(found), func, args)


def newton_of_several(func, x0, fprime=None, args=(), tol=None, maxiter=None, fprime2=None, x1=None, rtol=None,
                      full_output=False, disp=True):  # fmt: skip
    settings = {"tol": tol, "maxiter": maxiter, "rtol": rtol}
    found = run(optimize.newton, func, (x0,), args, {"fprime": fprime, "fprime2": fprime2, "x1": x1}, settings)
    return solution(value_of({"x": found}, "x", x0), func, args)


def root_scalar(f, args=(), method=None, bracket=None, fprime=None, fprime2=None, x0=None, x1=None, xtol=None,
                rtol=None, maxiter=None, options=None):  # fmt: skip
    settings = {"method": method, "xtol": xtol, "rtol": rtol, "maxiter": maxiter, "options": options}
    helpers = {"bracket": bracket, "fprime": fprime, "fprime2": fprime2, "x0": x0, "x1": x1}
    found = run(optimize.root_scalar, f, (), args, helpers, settings)
    return ScalarSolution(found, solution(number_of(found), f, args))


def root_scalar_with_slope(f, args=(), method=None, bracket=None, fprime=True, fprime2=None, x0=None, x1=None,
                           xtol=None, rtol=None, maxiter=None, options=None):  # fmt: skip
    settings = {"method": method, "xtol": xtol, "rtol": rtol, "maxiter": maxiter, "options": options}
    helpers = {"bracket": bracket, "fprime": fprime, "fprime2": fprime2, "x0": x0, "x1": x1}
    found = run(optimize.root_scalar, f, (), args, helpers, settings)
    return ScalarSolution(found, solution(number_of(found), part_of(f, 0), args))
