"""Spectra of `scipy.signal`: windows of a signal, transformed, multiplied and averaged.

SciPy gives the values; what is written out here says how they depend on the signal.
"""

from __future__ import annotations

import functools

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import signal

from srcgrad.runtime.words_scipy_ode import attached  # noqa: F401 - in the text that is written
from srcgrad.runtime.words_scipy_spectra import (
    bias_of,
    doubling_of,
    found_by_scipy,  # noqa: F401
    half_of,
    length_of,
    missing_of,
    per_sample,  # noqa: F401
    places_of,
    result_of,  # noqa: F401
    shape_of,  # noqa: F401
    windows,  # noqa: F401
)
from srcgrad.written import written

POSITIONAL = {
    "welch": ("x", "fs", "window", "nperseg", "noverlap", "nfft", "detrend", "return_onesided", "scaling", "axis",
              "average"),
    "csd": ("x", "y", "fs", "window", "nperseg", "noverlap", "nfft", "detrend", "return_onesided", "scaling", "axis",
            "average"),
    "periodogram": ("x", "fs", "window", "nfft", "detrend", "return_onesided", "scaling", "axis"),
    "spectrogram": ("x", "fs", "window", "nperseg", "noverlap", "nfft", "detrend", "return_onesided", "scaling", "axis",
                    "mode"),
    "stft": ("x", "fs", "window", "nperseg", "noverlap", "nfft", "detrend", "return_onesided", "boundary", "padded",
             "axis", "scaling"),
    "coherence": ("x", "y", "fs", "window", "nperseg", "noverlap", "nfft", "detrend", "axis"),
}  # fmt: skip
DETRENDED = {**dict.fromkeys(POSITIONAL, "constant"), "stft": False}
DEFAULTS = {
    "x": None, "y": None, "fs": "1.0", "scaling": "'density'", "axis": "-1", "return_onesided": "True",
    "padded": "True",
}  # fmt: skip

# ------------------------------------------------------------------------------------------------------- what is shared


def straight(parts):
    """Windows with their trend."""
    return parts


def without_mean(parts):
    """Windows without their means."""
    return parts - np.mean(parts, axis=-1, keepdims=True)


def without_line(parts):
    """Windows without their lines of least squares."""
    return signal.detrend(parts, type="linear")


def transformed(x, w, shape, one_sided, level):
    """The Fourier transform of each window: (..., windows, frequencies)."""
    parts = level(x[..., places_of(w, x.shape[-1])]) * shape
    if one_sided:
        return np.fft.rfft(parts, length_of(w))
    return np.fft.fft(parts, length_of(w))


def products(x, y, w, shape, one_sided, level):
    """The products of two signals' transforms: (..., windows, frequencies)."""
    found = np.conj(transformed(x, w, shape, one_sided, level)) * transformed(y, w, shape, one_sided, level)
    return found * doubling_of(w, one_sided)


def squares(x, w, shape, one_sided, level):
    """The products of a signal's transforms with themselves."""
    found = transformed(x, w, shape, one_sided, level)
    return (np.real(found) ** 2 + np.imag(found) ** 2) * doubling_of(w, one_sided)


def total_of(shape, fs, scaling):
    """What products are divided by."""
    if scaling == "spectrum":
        return np.sum(shape) ** 2
    return fs * np.sum(shape**2)


def mean(found):
    return np.mean(found, axis=-2)


def median(found):
    if np.iscomplexobj(found):
        middle = np.median(np.real(found), axis=-2) + 1j * np.median(np.imag(found), axis=-2)
    else:
        middle = np.median(found, axis=-2)
    return middle / bias_of(found.shape[-2])


def longer(x, n):
    """A signal with zeros behind it."""
    return np.concatenate([x, np.zeros((*x.shape[:-1], n - x.shape[-1]))], axis=-1)


def extended(x, w, mode, padded):
    """A signal with half a window more on both sides, and zeros that complete the last window."""
    half = half_of(w)
    wide = [(0, 0)] * (x.ndim - 1) + [(half, half)]
    if mode == "zeros":
        x = np.pad(x, wide)
    elif mode == "even":
        x = np.pad(x, wide, mode="reflect")
    elif mode == "odd":
        x = np.pad(x, wide, mode="reflect", reflect_type="odd")
    elif mode == "constant":
        x = np.pad(x, wide, mode="edge")
    if padded:
        x = longer(x, x.shape[-1] + missing_of(w, x.shape[-1]))
    return x


# ------------------------------------------------------------------------------------------------------ the functions

TEXT = """def {name}({parameters}):
    signals = [np.moveaxis(np.asarray(s), axis, -1) for s in ({signals})]
    n = max([s.shape[-1] for s in signals])
    one_sided = bool({sided}) and not any([np.iscomplexobj(s) for s in signals])
    w = windows("{name}", n, {cut}, nfft)
    shape = {shape}
    total = total_of(shape, fs, {scaling})
{body}
    found = found_by_scipy(signal.{name}, ({signals}), {options}, {chosen})
    frequencies = attached(per_sample(found, 0, fs) * fs, result_of(found, 0))
    return frequencies, {times}attached(again, result_of(found, {last}))
"""
AVERAGED = """    parts = squares(signals[0], w, shape, one_sided, {level})
    again = np.moveaxis({average}(parts) / total, -1, axis)"""
CUT_SHORT = """    parts = squares(signals[0] if nfft is None else signals[0][..., :nfft], w, shape, one_sided, {level})
    again = np.moveaxis(parts[..., 0, :] / total, -1, axis)"""
CROSSED = """    first, second = [s if s.shape[-1] == n else longer(s, n) for s in signals]
    again = np.moveaxis({average}(products(first, second, w, shape, one_sided, {level})) / total, -1, axis)"""
COHERENT = """    first, second = [s if s.shape[-1] == n else longer(s, n) for s in signals]
    both = mean(products(first, second, w, shape, one_sided, {level}))
    each = [mean(squares(s, w, shape, one_sided, {level})) for s in signals]
    again = np.moveaxis((np.real(both) ** 2 + np.imag(both) ** 2) / (each[0] * each[1]), -1, axis)"""
IN_TIME = """    parts = {parts}
    again = np.moveaxis(np.swapaxes(parts, -1, -2), -2, axis if axis >= 0 else axis - 1)"""
WAVES = "transformed({x}, w, shape, one_sided, {level})"
OF_PARTS = {
    "psd": "squares({x}, w, shape, one_sided, {level}) / total", "complex": f"{WAVES} / np.sqrt(total)",
    "magnitude": f"np.abs({WAVES}) / np.sqrt(total)", "angle": f"np.angle({WAVES})",
    "phase": f"np.unwrap(np.angle({WAVES}), axis=-2)",
}  # fmt: skip


@functools.cache
def spectrum(name, detrend, of_array, *options):
    """A function for a spectrum.

    detrend   how the trend is taken out of each window
    of_array  whether the window is an array
    options   those that are literals
    """
    level = {False: "straight", "constant": "without_mean", "linear": "without_line"}[detrend]
    literal = {"average": "mean", "mode": "psd", "boundary": "zeros", **dict(options)}
    in_time = name in ("stft", "spectrogram")
    x = f"extended(signals[0], w, {literal['boundary']!r}, padded)" if name == "stft" else "signals[0]"
    body = {
        "welch": AVERAGED, "csd": CROSSED, "periodogram": CUT_SHORT, "coherence": COHERENT, "spectrogram": IN_TIME,
        "stft": IN_TIME,
    }[name]  # fmt: skip
    parts = OF_PARTS["complex" if name == "stft" else literal["mode"]].format(x=x, level=level)
    names = POSITIONAL[name]
    signals = [p for p in names if p in ("x", "y")]
    defaults = {**DEFAULTS, "scaling": "'spectrum'"} if name == "stft" else DEFAULTS
    size, overlap = ("nperseg", "noverlap") if "nperseg" in names else ("None", "None")
    passed = [p for p in names if p not in (*signals, "detrend", *literal)]
    return written(TEXT.format(
        name=name, signals=", ".join(signals) + ",",
        parameters=", ".join(p if p in signals else f"{p}={defaults.get(p, 'None')}" for p in names),
        sided="return_onesided" if "return_onesided" in names else "True",
        cut=f"None, len(window), {overlap}" if of_array else f"window, {size}, {overlap}",
        shape="np.asarray(window)" if of_array else "shape_of(w)",
        scaling="scaling" if "scaling" in names else "'density'",
        body=body.format(level=level, average=literal["average"], parts=parts),
        options="{" + ", ".join(f"'{p}': {p}" for p in passed) + "}", chosen={"detrend": detrend, **dict(options)},
        times="attached(per_sample(found, 1, fs) / fs, result_of(found, 1)), " if in_time else "",
        last=2 if in_time else 1,
    ), globals())  # fmt: skip
