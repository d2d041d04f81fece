"""Minimisers of `scipy.optimize`, written as what a least value is: a place where the slope is zero, or at a bound.

The slope is the gradient that srcgrad derives of the user's function (or `jac=`, where it is a function), so that the
derivative of the place has in it what the Hessian matrix of the function says.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import linalg, optimize

from srcgrad.gradient import grad
from srcgrad.runtime.words_scipy_implicit import number_of, run, side_at, side_in, value_of
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.written.scipy_optimize import RootSolution, fact, part_of, solution


class FitSolution:
    """The result of `least_squares`."""

    def __init__(self, found, x, cost, fun):
        self.found = found
        self.x = x
        self.cost = cost
        self.fun = fun

    def __getitem__(self, name):
        return getattr(self, name)

    def __getattr__(self, name):
        return fact(self, name)


# -------------------------------------------------------------------------------------------- what is zero at a minimum


def slope_of(fun):
    """The gradient of a function by the unknowns."""

    def slope(x, *args):
        return grad(fun)(x, *args)

    return slope


def stationary(x, slope, args):
    """The place `x`, as one where the slope is zero."""
    return solution(x, slope, args)


def stationary_within(x, slope, args, side, low, high):
    """The place `x`, as one where the slope is zero, or which is at a bound (`side`: -1 the lower, 1 the upper)."""
    ends = np.where(side < 0, low, np.where(side > 0, high, x))

    def condition(x, *args):
        return np.where(side == 0, slope(x, *args), x - ends)

    return stationary(x, condition, args)


def limits(bounds):
    """The lower and upper bounds in pairs, or in an object of SciPy's."""
    if isinstance(bounds, optimize.Bounds):
        return bounds.lb, bounds.ub
    low = np.array([-np.inf if pair[0] is None else pair[0] for pair in bounds])
    high = np.array([np.inf if pair[1] is None else pair[1] for pair in bounds])
    return low, high


# ---------------------------------------------------------------------------------------------------- one function


def minimum(found, value, slope, x0, args, bounds):
    """The result of a minimiser."""
    x = value_of(found, "x", x0)
    if bounds is None:
        x = stationary(x, slope, args)
    else:
        low, high = limits(bounds)
        x = stationary_within(x, slope, args, side_at(x, slope(x, *args), low, high), low, high)
    return RootSolution(found, x, value(x, *args))


def minimize(fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None, constraints=(), tol=None,
             callback=None, options=None):  # fmt: skip
    helpers = {"jac": jac, "hess": hess, "hessp": hessp, "callback": callback}
    settings = {"method": method, "bounds": bounds, "tol": tol, "options": options}
    found = run(optimize.minimize, fun, (x0,), args, helpers, settings)
    return minimum(found, fun, slope_of(fun), x0, args, bounds)


def minimize_with_slope(fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None, constraints=(),
                        tol=None, callback=None, options=None):  # fmt: skip
    helpers = {"jac": jac, "hess": hess, "hessp": hessp, "callback": callback}
    settings = {"method": method, "bounds": bounds, "tol": tol, "options": options}
    found = run(optimize.minimize, fun, (x0,), args, helpers, settings)
    return minimum(found, fun, jac, x0, args, bounds)


def minimize_with_both(fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None, constraints=(),
                       tol=None, callback=None, options=None):  # fmt: skip
    helpers = {"jac": jac, "hess": hess, "hessp": hessp, "callback": callback}
    settings = {"method": method, "bounds": bounds, "tol": tol, "options": options}
    found = run(optimize.minimize, fun, (x0,), args, helpers, settings)
    return minimum(found, part_of(fun, 0), part_of(fun, 1), x0, args, bounds)


def minimize_by_what_is_passed(fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None,
                               constraints=(), tol=None, callback=None, options=None):  # fmt: skip
    rest = {"hess": hess, "hessp": hessp, "bounds": bounds, "tol": tol, "callback": callback, "options": options}
    if jac is True:
        return minimize_with_both(fun, x0, args, method, True, **rest)
    if callable(jac):
        return minimize_with_slope(fun, x0, args, method, jac, **rest)
    return minimize(fun, x0, args, method, jac, **rest)


def minimize_scalar(fun, bracket=None, bounds=None, args=(), method=None, tol=None, options=None):
    settings = {"bounds": bounds, "method": method, "tol": tol, "options": options}
    found = run(optimize.minimize_scalar, fun, (), args, {"bracket": bracket}, settings)
    x = stationary(number_of(found["x"]), slope_of(fun), args)
    return RootSolution(found, x, fun(x, *args))


def differential_evolution(func, bounds, args=(), **options):
    found = run(optimize.differential_evolution, func, (bounds,), args, {}, options)
    return minimum(found, func, slope_of(func), found["x"], args, bounds)


def dual_annealing(func, bounds, args=(), **options):
    found = run(optimize.dual_annealing, func, (bounds,), args, {}, options)
    return minimum(found, func, slope_of(func), found["x"], args, bounds)


def place_alone(solver, func, x0, args, helpers, settings):
    """The place that an older minimiser returns."""
    found = {"x": run(solver, func, (x0,), args, helpers, settings)}
    return stationary(value_of(found, "x", x0), slope_of(func), args)


def fmin(func, x0, args=(), **settings):
    return place_alone(optimize.fmin, func, x0, args, {}, settings)


def fmin_powell(func, x0, args=(), **settings):
    return place_alone(optimize.fmin_powell, func, x0, args, {}, settings)


def fmin_bfgs(f, x0, fprime=None, args=(), **settings):
    return place_alone(optimize.fmin_bfgs, f, x0, args, {"fprime": fprime}, settings)


def fmin_cg(f, x0, fprime=None, args=(), **settings):
    return place_alone(optimize.fmin_cg, f, x0, args, {"fprime": fprime}, settings)


# ------------------------------------------------------------------------------------------------- sums of squares


def linear(z):
    return z


def soft_l1(z):
    return 2.0 * (np.sqrt(1.0 + z) - 1.0)


def huber(z):
    return np.where(z <= 1.0, z, 2.0 * np.sqrt(np.where(z <= 1.0, 1.0, z)) - 1.0)


def cauchy(z):
    return np.log1p(z)


def arctan(z):
    return np.arctan(z)


LOSSES = {"linear": linear, "soft_l1": soft_l1, "huber": huber, "cauchy": cauchy, "arctan": arctan}


def cost_of(fun, loss, scale):
    """Half of the sum of squares of residuals, as the loss counts them."""
    weigh = LOSSES[loss]

    def cost(x, *args):
        return 0.5 * scale**2 * np.sum(weigh((np.asarray(fun(x, *args)) / scale) ** 2))

    return cost


def least_squares(fun, x0, jac=None, bounds=None, method=None, ftol=None, xtol=None, gtol=None, x_scale=None,
                  loss="linear", f_scale=1.0, diff_step=None, tr_solver=None, tr_options=None, jac_sparsity=None,
                  max_nfev=None, verbose=None, args=(), kwargs=None):  # fmt: skip
    settings = {"bounds": bounds, "method": method, "ftol": ftol, "xtol": xtol, "gtol": gtol, "x_scale": x_scale,
                "loss": loss, "f_scale": f_scale, "diff_step": diff_step, "tr_solver": tr_solver,
                "tr_options": tr_options, "jac_sparsity": jac_sparsity, "max_nfev": max_nfev,
                "verbose": verbose}  # fmt: skip
    found = run(optimize.least_squares, fun, (x0,), args, {"jac": jac}, settings)
    cost = cost_of(fun, loss, f_scale)
    x = value_of(found, "x", x0)
    if bounds is None:
        x = stationary(x, slope_of(cost), args)
    else:
        low, high = (bounds.lb, bounds.ub) if isinstance(bounds, optimize.Bounds) else bounds
        x = stationary_within(x, slope_of(cost), args, side_in(found), low, high)
    return FitSolution(found, x, cost(x, *args), np.asarray(fun(x, *args)))


def leastsq(func, x0, args=(), Dfun=None, full_output=False, **settings):
    found = run(optimize.leastsq, func, (x0,), args, {"Dfun": Dfun}, settings)
    x = value_of({"x": found[0]}, "x", x0)
    return stationary(x, slope_of(cost_of(func, "linear", 1.0)), args), found[1]


def whitened(misses, sigma):
    """Misses of a fit by their standard deviations, or by a matrix of covariances."""
    if sigma is None:
        return misses
    sigma = np.asarray(sigma)
    if sigma.ndim == 2:
        return linalg.solve_triangular(np.linalg.cholesky(sigma), misses, lower=True)
    return misses / sigma


def along(q, v, fun):
    return np.sum(v * fun(q))


def part_along(v, q, fun, k):
    """A number whose gradient by `v` is the derivative of `fun(q)` by the unknown number k, whatever `v` is."""
    return grad(along)(q, v, fun)[k]


def curve_fit(f, xdata, ydata, p0=None, sigma=None, absolute_sigma=False, check_finite=None, bounds=None, method=None,
              jac=None, full_output=False, nan_policy=None, **settings):  # fmt: skip
    named = {"absolute_sigma": absolute_sigma, "check_finite": check_finite, "bounds": bounds, "method": method}
    fit, covariance = run(optimize.curve_fit, f, (xdata, ydata), None, {"p0": p0, "sigma": sigma, "jac": jac},
                          {**named, **settings})  # fmt: skip

    def misses(q):
        return whitened(f(xdata, *[q[k] for k in range(len(q))]) - ydata, sigma)

    def cost(q):
        return 0.5 * np.sum(misses(q) ** 2)

    q = value_of({"x": fit}, "x", fit)
    if bounds is None:
        q = stationary(q, slope_of(cost), ())
    else:
        low, high = (bounds.lb, bounds.ub) if isinstance(bounds, optimize.Bounds) else bounds
        q = stationary_within(q, slope_of(cost), (), side_at(q, slope_of(cost)(q), low, high), low, high)
    left = misses(q)
    slopes = np.stack([grad(part_along)(np.zeros(len(left)), q, misses, k) for k in range(len(q))], axis=1)
    spread = np.linalg.pinv(slopes.T @ slopes)
    if (sigma is None or not absolute_sigma) and len(left) > len(q):
        spread = spread * np.sum(left**2) / (len(left) - len(q))
    return q, attached(spread, covariance)
