"""Rules for `scipy.optimize`: solutions of equations, by the implicit function theorem.

The functions themselves are written out in `srcgrad.written.scipy_optimize`; the entries here are what they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import optimize

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import FUNCTION, LATER, WRITTEN, Array, Choice, refusal, refuse_options
from srcgrad.rules.zeros import zero
from srcgrad.runtime import words, words_scipy_implicit
from srcgrad.runtime.words_scipy_implicit import (
    jacobian,
    number_of,
    run,
    side_at,
    side_in,
    step_cotangent,
    step_cotangent_again,
    step_tangent,
    step_tangent_again,
    stepped,
    third,
    value_of,
)
from srcgrad.written import scipy_constrained as constrained
from srcgrad.written import scipy_least as least
from srcgrad.written import scipy_optimize as written

words.WORDS.update(words.words_of(words_scipy_implicit))


zero(run, kind=of.anything)
zero(value_of, kind=of.one_axis_like_third)
zero(number_of, kind=of.python_float)
zero(side_at, side_in, kind=of.vector)
zero(jacobian, kind=of.table)


@general(stepped, kind=of.like_first_known)
def stepped_(x, residual, matrix, rough=False, *, g):
    x: g
    residual: step_cotangent(g, x, residual, matrix, rough)
    matrix: 0
    y_dot: x_dot + step_tangent(residual_dot, x, residual, matrix, rough)


# the parameter that the words call `g` is `value` here, since `g` is the cotangent of the word's result


@general(step_cotangent, kind=of.like_third)
def step_cotangent_(value, x, residual, matrix, rough, /, *, g):
    value: step_tangent_again(g, x, residual, matrix, rough)
    x: 0
    residual: 0
    matrix: 0
    y_dot: step_cotangent_again(value_dot, x, residual, matrix, rough)


@general(step_tangent, kind=of.like_second)
def step_tangent_(value, x, residual, matrix, rough, /, *, g):
    value: step_cotangent_again(g, x, residual, matrix, rough)
    x: 0
    residual: 0
    matrix: 0
    y_dot: step_tangent_again(value_dot, x, residual, matrix, rough)


@general(step_cotangent_again, step_tangent_again, kind=of.like_first_known)
def step_again_(value, x, residual, matrix, rough, /, *, g):
    value: third(g)
    x: 0
    residual: 0
    matrix: 0
    y_dot: third(value_dot)


# where it is differentiated again at a zero, what goes through it has to be zero too
@general(third, kind=of.like_first_known)
def third_(value, /, *, g):
    value: third(g)
    y_dot: third(value_dot)


# ----------------------------------------------------------------------------------------------------------- choices


def choose_root(given):
    return written.root_with_jacobian if given.get("jac") is True else written.root


def choose_minimize(given):
    if given.get("constraints", ()) not in ((), None):
        return constrained.minimize
    jac = given.get("jac")
    if jac is LATER:
        return least.minimize_by_what_is_passed
    if jac is True:
        return least.minimize_with_both
    return least.minimize_with_slope if jac is FUNCTION or callable(jac) else least.minimize


def choose_least_squares(given):
    refuse_options("scipy.optimize.least_squares", given, {"kwargs": "pass them in args="}, kwargs=None)
    loss = given.get("loss", "linear")
    if not (isinstance(loss, str) and loss in least.LOSSES):
        raise UnsupportedError(
            "scipy.optimize.least_squares() with a loss of your own", "write the loss into the residuals"
        )
    return least.least_squares


def choose_curve_fit(given):
    refuse_options("scipy.optimize.curve_fit", given, {"nan_policy": "leave out what is nan yourself"}, nan_policy=None)
    return without_report("curve_fit", least.curve_fit)(given)


FACTS = "leave it out, and use scipy.optimize.root_scalar, root or minimize for facts about the run"
FULL = dict.fromkeys(("full_output", "retall"), FACTS)


def without_report(name, function):
    """A function that refuses `full_output=True`."""

    def choose(given):
        refuse_options(f"scipy.optimize.{name}", given, FULL, full_output=False, retall=False)
        return function

    return choose


def choose_global(name):
    """The choice for a minimiser that looks everywhere between bounds."""

    def choose(given):
        refuse_options(f"scipy.optimize.{name}", given, {"constraints": "write them into the function"}, constraints=())
        return getattr(least, name)

    return choose


def choose_bracketed(name):
    """The function for a bracketing method, with or without its report."""

    def choose(given):
        full = given.get("full_output", False)
        if full is LATER:
            raise UnsupportedError(f"scipy.optimize.{name}() with a full_output= that is computed", "write True")
        return written.bracketing(name, bool(full))

    return choose


def choose_newton(given):
    """The function for `newton` from one place, or from an array of places."""
    function = written.newton_of_several if isinstance(given.get("x0"), Array) else written.newton
    return without_report("newton", function)(given)


def choose_fsolve(given):
    """The function for `fsolve`, with or without its report."""
    full = given.get("full_output", False)
    if full is LATER:
        raise UnsupportedError("scipy.optimize.fsolve() with a full_output= that is computed", "write True")
    return written.fsolve_with_report if full else written.fsolve


def choose_root_scalar(given):
    """The function for `root_scalar`, of functions that give their slope as well."""
    return written.root_scalar_with_slope if given.get("fprime") is True else written.root_scalar


BRACKETED = ("f", "a", "b", "args", "xtol", "rtol", "maxiter", "full_output")
WRITTEN[optimize.root] = Choice(("fun", "x0", "args", "method", "jac"), choose_root)
WRITTEN[optimize.minimize] = Choice(
    ("fun", "x0", "args", "method", "jac", "hess", "hessp", "bounds", "constraints"), choose_minimize
)
WRITTEN[optimize.fsolve] = Choice(("func", "x0", "args", "fprime", "full_output"), choose_fsolve)
for _name in ("brentq", "brenth", "ridder", "bisect"):
    WRITTEN[getattr(optimize, _name)] = Choice(BRACKETED, choose_bracketed(_name))
WRITTEN[optimize.toms748] = Choice(
    ("f", "a", "b", "args", "k", "xtol", "rtol", "maxiter", "full_output"), choose_bracketed("toms748")
)
WRITTEN[optimize.newton] = Choice(
    ("func", "x0", "fprime", "args", "tol", "maxiter", "fprime2", "x1", "rtol", "full_output"),
    choose_newton,
)
WRITTEN[optimize.root_scalar] = Choice(("f", "args", "method", "bracket", "fprime"), choose_root_scalar)
WRITTEN[optimize.fixed_point] = written.fixed_point
WRITTEN[optimize.minimize_scalar] = least.minimize_scalar
WRITTEN[optimize.least_squares] = Choice(("fun", "x0", "jac", "bounds"), choose_least_squares)
WRITTEN[optimize.leastsq] = Choice(
    ("func", "x0", "args", "Dfun", "full_output"), without_report("leastsq", least.leastsq)
)
for _name, _positional in {
    "fmin": ("func", "x0", "args", "xtol", "ftol", "maxiter", "maxfun", "full_output", "disp", "retall"),
    "fmin_powell": ("func", "x0", "args", "xtol", "ftol", "maxiter", "maxfun", "full_output", "disp", "retall"),
    "fmin_bfgs": ("f", "x0", "fprime", "args", "gtol", "norm", "epsilon", "maxiter", "full_output", "disp", "retall"),
    "fmin_cg": ("f", "x0", "fprime", "args", "gtol", "norm", "epsilon", "maxiter", "full_output", "disp", "retall"),
}.items():
    WRITTEN[getattr(optimize, _name)] = Choice(_positional, without_report(_name, getattr(least, _name)))
WRITTEN[optimize.curve_fit] = Choice(("f", "xdata", "ydata", "p0", "sigma"), choose_curve_fit)
WRITTEN[optimize.differential_evolution] = Choice(("func", "bounds", "args"), choose_global("differential_evolution"))
WRITTEN[optimize.dual_annealing] = Choice(("func", "bounds", "args"), choose_global("dual_annealing"))

SMOOTH = "use scipy.optimize.minimize"
OTHERS = {
    "fmin_l_bfgs_b": SMOOTH, "fmin_ncg": SMOOTH, "fmin_tnc": SMOOTH, "fmin_slsqp": SMOOTH, "fminbound": SMOOTH,
    "basinhopping": SMOOTH, "shgo": SMOOTH,
    "brute": SMOOTH, "direct": SMOOTH, "brent": SMOOTH, "golden": SMOOTH,
    "milp": "fix what is whole, and use scipy.optimize.linprog",
    "approx_fprime": "use srcgrad.vjp",
    **dict.fromkeys(("broyden1", "broyden2", "anderson", "newton_krylov", "krylov", "diagbroyden", "linearmixing",
                     "excitingmixing"), "use scipy.optimize.root with method="),
}  # fmt: skip
for _name, _advice in OTHERS.items():
    if hasattr(optimize, _name):
        WRITTEN[getattr(optimize, _name)] = refusal(
            f"scipy.optimize.{_name}() of a function that depends on the input", _advice
        )

from srcgrad.rules import scipy_constrained, scipy_linear  # noqa: E402, F401 - reads the other parts
