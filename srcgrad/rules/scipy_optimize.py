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
from srcgrad.rules.stand_ins import LATER, WRITTEN, Choice, refuse_options
from srcgrad.runtime import words, words_scipy_implicit
from srcgrad.runtime.words_scipy_implicit import number_of, run, solved, unexplained, value_of
from srcgrad.written import scipy_optimize as written

words.WORDS.update(words.words_of(words_scipy_implicit))


@general(run, kind=of.anything)
def run_(solver, fun, start, args, helpers, options, *, g):
    solver: 0
    fun: 0
    start: 0
    args: 0
    helpers: 0
    y_dot: 0


@general(value_of, kind=of.one_axis_like_third)
def value_of_(found, name, like, *, g):
    found: 0
    like: 0
    y_dot: 0


@general(number_of, kind=of.python_float)
def number_of_(found, *, g):
    found: 0
    y_dot: 0


@general(solved, kind=of.like_second)
def solved_(residual, x, fun, args, part=None, *, g):
    residual: implicit_cotangent(g, residual, x, fun, args, part)
    x: 0
    fun: 0
    args: 0
    y_dot: implicit_tangent(residual_dot, residual, x, fun, args, part)


@general(unexplained, kind=of.like_first_known)
def unexplained_(x, cause, why, *, g):
    x: refused(g, why)
    cause: refused(g, why)
    y_dot: refused(cause_dot, why)


# ----------------------------------------------------------------------------------------------------------- choices


def _is_function(value):
    return value is LATER or callable(value)


def choose_root(given):
    jac = given.get("jac")
    return written.root_with_jacobian if jac is True else written.root


def choose_minimize(given):
    advice = "constrain by a change of variables, or solve the equations of the optimum with scipy.optimize.root"
    refuse_options("scipy.optimize.minimize", given, {"bounds": advice, "constraints": advice}, bounds=None,
                   constraints=())  # fmt: skip
    jac = given.get("jac")
    if jac is True:
        return written.minimize_with_gradient
    return written.minimize if _is_function(jac) else written.minimize_value


def choose_least_squares(given):
    refuse_options("scipy.optimize.least_squares", given, {
        "bounds": "constrain by a change of variables", "loss": "write the loss into the residuals",
        "kwargs": "pass them in args=",
    }, loss="linear", kwargs=None)  # fmt: skip
    jac = given.get("jac")
    return written.least_squares if _is_function(jac) else written.least_squares_value


def refused(name, advice):
    """The choice for a solver that is not differentiated."""

    def choose(given):
        raise UnsupportedError(f"scipy.optimize.{name}() of a function that depends on the input", advice)

    return choose


FULL = {"full_output": "leave it out, and use scipy.optimize.root_scalar or root for facts about the run"}


def without_report(name, function):
    """A function that refuses `full_output=True`."""

    def choose(given):
        refuse_options(f"scipy.optimize.{name}", given, FULL, full_output=False)
        return function

    return choose


BRACKETED = ("f", "a", "b", "args", "xtol", "rtol", "maxiter", "full_output")
WRITTEN[optimize.root] = Choice(("fun", "x0", "args", "method", "jac"), choose_root)
WRITTEN[optimize.minimize] = Choice(
    ("fun", "x0", "args", "method", "jac", "hess", "hessp", "bounds", "constraints"), choose_minimize
)
WRITTEN[optimize.fsolve] = Choice(
    ("func", "x0", "args", "fprime", "full_output"), without_report("fsolve", written.fsolve)
)
for _name in ("brentq", "brenth", "ridder", "bisect"):
    WRITTEN[getattr(optimize, _name)] = Choice(BRACKETED, without_report(_name, getattr(written, _name)))
WRITTEN[optimize.toms748] = Choice(
    ("f", "a", "b", "args", "k", "xtol", "rtol", "maxiter", "full_output"), without_report("toms748", written.toms748)
)
WRITTEN[optimize.newton] = Choice(
    ("func", "x0", "fprime", "args", "tol", "maxiter", "fprime2", "x1", "rtol", "full_output"),
    without_report("newton", written.newton),
)
WRITTEN[optimize.root_scalar] = written.root_scalar
WRITTEN[optimize.fixed_point] = written.fixed_point
WRITTEN[optimize.minimize_scalar] = written.minimize_scalar
WRITTEN[optimize.least_squares] = Choice(("fun", "x0", "jac", "bounds"), choose_least_squares)

LEAST = "use scipy.optimize.least_squares with jac=, a function written in Python that gives the Jacobian"
SMOOTH = "use scipy.optimize.minimize with jac=, a function written in Python that gives the gradient"
OTHERS = {
    "curve_fit": LEAST, "leastsq": LEAST, "fmin": SMOOTH, "fmin_bfgs": SMOOTH, "fmin_cg": SMOOTH, "fmin_powell": SMOOTH,
    "fmin_l_bfgs_b": SMOOTH, "fmin_ncg": SMOOTH, "fmin_tnc": SMOOTH, "fmin_slsqp": SMOOTH, "fminbound": SMOOTH,
    "basinhopping": SMOOTH, "differential_evolution": SMOOTH, "dual_annealing": SMOOTH, "shgo": SMOOTH,
    "brute": SMOOTH, "direct": SMOOTH, "brent": SMOOTH, "golden": SMOOTH, "linprog": SMOOTH, "milp": SMOOTH,
    "nnls": SMOOTH, "lsq_linear": LEAST, "approx_fprime": "use srcgrad.vjp",
    **dict.fromkeys(("broyden1", "broyden2", "anderson", "newton_krylov", "krylov", "diagbroyden", "linearmixing",
                     "excitingmixing"), "use scipy.optimize.root with method="),
}  # fmt: skip
for _name, _advice in OTHERS.items():
    if hasattr(optimize, _name):
        WRITTEN[getattr(optimize, _name)] = Choice((), refused(_name, _advice))
