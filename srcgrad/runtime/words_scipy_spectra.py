"""Words for spectra of `scipy.signal`: how a signal is cut into windows, which no derivative depends on."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import signal


@dataclass(frozen=True)
class Windows:
    """How a signal of some length is cut into windows.

    shape     the window's numbers
    hop       how far apart windows begin
    length    of the Fourier transform
    """

    shape: Any
    hop: int
    length: int


def windows(name: str, n: int, window: Any, nperseg: Any, noverlap: Any, nfft: Any) -> Windows:
    """The windows that a function of `scipy.signal` uses for a signal of `n` numbers."""
    window = inspect.signature(getattr(signal, name)).parameters["window"].default if window is None else window
    if name == "periodogram":
        noverlap, nperseg = 0, n if nfft is None else min(n, int(nfft))
        nfft = None if nfft is None or int(nfft) < n else nfft
    if isinstance(window, (str, tuple)):
        size = min(256 if nperseg is None else int(nperseg), n)
        shape = signal.get_window(window, size)
    else:
        shape = np.asarray(window)
        size = len(shape)
    overlap = (size // 8 if name == "spectrogram" else size // 2) if noverlap is None else int(noverlap)
    return Windows(shape, size - overlap, size if nfft is None else int(nfft))


def places_of(w: Windows, n: int) -> Any:
    """The places in a signal of `n` numbers that each window shows, a row each."""
    size = len(w.shape)
    count = max((n - size) // w.hop + 1, 0)
    return w.hop * np.arange(count)[:, None] + np.arange(size)


def shape_of(w: Windows) -> Any:
    """The window's numbers."""
    return w.shape


def length_of(w: Windows) -> int:
    """The length of the Fourier transform."""
    return w.length


def missing_of(w: Windows, n: int) -> int:
    """How many zeros behind a signal of `n` numbers complete its last window."""
    return int(-(n - len(w.shape)) % w.hop % len(w.shape))


def half_of(w: Windows) -> int:
    """Half a window."""
    return len(w.shape) // 2


def doubling_of(w: Windows, one_sided: bool) -> Any:
    """2 for each frequency that stands for its negative as well, else 1."""
    if not one_sided:
        return np.ones(w.length)
    found = np.full(w.length // 2 + 1, 2.0)
    found[0] = 1.0
    if w.length % 2 == 0:
        found[-1] = 1.0
    return found


def per_sample(found: Any, k: int, fs: float) -> Any:
    """Frequencies by the rate of samples, or times times it."""
    return found[k] / fs if k == 0 else found[k] * fs


def bias_of(count: int) -> float:
    """The mean of the median of so many exponentially distributed numbers of mean 1."""
    even = 2.0 * np.arange(1.0, (count - 1) // 2 + 1)
    return float(1.0 + np.sum(1.0 / (even + 1.0) - 1.0 / even))


def found_by_scipy(
    function: Any, signals: tuple[Any, ...], options: Mapping[str, Any], chosen: Mapping[str, Any]
) -> Any:
    """`function(*signals, **options, **chosen)`, without options that are None."""
    return function(*signals, **{name: value for name, value in options.items() if value is not None}, **chosen)


def result_of(found: Any, k: int) -> Any:
    """One of the arrays that a function of SciPy gave."""
    value = found[k]
    # adjoints of its views are found by whose memory they lie in: it has to be its own
    return value if getattr(value, "base", None) is None else value.copy("K")
