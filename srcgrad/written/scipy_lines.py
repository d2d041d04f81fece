"""Filters of `scipy.signal` that are linear along an axis."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
from scipy import signal

from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_lines import along_axis


def savgol_filter(x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0):
    options = {"window_length": window_length, "polyorder": polyorder, "deriv": deriv, "mode": mode}
    again = along_axis(x, signal.savgol_filter, axis, options) / delta**deriv
    return given_by(again, signal.savgol_filter, (x, window_length, polyorder, deriv, delta, axis, mode), {})


def filtfilt_of_gust(b, a, x, axis=-1, padtype="odd", padlen=None, method="gust", irlen=None):
    return along_axis(x, signal.filtfilt, axis, {"method": "gust", "irlen": irlen}, b, a)


def resample(x, num, t=None, axis=0, window=None, domain="time"):
    return along_axis(x, signal.resample, axis, {"num": num})


def resample_poly(x, up, down, axis=0, window=("kaiser", 5.0), padtype="constant", cval=None):
    return along_axis(x, signal.resample_poly, axis, {"up": up, "down": down})


def decimate(x, q, n=None, ftype="iir", axis=-1, zero_phase=True):
    return along_axis(x, signal.decimate, axis, {"q": q, "n": n, "ftype": ftype, "zero_phase": zero_phase})
