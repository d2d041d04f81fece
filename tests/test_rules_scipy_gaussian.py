"""Gaussian filters: by the image and by the widths, in every border mode, twice as well."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import ndimage

import srcgrad as sg

M = np.random.default_rng(2).normal(size=(4, 5))
V = np.random.default_rng(3).normal(size=7)
S = np.array([0.7, 1.1])
MODES = ("reflect", "mirror", "nearest", "wrap", "constant", "grid-wrap", "grid-mirror", "grid-constant")


@pytest.mark.parametrize("mode", MODES)
def test_border_modes(mode):
    def f(m):
        total = np.sum(ndimage.gaussian_filter1d(m, 0.8, mode=mode, cval=0.5) ** 3)
        total = total + np.sum(ndimage.gaussian_filter1d(m, 0.5, 0, 1, mode=mode) ** 2)
        return total + np.sum(ndimage.gaussian_filter(m, 0.8, mode=mode) ** 3)

    def g(m):
        total = np.sum(ndimage.gaussian_laplace(m, 0.7, mode=mode) ** 3)
        return total + np.sum(ndimage.gaussian_gradient_magnitude(m, 0.9, mode=mode) ** 3)

    for h in (f, g):
        assert sg.value_and_grad(h)(M)[0] == h(M)
        sg.check_grads(h, (M,), modes=("rev", "fwd"))


def options(m):
    total = np.sum(ndimage.gaussian_filter(m, (0.7, 1.1), (1, 0)) ** 2) + np.sum(ndimage.gaussian_filter(m, [0.0, 1.0]))
    total = total + np.sum(ndimage.gaussian_filter(m, 1.0, mode=("wrap", "nearest"), truncate=2.0) ** 3)
    total = (
        total + np.sum(ndimage.gaussian_filter(m, 1.0, radius=2) ** 2) + np.sum(ndimage.gaussian_filter(m[0], 1.5) ** 2)
    )
    return total + np.sum(ndimage.gaussian_filter1d(m, 1.2, order=3, axis=1, radius=3) ** 2)


def on_axes(m):
    return np.sum(ndimage.gaussian_filter(np.stack([m, m * m]), 0.8, axes=(1, 2)) ** 2)


def widths(s):
    total = np.sum(ndimage.gaussian_filter(M, s) ** 3) + np.sum(ndimage.gaussian_filter1d(V, s[0], order=2) ** 2)
    return total * np.sum(ndimage.gaussian_laplace(M, s[1]) ** 2) + np.sum(ndimage.gaussian_gradient_magnitude(M, s))


PROGRAMS = [(options, M), (on_axes, M), (widths, S)]


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_filters(f, x):
    assert sg.value_and_grad(f)(x)[0] == f(x)
    sg.check_grads(f, (x,), order=2, modes=("rev", "fwd"))


def test_single_precision_and_flat_images():
    found = sg.grad(options)(M.astype("f"))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, sg.grad(options)(M), rtol=1e-3, atol=1e-3)
    flat = sg.grad(lambda m: np.sum(ndimage.gaussian_gradient_magnitude(m, 1.0)))(np.ones((4, 5)))
    assert np.all(np.isfinite(flat))


def written(m):
    return np.sum(ndimage.gaussian_filter(m, 1.0, output=np.zeros((4, 5))))


def test_output_is_refused():
    with pytest.raises(sg.UnsupportedError, match="'output='") as error:
        sg.grad(written)(M)
    assert __file__.rpartition("/")[2] in str(error.value)
