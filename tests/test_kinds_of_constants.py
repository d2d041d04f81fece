"""What is made without derivatives has kinds that are known, so that what is computed with it is written out."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

MADE = [
    lambda x: np.sum(np.tanh(x * np.hanning(3))),
    lambda x: np.sum(np.tanh(x * np.fft.fftfreq(3))),
    lambda x: np.sum(np.tanh(x * np.indices((3, 3)))),
    lambda x: np.sum(np.tanh(x * np.mgrid[0:3, 0:3])),
    lambda x: np.sum(np.tanh(x * np.ogrid[0:3, 0:2][0].T)),
    lambda x: np.sum(np.tanh(x * np.polynomial.legendre.leggauss(3)[1])),
    lambda x: np.sum(np.tanh(x * np.random.permutation(3))),
    lambda x: np.sum(np.tanh(x * np.random.RandomState(0).randn(3))),
    lambda x: np.sum(np.tanh(x * np.random.default_rng(1).normal(size=3))),
    lambda x: np.sum(np.tanh(x * np.searchsorted([0, 1, 2], [0, 1, 1]))),
    lambda x: np.sum(np.tanh(x + np.finfo(float).eps)),
    lambda x: np.sum(np.tanh(x * np.split(np.arange(6.0), 2)[1])),
    lambda x: np.sum(np.tanh(x * np.round(np.arange(3) * 0.3, 1))),
    lambda x: np.sum(np.tanh(x * np.isin([1, 2, 3], [1, 3]))),
]


@pytest.mark.parametrize("f", MADE)
def test_operations_on_what_is_made_are_written_out(f):
    gradient = sg.grad(f)
    x = np.array([0.1, 0.2, 0.3])

    def drawn(function, at):
        np.random.seed(0)
        return function(at)

    numeric = [(drawn(f, x + step) - drawn(f, x - step)) / 2e-6 for step in 1e-6 * np.eye(3)]
    np.testing.assert_allclose(drawn(gradient, x), numeric, atol=1e-7)
    assert "dynamic" not in gradient.source
