"""Whole Jacobians against differences and closed forms, in as many sweeps as there are rows or columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import srcgrad as sg

ALL = pytest.mark.parametrize("make", [sg.jacobian, sg.jacrev, sg.jacfwd], ids=["jacobian", "jacrev", "jacfwd"])
RNG = np.random.default_rng(3)


def differences(f: Any, x: Any, h: float = 1e-6) -> Any:
    """The Jacobian of an array function of one array by central differences."""
    columns = []
    for place in np.ndindex(np.shape(x)):
        step = np.zeros(np.shape(x))
        step[place] = h
        columns.append((np.asarray(f(x + step)) - np.asarray(f(x - step))) / (2 * h))
    out = np.shape(f(x))
    return np.moveaxis(np.reshape(columns, (*np.shape(x), *out)), range(np.ndim(x)), range(-np.ndim(x), 0))


def loop(x: Any) -> Any:
    y = np.concatenate([x, x[:2]])
    for i in range(1, len(y)):
        y[i] += 0.5 * y[i - 1] * x[0]
    return y


def branches(x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0.0:
            total = total + x[i] ** 2
        else:
            total = total * x[i]
    return np.array([total, np.sum(x)])


def smooth(x: Any) -> Any:
    return np.sin(x) * x


def calling(x: Any) -> Any:
    return np.concatenate([smooth(x), smooth(x[:2] * 2.0)])


def matrices(x: Any) -> Any:
    a = np.reshape(x, (2, 3))
    return a @ a.T


def stacking(x: Any) -> Any:
    rows = [x * i for i in range(3)]
    return np.stack(rows)


@dataclass
class Spring:
    stiffness: Any
    rest: float

    def force(self, x: Any) -> Any:
        return -self.stiffness * (x - self.rest) ** 3


@ALL
@pytest.mark.parametrize("f", [loop, branches, calling, matrices, stacking], ids=lambda f: f.__name__)
def test_against_differences(make: Any, f: Any) -> None:
    x = RNG.normal(size=6)
    jac = make(f)
    before = x.copy()
    found = jac(x)
    np.testing.assert_allclose(found, differences(f, x), rtol=1e-6, atol=1e-7)
    assert found.shape == (*f(x).shape, 6) and found.dtype == float
    assert np.array_equal(x, before)
    m, n = f(x).size, 6
    assert jac.sweeps == {sg.jacrev: m, sg.jacfwd: n, sg.jacobian: min(m, n)}[make]


@ALL
def test_user_code_runs_once(make: Any) -> None:
    def once(x: Any) -> Any:
        order.append(len(order))
        return np.concatenate([x, x**2])

    order: list[int] = []
    assert make(once)(np.array([1.0, 2.0])).tolist() == [[1, 0], [0, 1], [2, 0], [0, 4]]
    assert order == [0]


@ALL
def test_random_numbers_are_drawn_once(make: Any) -> None:
    rng = np.random.default_rng(1)

    def noisy(x: Any) -> Any:
        return np.concatenate([x, x]) * rng.normal(size=4)

    found = make(noisy)(np.ones(2))
    fresh = np.random.default_rng(1)
    factors = fresh.normal(size=4)
    assert np.array_equal(found, np.tile(np.eye(2), (2, 1)) * factors[:, None])
    assert rng.normal() == fresh.normal()


def draws(rng: Any, n: int) -> Any:
    return rng.normal(size=n)


@ALL
def test_random_numbers_of_called_functions(make: Any) -> None:
    def noisy(x: Any, rng: Any) -> Any:
        return calling(x) * draws(rng, 4)

    found = make(noisy)(np.ones(2), np.random.default_rng(1))
    factors = np.random.default_rng(1).normal(size=4)
    np.testing.assert_allclose(found, sg.jacrev(calling)(np.ones(2)) * factors[:, None])


@ALL
def test_arguments_written_in_place(make: Any) -> None:
    def doubling(x: Any) -> Any:
        x *= 2.0
        return np.concatenate([x, smooth(x)])

    x = np.array([1.0, 2.0])
    found = make(doubling)(x)
    assert x.tolist() == [2.0, 4.0]
    np.testing.assert_allclose(found, differences(lambda x: doubling(x.copy()), np.array([1.0, 2.0])), atol=1e-8)


def test_a_function_that_changes_what_it_reads_is_run_once_or_refused() -> None:
    state = {"scale": 1.0}

    def growing(x: Any) -> Any:
        state["scale"] = state["scale"] + 1.0
        return calling(x) * state["scale"]

    x = np.array([0.5, 0.7])
    expected = 2.0 * sg.jacrev(calling)(x)
    np.testing.assert_allclose(sg.jacrev(growing)(x), expected)
    state["scale"] = 1.0
    np.testing.assert_allclose(sg.jacobian(growing)(x), expected)
    state["scale"] = 1.0
    try:
        np.testing.assert_allclose(sg.jacfwd(growing)(x), expected)
    except sg.UnsupportedError as error:
        assert "jacrev" in error.advice


@ALL
def test_several_arguments(make: Any) -> None:
    def affine(w: Any, x: Any, b: float) -> Any:
        return w @ x + b

    w, x = RNG.normal(size=(2, 3)), RNG.normal(size=3)
    by_w, by_b = make(affine, argnums=(0, "b"))(w, x, 1.0)
    np.testing.assert_allclose(by_w, np.einsum("ik,l->ikl", np.eye(2), x))
    assert by_b.tolist() == [1.0, 1.0]
    np.testing.assert_allclose(make(affine, argnums=-2)(w, x, b=1.0), w)


@ALL
def test_structures(make: Any) -> None:
    def layer(p: Any) -> Any:
        return {"a": p["w"] * p["b"], "s": [np.sum(p["w"]) ** 2, 3]}

    found = make(layer)({"w": np.array([1.0, 2.0]), "b": 2.0, "name": "n"})
    assert found["a"]["w"].tolist() == [[2, 0], [0, 2]] and found["a"]["b"].tolist() == [1, 2]
    assert found["s"][0]["w"].tolist() == [6, 6] and found["s"][0]["b"] == 0.0
    assert found["s"][1] is None and found["a"]["name"] is None


@ALL
def test_objects_and_methods(make: Any) -> None:
    def pull(spring: Any, x: Any) -> Any:
        return spring.force(x)

    x = np.array([1.0, 2.0])
    spring = Spring(np.array([2.0, 3.0]), 0.5)
    found = make(pull)(spring, x)
    np.testing.assert_allclose(found.stiffness, np.diag(-((x - 0.5) ** 3)))
    np.testing.assert_allclose(found.rest, 3 * spring.stiffness * (x - 0.5) ** 2)
    np.testing.assert_allclose(make(spring.force)(x), np.diag(-3 * spring.stiffness * (x - 0.5) ** 2))


def test_decorated_methods() -> None:
    class Scale:
        factor = 3.0

        @sg.jacobian(argnums=1)
        def apply(self, x: Any) -> Any:
            return self.factor * x**2

    assert Scale().apply(np.array([1.0, 2.0])).tolist() == [[6, 0], [0, 12]]
    assert repr(Scale.apply).startswith("<srcgrad.jacobian of")


@ALL
def test_value_beside_it(make: Any) -> None:
    def both(x: Any) -> Any:
        return x * 2.0, {"size": len(x)}

    found, aux = make(both, has_aux=True)(np.ones(2))
    assert found.tolist() == [[2, 0], [0, 2]] and aux == {"size": 2}
    with pytest.raises(TypeError, match="must return"):
        make(lambda x: x * 2.0, has_aux=True)(np.ones(3))


@ALL
def test_shapes_and_dtypes(make: Any) -> None:
    assert make(lambda x: x**2)(3.0) == 6.0
    assert make(lambda x: x * 2.0)(np.zeros(0)).shape == (0, 0)
    assert make(lambda x: np.sum(x))(np.zeros((0, 2))).shape == (0, 2)
    assert make(lambda x: x[:0])(np.ones(3)).shape == (0, 3)
    assert make(lambda x: x * x)(np.array(3.0)).shape == ()
    assert make(lambda x: x.T)(np.ones((2, 3))).shape == (3, 2, 2, 3)
    single = make(lambda x: x * x)(np.ones(2, np.float32))
    assert single.dtype == np.float32 and single.tolist() == [[2, 0], [0, 2]]
    fortran = make(lambda x: x * 1.0)(np.asfortranarray(np.ones((2, 3))))
    assert np.array_equal(fortran.reshape(6, 6), np.eye(6))


@ALL
def test_complex(make: Any) -> None:
    z = np.array([1.0 + 2.0j, 0.5j])
    np.testing.assert_allclose(make(lambda z: z**3, holomorphic=True)(z), np.diag(3 * z**2))
    with pytest.raises(TypeError, match="not holomorphic"):
        make(lambda z: np.conj(z) * 2.0, holomorphic=True)(z)
    with pytest.raises(TypeError, match="holomorphic=True"):
        make(lambda z: z**2)(z)
    with pytest.raises(TypeError, match="wants complex"):
        make(lambda z: z**2, holomorphic=True)(np.ones(2))


def test_complex_results_of_real_arguments() -> None:
    def wave(x: Any) -> Any:
        return np.exp(1j * x)

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(sg.jacfwd(wave)(x), np.diag(1j * np.exp(1j * x)))
    np.testing.assert_allclose(sg.jacobian(wave)(x), np.diag(1j * np.exp(1j * x)))
    with pytest.raises(TypeError, match="jacfwd"):
        sg.jacrev(wave)(x)


@ALL
def test_errors(make: Any) -> None:
    with pytest.raises(TypeError, match="no derivative"):
        make(lambda x: 3)(1.0)
    with pytest.raises(ValueError, match="out of range"):
        make(lambda x: x, argnums=2)(1.0)
    with pytest.raises(TypeError, match="cannot differentiate"):
        make(lambda x: x)(np.ones(2, int))
    with pytest.raises(ZeroDivisionError):
        make(lambda x: x / 0)(1.0)


def test_only_forward_rules() -> None:
    @sg.custom_jvp
    def cube(x: Any) -> Any:
        return x**3

    @cube.defjvp
    def cube_tangent(primals: Any, tangents: Any) -> Any:
        (x,), (x_dot,) = primals, tangents
        return x**3, 3 * x**2 * x_dot

    found = sg.jacfwd(lambda x: cube(x) * 2.0)(np.array([1.0, 2.0]))
    assert found.tolist() == [[6, 0], [0, 24]]


def test_other_paths_of_the_same_function() -> None:
    jac = sg.jacobian(branches)
    for x in (np.array([1.0, -2.0, 3.0]), np.array([-1.0, 2.0, 3.0]), np.array([1.0, -2.0, 0.5])):
        np.testing.assert_allclose(jac(x), differences(branches, x), rtol=1e-6, atol=1e-7)
