"""Filters that are linear along an axis: SciPy's values, derivatives compared with differences, twice as well."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import signal

import srcgrad as sg

V = np.random.default_rng(3).normal(size=40)
M = np.random.default_rng(4).normal(size=(3, 30))
B, A = signal.butter(2, 0.3)
SOS = signal.butter(4, 0.4, output="sos")


def smoothed(v):
    total = np.sum(signal.savgol_filter(v, 7, 2) ** 3) + signal.savgol_filter(v, 5, 3, deriv=1, delta=v[0])[3]
    return total + np.sum(signal.savgol_filter(np.outer(v[:9], v[:3]), 5, 2, axis=0, mode="nearest") ** 2)


def resampled(m):
    total = np.sum(signal.resample(m, 11, axis=1) ** 3) + np.sum(signal.resample(m, 7) ** 2)
    total = total + np.sum(signal.resample_poly(m, 3, 2, axis=-1) ** 2)
    return total + np.sum(signal.decimate(m, 3) ** 2) + np.sum(signal.resample(m * (1.0 + 2.0j), 5).imag ** 2)


def to_and_fro(v):
    return np.sum(signal.filtfilt(B, A, v) ** 3) + np.sum(signal.sosfiltfilt(SOS, v, padlen=5) ** 2)


def to_and_fro_in_rows(m):
    return np.sum(signal.filtfilt(B, A, m, padtype="even") ** 3) + np.sum(signal.filtfilt(B, [1.0], m, axis=1) ** 2)


PROGRAMS = [(smoothed, V), (resampled, M), (to_and_fro, V), (to_and_fro_in_rows, M)]


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_filters(f, x):
    assert sg.value_and_grad(f)(x)[0] == f(x)
    # inside a derivative coefficients are taken for values that depend on the input
    sg.check_grads(f, (x,), order=2 if f in (smoothed, resampled) else 1, modes=("rev", "fwd"))


def test_single_precision_and_long_rows():
    assert sg.grad(smoothed)(V.astype("f")).dtype == np.float32
    long = np.cos(np.arange(600.0))
    found = sg.grad(lambda v: np.sum(signal.savgol_filter(v, 5, 2)[100:110]))(long)
    wanted = sg.grad(lambda v: np.sum(signal.savgol_filter(v[50:150], 5, 2)[50:60]))(long)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def active(v):
    return np.sum(signal.filtfilt(v[:2], A, V))


def windowed(v):
    return np.sum(signal.resample(v, 5, window="hann"))


@pytest.mark.parametrize(("f", "words"), [(active, "'b'"), (windowed, "window")])
def test_others_are_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(V)
    assert __file__.rpartition("/")[2] in str(error.value)


def test_filters_with_coefficients_are_refused_twice():
    with pytest.raises(sg.UnsupportedError, match="'b' has to be independent"):
        sg.hvp(to_and_fro)(V, V)
