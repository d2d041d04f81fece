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


def to_and_fro_by_coefficients(v):
    b, a = v[:2], np.concatenate([np.ones(1) * 1.5, 0.2 * v[2:4]])
    return np.sum(signal.filtfilt(b, a, v[4:], padlen=5) ** 2) + np.sum(signal.filtfilt(b, a, v[4:], padtype=None) ** 3)


def from_a_state(v):
    b, a = v[:3], np.concatenate([np.ones(1) * 2.0, 0.3 * v[3:4]])
    y, after = signal.lfilter(b, a, v[5:], zi=v[3:5])
    short, left = signal.lfilter(b, a, np.outer(v[:2], v[:1]), zi=signal.lfilter_zi(b, a) * np.ones((2, 1)))
    rows, states = signal.sosfilt(SOS, np.outer(v[:9], v[:2]), 0, zi=v[0] * np.ones((len(SOS), 2, 2)))
    state = signal.lfiltic(b, a, v[:2], v[2:5])
    return (
        np.sum(y**2) + np.sum(after**3) + np.sum(short**2) + np.sum(left**2) + np.sum(rows**2 + states[0, 0]) * state[0]
    )


def at_chosen_points(v):
    found = signal.czt(v[:6], 4) * signal.zoom_fft(v[:6], [0.1, v[0] ** 2], 4)
    return np.sum(np.abs(found) ** 2) + np.sum(signal.upfirdn(v[:3], np.outer(v[:4], v[:2]), 3, 2, axis=0) ** 2)


def around_images(m):
    total = np.sum(signal.convolve2d(m, m[:2, :3], "same", "wrap") ** 2)
    total = total + np.sum(signal.correlate2d(m, m[:2, :2], "full", boundary="symm") ** 3)
    return total + np.sum(signal.convolve2d(m, m[:2, :2], fillvalue=m[0, 0]) ** 2)


PROGRAMS = [
    (smoothed, V), (resampled, M), (to_and_fro, V), (to_and_fro_in_rows, M), (to_and_fro_by_coefficients, V[:20]),
    (from_a_state, V[:9]), (at_chosen_points, V[:6]), (around_images, M[:, :4]),
]  # fmt: skip


TWICE = (smoothed, resampled, at_chosen_points)


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_filters(f, x):
    assert sg.value_and_grad(f)(x)[0] == f(x)
    sg.check_grads(f, (x,), order=2 if f in TWICE else 1, modes=("rev", "fwd"))


def test_single_precision_and_long_rows():
    assert sg.grad(smoothed)(V.astype("f")).dtype == np.float32
    long = np.cos(np.arange(600.0))
    found = sg.grad(lambda v: np.sum(signal.savgol_filter(v, 5, 2)[100:110]))(long)
    wanted = sg.grad(lambda v: np.sum(signal.savgol_filter(v[50:150], 5, 2)[50:60]))(long)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def active(v):
    return np.sum(signal.filtfilt(v[:2], A, V, method="gust"))


def windowed(v):
    return np.sum(signal.resample(v, 5, window="hann"))


def designed(v):
    b, a = signal.butter(2, 0.1 * v[0] ** 2)
    return np.sum(signal.lfilter(b, a, v)) + signal.firwin(5, 0.3)[0]


@pytest.mark.parametrize(("f", "words"), [(active, "'b'"), (windowed, "window"), (designed, "its coefficients")])
def test_others_are_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(V)
    assert __file__.rpartition("/")[2] in str(error.value)
