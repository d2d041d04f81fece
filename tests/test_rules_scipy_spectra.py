"""Spectra of `scipy.signal`: SciPy's values, derivatives compared with differences, in both modes and twice."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", "1.12")

from scipy import signal

import srcgrad as sg

V = np.random.default_rng(3).normal(size=24)
M = np.random.default_rng(4).normal(size=(15, 2))
OTHER = np.cos(np.arange(20.0) ** 1.2)
RAMP = np.linspace(0.5, 2.0, 7)


def weighed(values):
    return np.sum(np.abs(values) ** 2 * np.cos(np.arange(values.size)).reshape(values.shape))


def powers(v):
    frequencies, found = signal.welch(v, 2.0, nperseg=8)
    total = weighed(found) * frequencies[1] + weighed(signal.welch(v, window=RAMP, detrend="linear", nfft=9)[1])
    median = signal.welch(v, nperseg=6, noverlap=2, average="median", scaling="spectrum", detrend=False)[1]
    return total + weighed(median) + weighed(signal.periodogram(v, 3.0, "hann", nfft=30)[1])


def in_columns(m):
    total = weighed(signal.welch(m, nperseg=6, axis=0)[1]) + weighed(signal.periodogram(m, nfft=9, axis=0)[1])
    total = total + weighed(signal.stft(m, nperseg=5, axis=0, boundary="odd")[2])
    return total + weighed(signal.spectrogram(m * (1.0 + 0.5j), nperseg=6, axis=0, return_onesided=False)[2])


def of_two(v):
    cross = signal.csd(v, OTHER * v[0], nperseg=8)[1] + signal.csd(OTHER, v, nperseg=8, average="median")[1]
    return weighed(cross) + weighed(signal.coherence(v, OTHER, nperseg=6)[1])


def through_time(v):
    _, times, waves = signal.stft(v, nperseg=8, fs=2.0)
    back = signal.istft(waves * np.exp(0.1 * v[0]), nperseg=8, fs=2.0)[1]
    total = weighed(back) * times[1] + weighed(signal.stft(v, nperseg=6, boundary=None, padded=False)[2])
    total = (
        total
        + weighed(signal.spectrogram(v, nperseg=8)[2])
        + weighed(signal.spectrogram(v, nperseg=12, nfft=30, mode="angle")[2])
    )
    return total + weighed(signal.spectrogram(v, nperseg=8, noverlap=3, mode="magnitude")[2])


def by_rate_and_window(v):
    frequencies, found = signal.welch(V, v[0] + 3.0, window=np.abs(v[:6]) + 0.1)
    return weighed(found) + np.sum(frequencies**2)


PROGRAMS = [(powers, V), (in_columns, M), (of_two, V), (through_time, V), (by_rate_and_window, V)]


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_spectra(f, x):
    assert sg.value_and_grad(f)(x)[0] == f(x)
    sg.check_grads(f, (x,), modes=("rev", "fwd"))
    direction, slope = np.cos(np.arange(x.size)).reshape(x.shape), sg.grad(f)
    wanted = (slope(x + 1e-5 * direction) - slope(x - 1e-5 * direction)) / 2e-5
    np.testing.assert_allclose(sg.hvp(f)(x, direction), wanted, rtol=1e-4, atol=1e-4)


def test_single_precision():
    def f(v):
        return np.sum(signal.welch(v, nperseg=8)[1])

    small = V.astype(np.float32)
    value, slope = sg.value_and_grad(f)(small)
    assert value == f(small) and slope.dtype == np.float32
    np.testing.assert_allclose(slope, sg.grad(f)(V), rtol=1e-4, atol=1e-6)


def own_trend(v):
    return signal.welch(v, detrend=lambda part: part - part[..., :1], nperseg=8)[1][0]


def window_in_a_tuple(v):
    return signal.welch(V, window=("kaiser", v[0]), nperseg=8)[1][0]


@pytest.mark.parametrize("f, words", [(own_trend, "before"), (window_in_a_tuple, "'window'|operands")])
def test_what_is_not_differentiated_is_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words):
        sg.grad(f)(V)
