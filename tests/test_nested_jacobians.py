"""Jacobians of complex numbers, and of several kinds, inside functions that are differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, -0.7, 1.1])
M = np.array([[1.0, 0.2, -0.3], [0.4, 1.5, 0.1]])
WAYS = [sg.jacobian, sg.jacrev, sg.jacfwd]


def turned(z: Any) -> Any:
    return np.exp(z) * z[::-1]


def not_square(z: Any) -> Any:
    return M @ np.sin(z) * z[0]


def one_number(z: Any) -> Any:
    return np.prod(z)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("inner", [turned, not_square, one_number])
def test_complex_derivatives_are_differentiated(way: Any, inner: Any) -> None:
    def outer(x: Any) -> Any:
        j = way(inner, holomorphic=True)(x * (1.0 + 0.5j))
        return np.sum((j * (1.0 - 2.0j)).imag) + np.sum(np.abs(j) ** 2)

    sg.check_grads(outer, (X,), modes=("rev", "fwd"))


@pytest.mark.parametrize("way", [sg.jacobian, sg.jacfwd])
def test_complex_results_of_real_arguments_go_by_columns(way: Any) -> None:
    def outer(x: Any) -> Any:
        return np.sum((way(lambda t: np.exp(1j * t) * np.sum(t))(x) * (1.0 - 2.0j)).real)

    sg.check_grads(outer, (X,), order=2, modes=("rev",))


def test_structures_of_complex_numbers() -> None:
    def inner(p: Any) -> Any:
        return {"a": p["u"] * p["v"], "b": p["u"][0] ** 2}

    def outer(x: Any) -> Any:
        j = sg.jacobian(inner, holomorphic=True)({"u": x * 1j, "v": x[0] + 1j})
        return np.sum(np.abs(j["a"]["u"]) ** 2) + np.sum(j["a"]["v"].imag) + np.sum(j["b"]["u"].imag)

    sg.check_grads(outer, (X,), modes=("rev", "fwd"))


@pytest.mark.parametrize("way", WAYS)
def test_what_is_refused_alone_is_refused_inside(way: Any) -> None:
    conjugate = way(lambda z: np.conj(z) * z, holomorphic=True)
    with pytest.raises(TypeError, match=r"<lambda>\(\) is not holomorphic"):
        sg.grad(lambda x: np.sum(np.abs(conjugate(x * 1j))))(X)
    with pytest.raises(TypeError, match="argument 'z' .* has real numbers"):
        sg.grad(lambda x: np.sum(np.abs(conjugate(x))))(X)
    with pytest.raises(TypeError, match="argument 'z' .* has complex numbers"):
        sg.grad(lambda x: np.sum(way(lambda z: np.abs(z) ** 2)(x * 1j)))(X)


def test_rows_of_a_complex_result_are_refused_inside() -> None:
    with pytest.raises(TypeError, match="returned complex numbers"):
        sg.grad(lambda x: np.sum(np.abs(sg.jacrev(lambda t: np.exp(1j * t))(x))))(X)


def test_functions_made_inside_are_named_as_they_are_written() -> None:
    def outer(x: Any) -> Any:
        def inner(z: Any) -> Any:
            return np.conj(z)

        return np.sum(np.abs(sg.jacobian(inner, holomorphic=True)(x * 1j)))

    with pytest.raises(TypeError, match=r"^(\w+\.)*inner\(\) is not holomorphic"):
        sg.grad(outer)(X)


def test_many_entries_of_a_display_by_columns_differentiated_twice() -> None:
    def outer(x: Any) -> Any:
        j = sg.jacfwd(lambda w: np.array([w[0] * w[1], np.sin(w[2]) * w[0], w @ w, np.exp(w[1])]))(x)
        return np.sum(j**2)

    sg.check_grads(outer, (X,), order=2, modes=("rev",))
