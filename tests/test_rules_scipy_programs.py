"""SciPy's functions in programs: solvers, integrators, interpolants, sparse and factored matrices, distributions.

Each program is compared with differences; its value is SciPy's, to the bit.
"""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate, interpolate, linalg, ndimage, optimize, signal, sparse, special, stats
from scipy.sparse.linalg import expm_multiply, splu, spsolve
from scipy.stats import norm
from test_rules_through_grad import differences

import srcgrad as sg

V = np.array([1.0, -2.0, 0.5])
P = np.array([1.3, 0.7])
X = np.array([0.0, 0.3, 1.0, 1.4, 2.0])
T = np.array([0.1, 0.5, 1.9, 1.2])
Y = np.sin(3.0 * X)
SQUARE = np.array([[4.0, 1.0, 0.3], [0.2, 3.0, 1.0], [1.0, 0.1, 5.0]])
TIGHT = {"rtol": 1e-10, "atol": 1e-12}


# ------------------------------------------------------------------------------------------------------- optimize


def root_of_two_equations(p):
    def equations(x):
        return np.array([x[0] ** 2 + x[1] - p[0], x[0] - p[1] * x[1]])

    found = optimize.root(equations, np.array([1.0, 1.0]), tol=1e-12)
    return np.sum(found.x**2) * p[0]


def root_as_list(p):
    count = 0

    def watch(x, residual):
        nonlocal count
        count += 1 if p[0] > 0.0 else 0

    optimize.root(lambda x: x - p, np.ones(2), method="broyden1", callback=watch)
    found = optimize.root(lambda x, k: [x[0] ** 2 + x[1] - k, x[0] - k * x[1]], [1.0, 1.0], args=(p[0],), tol=1e-12)
    return found["x"][0] * p[1] if found.success else 0.0


def root_with_its_jacobian(p):
    def both(x):
        return x**3 + x - p, np.diag(3.0 * x**2 + 1.0)

    return np.sum(optimize.root(both, np.ones(2), jac=True, tol=1e-12).x * np.array([1.0, 3.0]))


def passed_on(p):
    def tail(method, x):
        return method(x, p[1])

    total = tail(stats.norm.logpdf, p[0]) + stats.gamma.logpdf(p[0], 2.0)
    return total * optimize.brentq(lambda x: x**3 + x - tail(stats.norm.pdf, p[0]), -5.0, 5.0, xtol=1e-13)


class Curve:
    def __init__(self, level, slope):
        self.level, self.slope = level, slope

    def height(self, x):
        return x**3 + self.slope * x - self.level


def root_of_a_method(p):
    return optimize.brentq(Curve(p[0], p[1]).height, -5.0, 5.0, xtol=1e-13)


def roots_of_one_equation(p):
    def f(x, k):
        return np.cos(x) - k * x

    total = optimize.brentq(f, 0.0, 2.0, args=(p[0],)) + optimize.bisect(f, 0.0, 2.0, (p[1],), 1e-13)
    total = total + optimize.ridder(f, 0.0, p[0], args=(p[1],)) + optimize.toms748(f, 0.0, 2.0, args=(p[0],))
    total = total + optimize.newton(f, 0.5, args=(p[0],), tol=1e-13) + optimize.brenth(f, 0.0, 2.0, (p[0],))
    return total * optimize.root_scalar(f, args=(p[0] * p[1],), bracket=(0.0, 2.0), xtol=1e-13).root


def fsolve_and_fixed_point(p):
    total = np.sum(optimize.fsolve(lambda x: x**3 + x - p * np.array([1.0, 2.0]), np.ones(2), xtol=1e-13))
    return total * optimize.fixed_point(lambda x: np.cos(0.5 * p[0] * x), 0.5, xtol=1e-12)


def minimum_with_gradient(p):
    def f(x, c):
        return np.sum((x - c) ** 4 + x**2)

    def slope(x, c):
        return 4.0 * (x - c) ** 3 + 2.0 * x

    found = optimize.minimize(f, np.ones(2), args=(p,), jac=slope, tol=1e-13)
    return np.sum(found.x * np.array([1.0, 2.0])) + found.fun


def minimum_with_both(p):
    def both(x):
        return np.sum((x - p) ** 4 + x**2), 4.0 * (x - p) ** 3 + 2.0 * x

    def curvature(x):
        return np.diag(12.0 * (x - p) ** 2 + 2.0)

    found = optimize.minimize(both, np.ones(2), jac=True, hess=curvature, method="trust-exact", tol=1e-13)
    return found.x[0] * found.fun


def least_value(p):
    least = optimize.minimize(lambda x: np.sum((x - p) ** 4 + x**2), np.ones(2), tol=1e-12).fun
    return least * optimize.minimize_scalar(lambda x: (x - p[0]) ** 4 + x * x + p[1], tol=1e-12).fun


def fitted(p):
    def residuals(q):
        return q[0] * np.exp(q[1] * X) - p[0] * np.exp(p[1] * X) - 0.1 * np.cos(9.0 * X)

    def slopes(q):
        return np.stack([np.exp(q[1] * X), q[0] * X * np.exp(q[1] * X)], axis=1)

    found = optimize.least_squares(residuals, np.ones(2), jac=slopes, xtol=1e-15, ftol=1e-15, gtol=1e-15)
    return found.x[0] * found.x[1] + found.cost


def start_is_no_part_of_the_solution(p):
    return optimize.root(lambda x: x**3 + x - 2.0, p).x[0] + np.sum(p)


# ------------------------------------------------------------------------------------------------------ integrate


def oscillator(t, y, k):
    return [y[1], -k * y[0] - 0.1 * y[1]]


def ends_of_steps(p):
    found = integrate.solve_ivp(oscillator, (0.0, 3.0), [p[0], p[1]], args=(p[0],), **TIGHT)
    return found.y[0, -1] * found.y[1, -1]


def given_times(p):
    def captured(t, y):
        return np.array([y[1], -p[0] * y[0] + p[1] * t])

    found = integrate.solve_ivp(captured, (0.0, 3.0), np.array([1.0, 0.3]), t_eval=np.linspace(0.0, 3.0, 7), **TIGHT)
    return np.sum(found.y * np.arange(7.0)) + found.y[0, 3]


def low_order(p):
    found = integrate.solve_ivp(oscillator, (3.0, 0.0), p, "RK23", np.array([2.5, 1.0, 0.0]), args=(p[0],), rtol=1e-8,
                                atol=1e-10)  # fmt: skip
    return np.sum(found.y**2)


def high_order(p):
    found = integrate.solve_ivp(
        oscillator, (0.0, 3.0), p, method="DOP853", t_eval=[0.5, 1.0, 2.9], args=(p[1],), **TIGHT
    )
    ends = integrate.solve_ivp(oscillator, (0.0, 1.0), p, method="DOP853", args=(p[1],), **TIGHT)
    return np.sum(found.y**2) + ends.y[0, -1]


def moving_ends(p):
    found = integrate.solve_ivp(lambda t, y: -y * y + np.sin(t), (0.2 * p[0], p[1]), [1.0], **TIGHT)
    return found.y[0, -1] * found.t[-1]


def moving_times(p):
    times = np.linspace(0.0, 1.5 * p[0], 5)
    found = integrate.solve_ivp(lambda t, y: -y * y + np.sin(t), (0.0, 2.0), p[1:], t_eval=times, **TIGHT)
    return np.sum(found.y[0] * np.arange(5.0)) + np.sum(found.t)


def stiff(t, y, k):
    return np.array([-1000.0 * k * (y[0] - np.cos(t)), y[0] - k * y[1]])


def implicit(p):
    found = integrate.solve_ivp(stiff, (0.0, 1.0), p, method="Radau", args=(p[0],), **TIGHT)
    return np.sum(found.y[:, -1] ** 2)


def implicit_at_times(p):
    found = integrate.solve_ivp(oscillator, (0.0, 2.0), p, method="LSODA", t_eval=[0.5, 2.0], args=(p[0],), **TIGHT)
    return np.sum(found.y**2)


def old_interface(p):
    found = integrate.odeint(lambda y, t, k: oscillator(t, y, k), p, np.linspace(0.0, 3.0, 5), args=(p[0],))
    first = integrate.odeint(oscillator, p, [0.0, 0.4, p[1]], (p[0],), tfirst=True)
    return np.sum(found**2) + np.sum(first)


def areas(p):
    total = integrate.quad(lambda x: np.exp(-p[0] * x * x), 0.0, 2.0 * p[1])[0]
    total = total + integrate.quad(lambda x, c: np.exp(-c * x * x), -np.inf, np.inf, args=(p[0],))[0]
    total = total * integrate.quad(lambda x, c: np.exp(-c * x), p[1], np.inf, (p[0],))[0]
    return total + integrate.quad(lambda x: np.exp(p[0] * x), -np.inf, p[1])[0]


def samples(p):
    total = np.sum(integrate.cumulative_trapezoid(np.sin(p[0] * X), X * p[1], initial=0) ** 2)
    total = total + np.sum(integrate.cumulative_trapezoid(np.outer(X, p[0] * X), x=X, axis=0) ** 2)
    total = total + integrate.simpson(np.sin(p[0] * X), x=X) * integrate.trapezoid(np.sin(X * p[0]), x=p[1] * X)
    return total + integrate.simpson(np.exp(p[0] * X), dx=p[1]) + np.sum(integrate.cumulative_trapezoid(p, dx=p[0]))


# ------------------------------------------------------------------------------------- interpolation, sparse matrices

SPLINE = interpolate.CubicSpline(X, Y)
LINE = interpolate.interp1d(X, np.stack([Y, Y**2]), fill_value="extrapolate")
SMOOTH = interpolate.PchipInterpolator(X, Y)
CSR = sparse.csr_matrix(SQUARE)
FACTORS = splu(sparse.csc_matrix(SQUARE))


def splines_of_values(y):
    natural = interpolate.CubicSpline(X, y, bc_type="natural")
    clamped = interpolate.CubicSpline(X, y, bc_type=((1, 0.5), (2, 0.0)))
    quadratic = interpolate.make_interp_spline(X, y, k=2)
    return np.sum(natural(T) ** 2) + natural(0.5, 1) * clamped(0.7) + np.sum(quadratic(T) ** 3)


def lines_of_values(y):
    steps = interpolate.interp1d(X, y, kind="previous")
    inside = interpolate.interp1d(X, y, bounds_error=False, fill_value=7.0)
    return np.sum(interpolate.interp1d(X, y)(T) ** 2) * steps(0.5) + np.sum(inside(np.array([-1.0, 0.5])) ** 2)


def columns_of_values(y):
    table = np.stack([y, y**2])
    far = interpolate.interp1d(X, table, axis=1, fill_value="extrapolate")
    return np.sum(interpolate.CubicSpline(X, table, axis=1)(T) ** 2) + np.sum(far(np.array([-1.0, 2.5])) ** 2)


def at_points(t):
    return np.sum(SPLINE(t) ** 2) + np.sum(LINE(t) ** 2) + np.sum(SMOOTH(t) * t) + SPLINE(t[0], 1)


def values_and_points(t):
    return np.sum(interpolate.CubicSpline(X, t[0] * X**2)(t) ** 2)


def sparse_products(v):
    total = np.sum((CSR @ v) ** 2) + np.sum(CSR.dot(v) ** 3) + np.sum((CSR * v) ** 2) + np.sum((v @ CSR) ** 2)
    return total + np.sum((CSR.T @ np.outer(v, v)) ** 2) + np.sum(sparse.csr_array(CSR) @ v)


def sparse_solutions(v):
    total = np.sum(spsolve(CSR.tocsc(), v) ** 2) + np.sum(FACTORS.solve(v) ** 3) + np.sum(FACTORS.solve(v, "T") ** 2)
    return total + np.sum(expm_multiply(CSR * 0.1, v) ** 2)


# ------------------------------------------------------------------------------------------- matrices, filters, chances


def factored(v):
    a = SQUARE + np.outer(v, v)
    factors = linalg.lu_factor(a)
    total = np.sum(linalg.lu_solve(factors, v) ** 2) + np.sum(linalg.lu_solve(factors, v, 1) ** 3)
    p, lower, upper = linalg.lu(a)
    q, r = linalg.qr(a)
    return total + np.sum(lower**3) + np.sum(upper**2 * lower) + np.sum(np.abs(q) * r**2)


def decomposed(v):
    a, b = SQUARE @ SQUARE.T + np.outer(v, v), np.eye(3) * 2.0 + np.outer(v, v)
    values, vectors = linalg.eigh(a, b)
    plain = linalg.eigh(a)[1]
    u, s, vh = linalg.svd(a, full_matrices=False)
    return np.sum(values * vectors**2) + np.sum(plain**4) + np.sum(u**4) + s[0] + linalg.eigvalsh(a)[1]


def functions_of_matrices(v):
    a = SQUARE @ SQUARE.T + np.outer(v, v)
    return np.sum(linalg.sqrtm(a) ** 2) + np.sum(linalg.logm(a) ** 3) + np.sum(linalg.solve(a, v, assume_a="pos"))


def filters(v):
    image = np.outer(v, np.arange(4.0))
    total = np.sum(ndimage.gaussian_filter(image, 0.7, mode="wrap") ** 2) + np.sum(ndimage.sobel(image) ** 2)
    kernel = np.outer(v[:2], v)
    total = total + np.sum(ndimage.convolve(image, kernel, mode="mirror") ** 2)
    total = total + np.sum(signal.fftconvolve(image, kernel, "same") ** 2) + np.sum(signal.correlate(v, v) ** 2)
    return total + np.sum(signal.lfilter(v[:2], [1.0, 0.4], v) ** 2)


def chances(v):
    frozen = stats.norm(v[2], scale=v[0])
    total = np.sum(norm.logpdf(X, loc=v[0], scale=v[2] ** 2)) + np.sum(stats.gamma.logpdf(X + 0.1, v[0], scale=v[2]))
    total = total + np.sum(frozen.logcdf(X)) * frozen.sf(0.3) + np.sum(stats.beta.cdf(T / 2.0, v[0], v[2]))
    several = stats.multivariate_normal(v[:2], np.eye(2) * v[0])
    total = total + np.sum(several.logpdf(np.ones((4, 2)))) + np.sum(stats.poisson.logpmf(np.array([1, 3]), v[0]))
    return total + stats.t.logpdf(v[1], v[0], v[2]) + stats.chi2(3.0).logpdf(v[0]) + special.gammainc(v[0], v[2])


WAVES = np.array([1.0 + 2.0j, 0.5 - 1.0j, 2.0, -1.0j])


def real_and_complex(v):
    kernel = np.real(v * (1.0 + 0.5j))
    total = np.sum(np.abs(signal.convolve(kernel, WAVES)) ** 2) + np.sum(np.abs(signal.correlate(WAVES, kernel)) ** 2)
    total = total + np.sum(np.abs(signal.lfilter(kernel[:2], [1.0, 0.3], WAVES)) ** 2)
    solution = linalg.solve(SQUARE + np.diag(kernel), WAVES[:3]) + linalg.solve_triangular(SQUARE, WAVES[1:] * v)
    product = CSR @ (v * WAVES[:3]) + sparse.csr_matrix(SQUARE * 1.0j) @ kernel
    return total + np.sum(np.abs(solution) ** 2) + np.sum(np.abs(product) ** 2)


def times_in_a_list(p):
    found = integrate.solve_ivp(oscillator, (0.0, 3.0), p, t_eval=[0.5, 1.0], args=(p[0],), **TIGHT)
    return np.sum(found.t * found.y[0]) + found["y"][1, 0] + found.nfev * 0.0


CASES = [
    (root_of_two_equations, P), (root_as_list, P), (root_with_its_jacobian, P), (root_of_a_method, P), (passed_on, P),
    (roots_of_one_equation, P), (fsolve_and_fixed_point, P), (minimum_with_gradient, P), (minimum_with_both, P),
    (least_value, P), (fitted, P), (start_is_no_part_of_the_solution, P), (ends_of_steps, P), (given_times, P),
    (low_order, P), (high_order, P), (moving_ends, P), (moving_times, P), (implicit, P), (implicit_at_times, P),
    (old_interface, P), (areas, P), (samples, P), (splines_of_values, Y), (lines_of_values, Y), (columns_of_values, Y),
    (at_points, T), (values_and_points, T), (sparse_products, V), (sparse_solutions, V), (factored, V),
    (decomposed, V), (functions_of_matrices, V), (filters, V), (chances, V), (real_and_complex, V),
    (times_in_a_list, P),
]  # fmt: skip


@pytest.mark.parametrize("f, x", CASES, ids=[f.__name__ for f, _ in CASES])
def test_gradients_match_differences(f, x):
    before = x.copy()
    value, got = sg.value_and_grad(f)(x)
    assert value == f(x)
    assert np.array_equal(before, x) and got.shape == x.shape
    np.testing.assert_allclose(got, differences(f, x), rtol=2e-4, atol=2e-5)


def exponential(p):
    found = integrate.solve_ivp(lambda t, y: -p[0] * y, (0.0, 2.0), p[1:], method="Radau", **TIGHT)
    return found.y[0, -1]


def test_continuous_gradient_of_an_implicit_method():
    # y(2) = p1 exp(-2 p0)
    exact = np.array([-2.0 * P[1], 1.0]) * np.exp(-2.0 * P[0])
    np.testing.assert_allclose(sg.grad(exponential)(P), exact, rtol=1e-8)
    np.testing.assert_allclose(sg.grad(moving_limit)(0.7), np.exp(-0.49), rtol=1e-12)


def moving_limit(b):
    return integrate.quad(lambda x: np.exp(-x * x), 0.0, b)[0]


@pytest.mark.parametrize("f, x", CASES, ids=[f.__name__ for f, _ in CASES])
def test_forward_mode_agrees_with_reverse_mode(f, x):
    direction = np.cos(1.0 + np.arange(x.size)).reshape(x.shape)
    _, tangent = sg.jvp(f, (x,), (direction,))
    np.testing.assert_allclose(tangent, np.vdot(sg.grad(f)(x), direction), rtol=1e-6, atol=1e-8)


# ------------------------------------------------------------------------------------------------------------- tails


def lower_tail(x):
    return stats.norm.logcdf(x) + stats.logistic.logcdf(x) + special.log_ndtr(x)


def upper_tail(x):
    return stats.norm.logsf(x) + stats.expon.logsf(x) + stats.logistic.logsf(x)


def small(x):
    return stats.norm.sf(x)


@pytest.mark.parametrize("f, x, exact", [
    # the hazard of the normal distribution, x + 1/x - 2/x^3 + 10/x^5 far out
    (lower_tail, -40.0, 2.0 * (40.0 + 1 / 40.0 - 2 / 40.0**3 + 10 / 40.0**5) + 1.0),
    (upper_tail, 40.0, -(40.0 + 1 / 40.0 - 2 / 40.0**3 + 10 / 40.0**5) - 2.0),
    (small, 30.0, -np.exp(-450.0) / np.sqrt(2.0 * np.pi)),
])  # fmt: skip
def test_tails_keep_their_digits(f, x, exact):
    np.testing.assert_allclose(sg.grad(f)(x), exact, rtol=1e-9)


def outside(x):
    return stats.gamma.pdf(x, 2.0) + stats.uniform.cdf(x - 5.0) + stats.beta.pdf(x, 2.0, 3.0)


def test_outside_of_the_support_nothing_changes():
    assert sg.grad(outside)(-0.5) == 0.0


def test_quantiles_by_shape():
    # gamma with shape 1 + eps at its median, against a series of the quantile
    got = sg.grad(median_of_gamma)(1.0)
    h = 1e-4
    np.testing.assert_allclose(got, (median_of_gamma(1.0 + h) - median_of_gamma(1.0 - h)) / (2 * h), rtol=1e-7)


def median_of_gamma(a):
    return stats.gamma.ppf(0.5, a)
