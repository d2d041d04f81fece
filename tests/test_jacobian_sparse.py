"""Sparse Jacobians: as many sweeps as colours, patterns found without missing a place, wrong patterns refused."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import srcgrad as sg
from srcgrad.colouring import coloured

sparse = pytest.importorskip("scipy.sparse")


def reaction(u: Any) -> Any:
    r = np.empty_like(u)
    r[1:-1] = u[:-2] - 2.0 * u[1:-1] + u[2:] - np.exp(u[1:-1])
    r[0] = u[0]
    r[-1] = u[-1] - 1.0
    return r


def tridiagonal_loop(u: Any) -> Any:
    r = np.zeros_like(u)
    for i in range(len(u)):
        r[i] = u[i] ** 2
        if i > 0:
            r[i] += u[i - 1] * u[i]
        if i < len(u) - 1:
            r[i] -= np.sin(u[i + 1])
    return r


def laplacian(u: Any) -> Any:
    return u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1] + u[1:-1, 1:-1] ** 3


def full(u: Any) -> Any:
    return np.cumsum(u) * np.sum(u)


def arrow(u: Any) -> Any:
    r = u**2
    r[0] = np.sum(u)
    return r


def smooth(u: Any) -> Any:
    return np.sin(u) * u


def calling(u: Any) -> Any:
    return smooth(u) + np.roll(u, 1)


def bidiagonal(u: Any) -> Any:
    return u[1:] * u[:-1]


@pytest.mark.parametrize("f", [reaction, tridiagonal_loop, full, arrow, calling, bidiagonal], ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [2, 3, 17])
def test_is_the_full_one(f: Any, n: int) -> None:
    u = np.linspace(0.1, 0.9, n)
    jac = sg.sparse_jacobian(f)
    found = jac(u)
    full_one = sg.jacobian(f)(u)
    np.testing.assert_allclose(found.toarray(), full_one, rtol=1e-12, atol=1e-12)
    assert found.format == "csr"
    assert not np.any(full_one[~jac.pattern.toarray()])
    given = sg.sparse_jacobian(f, jac.pattern)
    np.testing.assert_array_equal(given(u).toarray(), found.toarray())
    assert given.sweeps == jac.sweeps and given.probes == 1


def test_ten_thousand_unknowns_take_three_sweeps() -> None:
    u = np.linspace(0.0, 1.0, 10_000)
    jac = sg.sparse_jacobian(reaction)
    found = jac(u)
    assert jac.sweeps == 3 and found.nnz == 3 * 9_998 + 2 and jac.probes < 150
    np.testing.assert_allclose(found.diagonal()[1:-1], -2.0 - np.exp(u[1:-1]))
    np.testing.assert_array_equal(found.diagonal(1)[1:], 1.0)
    band = sparse.diags_array([1.0, 1.0, 1.0], offsets=[-1, 0, 1], shape=(10_000, 10_000))
    given = sg.sparse_jacobian(reaction, band)
    assert abs(given(u) - found).max() == 0.0 and given.sweeps == 3


def test_arrays_of_more_axes() -> None:
    u = np.random.default_rng(0).normal(size=(7, 9))
    jac = sg.sparse_jacobian(laplacian)
    found = jac(u)
    assert found.shape == (35, 63) and found.nnz == 5 * 35 and jac.sweeps < 10
    np.testing.assert_allclose(found.toarray(), sg.jacobian(laplacian)(u).reshape(35, 63))


def test_newton() -> None:
    solve = pytest.importorskip("scipy.sparse.linalg").spsolve
    u = np.zeros(200)
    jac = sg.sparse_jacobian(reaction)
    for _ in range(12):
        u = u - solve(jac(u).tocsc(), reaction(u))
    assert np.max(np.abs(reaction(u))) < 1e-12


def test_a_wrong_pattern_is_refused() -> None:
    u = np.linspace(0.1, 0.9, 8)
    with pytest.raises(ValueError, match="lacks places"):
        sg.sparse_jacobian(reaction, np.eye(8))(u)
    with pytest.raises(ValueError, match="lacks places"):
        sg.sparse_jacobian(reaction, np.zeros((8, 8)))(u)
    with pytest.raises(ValueError, match="shape"):
        sg.sparse_jacobian(reaction, np.eye(7))(u)
    wide = sg.sparse_jacobian(reaction, np.ones((8, 8)))
    np.testing.assert_allclose(wide(u).toarray(), sg.jacobian(reaction)(u))
    assert wide.sweeps == 8


def test_places_that_are_zero_here_are_kept() -> None:
    jac = sg.sparse_jacobian(lambda u: u[1:] * u[:-1])
    assert jac(np.zeros(5)).toarray().any() == np.False_
    assert jac.pattern.nnz == 8


def test_kinds_of_numbers() -> None:
    assert sg.sparse_jacobian(reaction)(np.ones(4, np.float32)).dtype == np.float32
    assert sg.sparse_jacobian(lambda u: u * 2.0)(np.zeros(0)).shape == (0, 0)
    constant = sg.sparse_jacobian(lambda u: np.zeros(3) + 0.0 * u[0])
    assert constant(np.ones(2)).toarray().tolist() == [[0, 0]] * 3
    for wrong in (np.ones(3) * 1j, 1.0, [np.ones(2)]):
        with pytest.raises(TypeError, match="real floating array"):
            sg.sparse_jacobian(lambda u: u)(wrong)
    with pytest.raises(TypeError, match="the result"):
        sg.sparse_jacobian(lambda u: {"a": u})(np.ones(2))


def test_arguments_and_methods() -> None:
    class Chain:
        def __init__(self, k: float) -> None:
            self.k = k

        def force(self, u: Any, load: Any) -> Any:
            return self.k * (u[1:] - u[:-1]) + load

    chain = Chain(2.0)
    by_load = sg.sparse_jacobian(chain.force, argnums="load")(np.ones(4), load=np.zeros(3))
    np.testing.assert_array_equal(by_load.toarray(), np.eye(3))

    @sg.sparse_jacobian(check=False)
    def doubled(u: Any) -> Any:
        return u * 2.0

    assert doubled(np.ones(2)).toarray().tolist() == [[2, 0], [0, 2]]


def test_without_scipy(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(ImportError, match=r"pip install scipy"):
        sg.sparse_jacobian(reaction)


def test_columns_of_a_colour_never_meet() -> None:
    rng = np.random.default_rng(2)
    for density in (0.02, 0.1, 0.5):
        there = rng.random((30, 40)) < density
        colours = coloured([np.flatnonzero(column) for column in there.T], 30)
        for colour in range(colours.max() + 1):
            assert there[:, colours == colour].sum(axis=1).max() <= 1
