"""Rules for quadrature in `scipy.integrate`, written out in `srcgrad.written.scipy_quadrature`."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import inspect

from scipy import integrate

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules.stand_ins import FUNCTION, LATER, WRITTEN, Choice, refusal, refuse_options
from srcgrad.rules.zeros import zero
from srcgrad.runtime.words_scipy_quadrature import (
    error_of,
    first_of,
    found_by_quad,
    report_of,
    rule_of,
    run_quad,
    run_quad_vec,
    second_of,
    value_of_run,
    values_of_run,
)
from srcgrad.written import scipy_quadrature as areas

zero(run_quad, run_quad_vec, found_by_quad, report_of, kind=of.anything)
zero(rule_of, kind=of.six_columns)
zero(value_of_run, error_of, first_of, second_of, kind=of.python_float)
zero(values_of_run, kind=of.numbers)


# ------------------------------------------------------------------------------------------------------------ choices

QUAD = dict.fromkeys(("weight", "wvar"), "write the weight into the function")


def choose_quad(given):
    """The function for `quad`, with or without a report, of real or complex functions."""
    refuse_options("scipy.integrate.quad", given, QUAD, weight=None, wvar=None)
    full, of_complex = given.get("full_output", 0), given.get("complex_func", False)
    if LATER in (full, of_complex):
        raise UnsupportedError("scipy.integrate.quad() with an option that is computed", "write True or False")
    if of_complex and full:
        raise UnsupportedError("scipy.integrate.quad() of a complex function with full_output=True", "leave it out")
    return areas.quad_complex if of_complex else areas.quad_with_report if full else areas.quad


def choose_quad_vec(given):
    """The function for `quad_vec`."""
    refuse_options("scipy.integrate.quad_vec", given, {"full_output": "leave it out"}, full_output=False)
    return areas.quad_vec


def choose_several(text):
    """The choice for `dblquad` or `tplquad`: which limits are functions."""

    def choose(given):
        return areas.several(text, tuple(n for n in LIMITS if given.get(n) is FUNCTION or callable(given.get(n))))

    return choose


def choose_nquad(given):
    """The function for `nquad`."""
    options = {"opts": "leave it out, or use dblquad with epsabs= and epsrel=", "full_output": "leave it out"}
    refuse_options("scipy.integrate.nquad", given, options, opts=None, full_output=False)
    return areas.nquad


def choose_cumulative(given):
    """The function for `cumulative_trapezoid` with or without points and a first value."""
    x, initial = given.get("x"), given.get("initial")
    if initial is LATER or (initial is not None and initial != 0):
        raise UnsupportedError("scipy.integrate.cumulative_trapezoid() with another initial= than 0", "add it yourself")
    named = (x is not None, initial is not None)
    return {
        (False, False): areas.cumulative, (False, True): areas.cumulative_from_zero,
        (True, False): areas.cumulative_over, (True, True): areas.cumulative_over_from_zero,
    }[named]  # fmt: skip


# with points the rule is written out, as SciPy has it since 1.11; without, the table has it
_even = inspect.signature(integrate.simpson).parameters.get("even")
if _even is None or _even.default != "avg":
    WRITTEN[integrate.simpson] = Choice(("y", "x"), lambda given: None if given.get("x") is None else areas.simpson)
WRITTEN[integrate.quad] = Choice(("func", "a", "b", "args", "full_output"), choose_quad)
WRITTEN[integrate.cumulative_trapezoid] = Choice(("y", "x", "dx", "axis", "initial"), choose_cumulative)
WRITTEN[integrate.quad_vec] = Choice(("f", "a", "b"), choose_quad_vec)
WRITTEN[integrate.nquad] = Choice(("func", "ranges", "args", "opts", "full_output"), choose_nquad)
LIMITS = ("gfun", "hfun", "qfun", "rfun")
WRITTEN[integrate.dblquad] = Choice(("func", "a", "b", "gfun", "hfun"), choose_several(areas.DOUBLE))
WRITTEN[integrate.tplquad] = Choice(("func", "a", "b", *LIMITS), choose_several(areas.TRIPLE))

QUADRATURE, STEPS = "use scipy.integrate.quad, or fixed_quad", "use scipy.integrate.solve_ivp"
OTHERS = {
    "tanhsinh": QUADRATURE, "cubature": QUADRATURE,
    "qmc_quad": "compute the mean of the function at points that you draw", "nsum": "sum the terms up",
    "solve_bvp": "solve for the values at the points of a mesh with scipy.optimize.root",
    **dict.fromkeys(("ode", "complex_ode", "RK45", "RK23", "DOP853", "Radau", "BDF", "LSODA"), STEPS),
}  # fmt: skip
for _name, _advice in OTHERS.items():
    if hasattr(integrate, _name):
        WRITTEN[getattr(integrate, _name)] = refusal(f"scipy.integrate.{_name}() of what depends on the input", _advice)
