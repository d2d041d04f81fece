"""Distributions of `scipy.stats`: moments and quantiles by their parameters, ends of the support, places far out."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import special, stats
from table_checker import defined

import srcgrad as sg
from srcgrad.rules.scipy_densities import DENSITIES
from srcgrad.rules.scipy_discrete import MASSES

COUNTED = {
    "poisson": (1.5,), "bernoulli": (0.3,), "binom": (5, 0.3), "geom": (0.3,), "nbinom": (2.5, 0.4),
    "betabinom": (5, 1.5, 2.5), "logser": (0.4,), "planck": (0.7,), "dlaplace": (0.8,), "skellam": (1.5, 0.7),
}  # fmt: skip
CALLS = {"mean": "", "var": "", "std": "", "entropy": "", "moment": "2, ", "median": "", "interval": "0.8, "}
# by name: the parameters, and the functions of them that are differentiated
PARAMETERS = {
    **{name: [*(sum(t) / 2 or 0.1 for t in line.tested), 0.3, 1.4] for name, line in DENSITIES.items()},
    **{name: [*values, 1] for name, values in COUNTED.items()},
}


def known(name):
    """The functions that a distribution's line gives."""
    line = DENSITIES.get(name) or MASSES[name]
    found = ["mean"] * (line.mean is not None)
    found += ["var", "std"] * (line.variance is not None)
    found += ["moment"] * (line.mean is not None and line.variance is not None)
    if name in DENSITIES:
        found += ["entropy"] * (line.entropy is not None)
        found += ["median", "interval"] * (None not in line.cdf)
    return found


def function_of(name, method, frozen):
    """The parameters' function, as a program of a vector of those that are no counts."""
    values, places = PARAMETERS[name], []
    for value in values:
        places.append(f"v[{len([p for p in places if p[0] == 'v'])}]" if isinstance(value, float) else repr(value))
    passed, own = ", ".join(places), CALLS[method]
    called = f"stats.{name}({passed}).{method}({own[:-2]})" if frozen else f"stats.{name}.{method}({own}{passed})"
    text = f"def f(v):\n    r = {called}\n    return r[0] * 2.0 + r[1] if isinstance(r, tuple) else r * 1.0\n"
    return defined(text, {"stats": stats})["f"], np.array([v for v in values if isinstance(v, float)])


@pytest.mark.parametrize("name", PARAMETERS)
def test_moments_and_quantiles(name):
    for method in known(name):
        f, v = function_of(name, method, False)
        wanted = [(f(v + step) - f(v - step)) / 2e-6 for step in 1e-6 * np.eye(v.size)]
        for frozen in (False, True):
            g, _ = function_of(name, method, frozen)
            value, found = sg.value_and_grad(g)(v)
            assert value == f(v), (name, method)
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6, err_msg=f"{name}.{method}")


def test_moments_broadcast():
    def f(loc, scale):
        return np.sum(stats.gamma(2.5, loc, scale).std() * np.arange(3.0)) + np.sum(stats.norm.entropy(loc, scale))

    loc, scale = np.array([[0.3], [0.5]]), np.array([1.2, 0.7, 2.0])
    sg.check_grads(f, (loc, scale), order=2, modes=("rev", "fwd"))


# by parameter, at the ends of the support: (the function, the place, the derivative)
AT_ENDS = [
    (lambda s: stats.expon.logpdf(0.0, 0.0, s), 2.0, -0.5),
    (lambda s: stats.gamma.logpdf(0.0, 1.0, 0.0, s), 2.0, -0.5),
    (lambda s: stats.chi2.logpdf(0.0, 2.0, 0.0, s), 2.0, -0.5),
    (lambda s: stats.weibull_min.logpdf(0.0, 1.0, 0.0, s), 2.0, -0.5),
    (lambda s: stats.halfnorm.logpdf(0.0, 0.0, s), 2.0, -0.5),
    (lambda x: stats.expon.logpdf(x), -1.0, 0.0),
    (lambda x: stats.beta.logpdf(x, 1.0, 1.0), 0.0, 0.0),
    (lambda x: stats.lognorm.ppf(0.0, x), 1.0, 0.0),
    (lambda m: stats.poisson.logpmf(0, m), 0.0, -1.0),
    (lambda m: stats.poisson.pmf(1, m), 0.0, 1.0),
    (lambda p: stats.binom.logpmf(0, 5, p), 0.0, -5.0),
    (lambda p: stats.bernoulli.logpmf(1, p), 1.0, 1.0),
    (lambda p: stats.bernoulli.pmf(3, p), 0.3, 0.0),
    (lambda p: stats.geom.pmf(2, p), 1.0, -1.0),
    (lambda p: stats.geom.cdf(0, p), 0.3, 0.0),
    (lambda p: stats.nbinom.cdf(-1, 2.5, p), 0.3, 0.0),
    (lambda a: stats.truncnorm.logpdf(9.0, a, 2.0), 1.0, 0.0),
    (lambda c: stats.genpareto.logpdf(1.5, c), -0.8, 0.0),
    (lambda c: stats.genpareto.logpdf(1.5, c), 0.0, -0.375),
    (lambda c: stats.genextreme.cdf(0.0, c), 0.0, 0.0),
]


@pytest.mark.parametrize("number", range(len(AT_ENDS)))
def test_ends_of_the_support(number):
    f, x, wanted = AT_ENDS[number]
    np.testing.assert_allclose(sg.grad(f)(x), wanted, atol=1e-15)
    np.testing.assert_allclose(sg.jvp(f, (x,), (1.0,))[1], wanted, atol=1e-15)


FAR_OUT = [
    (lambda x: stats.norm.logcdf(x), -1e8, 1e8),
    (lambda x: stats.norm.logsf(x), 1e8, -1e8),
    (lambda s: stats.norm.logcdf(-100.0, 0.0, s), 1.0, 10000.9998000999),
    (lambda c: stats.weibull_min.logsf(10.0, c), 5.0, -1e5 * np.log(10.0)),
    (lambda m: stats.truncnorm.logpdf(1.0, -0.5 * m, np.inf, m, 2.0), 50.0, -12.25),
    (lambda k: stats.vonmises.logpdf(0.0, k), 1e6, 5e-7),
    (lambda b: stats.rice.logpdf(1e3, b), 1e3, -0.0005),
    (lambda a: stats.skewnorm.logpdf(-30.0, a), 3.0, -2700.3332510796),
    (lambda x: stats.exponnorm.logpdf(x, 0.5), -1e3, 1e3),
    (lambda x: stats.expon.logsf(x, 0.0, 1e-150), 1.75, -1e150),
    (lambda x: stats.gumbel_r.logcdf(x), -50.0, np.exp(50.0)),
    (lambda x: stats.gumbel_l.logsf(x), 50.0, -np.exp(50.0)),
    (lambda x: stats.rayleigh.logsf(x), 1e9, -1e9),
    (lambda x: stats.halfnorm.logsf(x), 1e9, -1e9),
    (lambda c: stats.weibull_max.logcdf(-2.0, c), 67.5, -np.log(2.0) * 2.0**67.5),
    (lambda c: stats.invweibull.logcdf(1e-6, c), 3.0, -np.log(1e6) * 1e18),
    (lambda c: stats.gompertz.logsf(50.0, c), 2.0, -np.expm1(50.0)),
    (lambda x: stats.genextreme.logcdf(x, 0.1), -500.0, 51.0**9),
    (lambda a: stats.exponweib.logsf(10.0, a, 2.25), 2.25, 1.0 / 2.25),
    # small shapes, whose densities rise steeply at the ends
    (lambda a: stats.gamma.cdf(1e-3, a), 0.015, -5.7789940933),
    (lambda a: stats.gamma.cdf(1e-200, a), 0.015, -0.4638787489),
    (lambda a: stats.beta.cdf(1e-3, a, 0.015), 0.015, -18.135734005),
    (lambda s: stats.weibull_min.logsf(2.0, 1.0, 0.0, s), 1e-10, 2e20),
]


@pytest.mark.parametrize("number", range(len(FAR_OUT)))
def test_far_out(number):
    f, x, wanted = FAR_OUT[number]
    np.testing.assert_allclose(sg.grad(f)(x), wanted, rtol=1e-6)
    assert np.isfinite(sg.derivative(f, 2)(x))


def test_single_precision_stays():
    def f(x):
        return np.sum(stats.gamma.logpdf(x, 2.0, 0.0, 1.5) + stats.invgauss.cdf(x, 0.7))

    assert sg.grad(f)(np.array([0.5, 0.7], "f")).dtype == np.float32


def test_likelihoods_of_tensors():
    x = sg.tensor(np.array([0.5, 0.7]), requires_grad=True)
    sg.differentiable(lambda x: np.sum(stats.invgauss(x, scale=2.0).logpdf(1.5)))(x).backward()
    wanted = sg.grad(lambda x: np.sum(stats.invgauss(x, scale=2.0).logpdf(1.5)))(np.array([0.5, 0.7]))
    np.testing.assert_array_equal(x.grad.numpy(), wanted)


REFUSED = [
    (lambda k: stats.vonmises.cdf(0.5, k), "'kappa'"),
    (lambda k: stats.poisson.logpmf(k, 1.5), "'k'"),
    (lambda k: stats.norm(k).moment(3), "moment of order 3"),
    (lambda k: stats.norm(k).expect(), "'expect'"),
    (lambda k: stats.rice(k).var(), "'var'"),
    (lambda k: stats.norm.stats(k)[0], "use mean"),
    (lambda k: stats.gamma.expect(lambda x: x**2, args=(k,)), "quad"),
    (lambda k: stats.norm.fit([k, 1.0])[0], "minimize"),
    (lambda k: stats.nct.logpdf(1.0, 4.0, k), "write its formula"),
    (lambda k: stats.zipf(k).pmf(2), "write its formula"),
    (lambda k: np.real(stats.norm.logpdf(1j * k)), "of complex numbers.*np.real"),
    (lambda k: np.real(stats.multivariate_normal.logpdf([0.5 + 1j * k, k])), "of complex numbers.*np.real"),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_has_no_closed_form_is_refused(number):
    f, words = REFUSED[number]
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(2.0)
    assert __file__.rpartition("/")[2] in str(error.value)


def of_lists(p):
    total = stats.norm.logpdf([1.0, 2.0], p, 1.3).sum() + stats.norm([0.0, 1.0], p).cdf([1, 2]).sum()
    total = total + stats.binom.logpmf([1, 2], [4, 5], 0.2 * p).sum() + stats.gamma.cdf((1.0, p), [2.0, p]).sum()
    return total + np.sum(special.jv([1, 2], p)) + special.logsumexp([1.0, p], b=[1, 2])


def test_lists_are_taken_for_arrays():
    sg.check_grads(of_lists, (1.3,), order=2, modes=("rev", "fwd"))
