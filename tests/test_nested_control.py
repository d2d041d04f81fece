"""What programs say of their own derivative, in functions that are differentiated twice."""

from __future__ import annotations

from typing import Any

import numpy as np

import srcgrad as sg

X = np.array([0.3, 0.5, 1.7, 0.2, 1.1])


def check_twice(f: Any, *args: Any) -> None:
    """The gradient of `f`, differentiated by reverse and by forward mode, against its central differences."""
    argnums: Any = tuple(i for i, a in enumerate(args) if not isinstance(a, int))
    sg.check_grads(sg.grad(f, argnums), args, modes=("rev", "fwd"))


def stopped(x: Any) -> Any:
    y = np.sin(x)
    return np.sum(sg.stop_gradient(y) * y * x + sg.stop_gradient(x * y) * y**2)


def hooked(x: Any) -> Any:
    y = x * x
    sg.on_adjoint(y, lambda bar: 2.0 * bar * x)
    with sg.adjoint_of(y) as y_bar:
        y_bar = y_bar * np.sin(x)
    held = [y * x]
    z = held[0]
    sg.on_adjoint(z, lambda bar: bar * z)
    return np.sum(z * y)


def test_what_is_stopped_is_a_constant_in_every_derivative() -> None:
    assert sg.grad(sg.grad(lambda x: sg.stop_gradient(x) * x))(3.0) == 0.0
    x, y, slope = X, np.sin(X), np.cos(X)
    want = y * (2.0 * slope - y * x) + x * y * 2.0 * (slope**2 - y**2)
    np.testing.assert_allclose(sg.hvp(stopped)(X, np.ones(5)), want)
    np.testing.assert_allclose(sg.vhp(stopped)(X, np.ones(5)), want)


def test_adjoints_that_programs_change() -> None:
    check_twice(hooked, X)
