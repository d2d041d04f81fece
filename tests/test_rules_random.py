"""Draws with active parameters: differentiated, made once, and the same as without derivatives."""

from __future__ import annotations

import random

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, 1.2, 2.0])
COV = np.diag([1.0, 2.0, 4.0])
shared = np.random.default_rng(7)


class Model:
    def __init__(self):
        self.rng = np.random.default_rng(3)

    def loss(self, x):
        return (self.rng.normal(x, 2.0) ** 2).sum()


PROGRAMS = {
    "normal": lambda x, rng: (rng.normal(x, x**2) ** 2).sum(),
    "normal_sized": lambda x, rng: (rng.normal(x[0], x[1], size=(2, 3)) * np.arange(3)).sum(),
    "uniform": lambda x, rng: rng.uniform(x, 9.0, size=(2, 3)).sum(),
    "exponential": lambda x, rng: (rng.exponential(x) ** 2).sum(),
    "laplace": lambda x, rng: (rng.laplace(0.0, x) ** 2).sum(),
    "gumbel": lambda x, rng: rng.gumbel(x, x[0]).sum(),
    "logistic": lambda x, rng: rng.logistic(x, 2.0).sum(),
    "lognormal": lambda x, rng: rng.lognormal(x, 0.3).sum(),
    "rayleigh": lambda x, rng: rng.rayleigh(x).sum(),
    "weibull": lambda x, rng: rng.weibull(x + 1.0).sum(),
    "pareto": lambda x, rng: rng.pareto(x + 2.0).sum(),
    "multivariate_normal": lambda x, rng: (rng.multivariate_normal(x, np.eye(3), 2) ** 2).sum(),
    "multivariate_normal_options": lambda x, rng: rng.multivariate_normal(x, np.eye(3), 2, "ignore", 1e-6).prod(),
    "multivariate_normal_cov": lambda x, rng: (rng.multivariate_normal(x, COV + np.outer(x, x), 2) ** 2).sum(),
    "gamma": lambda x, rng: (rng.gamma(2.0, x, (2, 3)) ** 2).sum(),
    "vonmises": lambda x, rng: (rng.vonmises(x, 2.0) ** 2).sum(),
    "vonmises_uniform": lambda x, rng: (rng.vonmises(x, 0.0) * x).sum(),
    "triangular": lambda x, rng: (rng.triangular(x, x + x[0], 9.0 * x[1], (5, 3)) ** 2).sum(),
    "power": lambda x, rng: rng.power(x).sum(),
    "standard_normal": lambda x, rng: (x + 0.5 * rng.standard_normal(3)).prod(),
    "loop": lambda x, rng: sum([rng.normal(v, 1.0) ** 2 for v in x]),
    "seen when it runs": lambda x, rng: (rng.normal([v * v for v in x][0], 1.0) ** 2) * [f(x) for f in (np.sum,)][0],
    "scalar": lambda x, rng: rng.normal(x[0], 2.0) * rng.normal(),
}


def differences(f, eps=1e-6):
    return np.array([(f(X + step) - f(X - step)) / (2 * eps) for step in eps * np.eye(X.size)])


@pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
@pytest.mark.parametrize("name", PROGRAMS)
def test_draws(name, make):
    f = PROGRAMS[name]
    plain, drawn = make(5), make(5)
    value, gradient = sg.value_and_grad(f)(X.copy(), drawn)
    assert value == f(X.copy(), plain)
    assert plain.normal() == drawn.normal()  # the generator is where it would be
    np.testing.assert_allclose(gradient, differences(lambda x: f(x, make(5))), rtol=1e-5, atol=1e-6)


def test_draws_of_the_module():
    def f(x):
        drawn = np.random.normal(x, 2.0).sum() * np.random.uniform(x[0], 5.0) + random.gauss(x[1], 2.0)
        return drawn * np.random.multivariate_normal(x[1:], np.diag([1.0 + x[0], x[1]])).prod()

    def seeded(x):
        np.random.seed(3)
        random.seed(3)
        return f(x)

    np.random.seed(3)
    random.seed(3)
    gradient = sg.grad(f)(X.copy())
    after = np.random.random(), random.random()
    np.testing.assert_allclose(gradient, differences(seeded), rtol=1e-5)
    seeded(X)
    assert after == (np.random.random(), random.random())


def test_a_generator_that_an_object_holds():
    model, twin = Model(), Model()
    value, gradient = sg.value_and_grad(lambda x: model.loss(x))(X.copy())
    assert value == twin.loss(X)
    np.testing.assert_allclose(gradient, differences(lambda x: Model().loss(x)), rtol=1e-5)


def test_a_global_generator():
    state = shared.bit_generator.state

    def f(x):
        return (shared.normal(x, 2.0) ** 2).sum()

    def again(x):
        shared.bit_generator.state = state
        return f(x)

    gradient = sg.grad(f)(X.copy())
    np.testing.assert_allclose(gradient, differences(again), rtol=1e-5)


@pytest.mark.parametrize("method", ["eigh", "cholesky", "svd"])
def test_normal_vectors_by_every_factor(method):
    f = lambda x, rng: (rng.multivariate_normal([1, 2, 3], COV + np.outer(x, x), method=method) * X).sum()
    value, gradient = sg.value_and_grad(f)(X, np.random.default_rng(2))
    assert value == f(X, np.random.default_rng(2))
    wanted = differences(lambda x: f(x, np.random.default_rng(2)))
    np.testing.assert_allclose(gradient, wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(sg.jvp(lambda x: f(x, np.random.default_rng(2)), (X,), (X,))[1], wanted @ X, rtol=1e-5)


def test_a_covariance_that_is_none():
    with pytest.warns(RuntimeWarning, match="covariance is not symmetric"):
        sg.grad(lambda x: np.random.default_rng(0).multivariate_normal(x, x[0] - COV).sum())(X)
    with pytest.raises(ValueError, match="same length"):
        sg.grad(lambda x: np.random.default_rng(0).multivariate_normal(x[:2], x * COV).sum())(X)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: shared.gamma(x).sum(),
        lambda x: np.random.gamma(x).sum(),
        lambda x: [np.random.gamma][0](x).sum(),
        lambda x: np.random.beta(x, 2.0).sum(),
        lambda x: np.random.default_rng(0).beta(x, 2.0).sum(),
        lambda x: np.random.default_rng(0).wald(x, 2.0).sum(),
        lambda x: np.random.default_rng(0).vonmises(0.0, x).sum(),
        lambda x: np.random.default_rng(0).dirichlet(x).sum(),
        lambda x: np.random.default_rng(0).choice(3, p=x / x.sum()),
        lambda x: np.random.choice(3, p=x / x.sum()),
        lambda x: shared.choice(x, p=x / x.sum()),
    ],
)
def test_draws_without_a_rule_are_refused(f):
    with pytest.raises(sg.UnsupportedError, match="gamma|beta|wald|kappa|dirichlet|choice"):
        sg.grad(f)(X)


@pytest.mark.parametrize("size", [3, (2, 3), np.int64(4)])
@pytest.mark.parametrize("name", ["normal", "laplace", "logistic"])
def test_tangents_of_draws_have_the_size_that_is_asked_for(name, size):
    """Each of them moves as much as its location does."""

    def f(x):
        return np.sum(getattr(np.random.default_rng(3), name)(x, 2.0, size))

    assert sg.jvp(f, (0.3,), (1.0,))[1] == sg.grad(f)(0.3) == np.prod(size)


def drawn_from_children(x):
    return sum(np.sum(child.normal(x, 1.0) ** 2) for child in np.random.default_rng(3).spawn(2))


def drawn_from_unpacked_children(x):
    one, other = np.random.default_rng(3).spawn(2)
    return np.sum(x * one.normal(size=3) * other.uniform(0.0, x))


def drawn_by_a_bit_generator(x):
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(3)))
    return np.sum(rng.normal(x, 1.0) ** 2) * rng.random()


def drawn_beside_bytes(x):
    rng = np.random.default_rng(3)
    return x[rng.bytes(1)[0] % 3] * rng.normal(x[0], 1.0)


@pytest.mark.parametrize(
    "f", [drawn_from_children, drawn_from_unpacked_children, drawn_by_a_bit_generator, drawn_beside_bytes]
)
def test_generators_made_in_other_ways(f):
    sg.check_grads(f, (X,), modes=("rev", "fwd"))
    sg.check_grads(sg.grad(f), (X,), modes=("rev", "fwd"))
