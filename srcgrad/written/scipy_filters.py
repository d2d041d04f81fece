"""Filters of `scipy.signal` with states at their ends, by coefficients too.

What a filter is left with from before its beginning is what its recursion makes of the state:

    lfilter(b, a, x, zi=zi) = lfilter(b, a, x) + lfilter(1, a, [zi, 0, 0, ...])
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import signal

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.runtime.words_scipy_spectra import found_by_scipy, result_of

# ------------------------------------------------------------------------------------------------------ one recursion


def behind(x, n):
    """An array with zeros behind it, along the last axis."""
    return np.concatenate([x, np.zeros((*x.shape[:-1], n))], axis=-1)


def filtered(b, a, x, state):
    """A filter along the last axis from a state, and the state that it ends in."""
    n = x.shape[-1]
    order = state.shape[-1]
    b, a = b / a[0], a / a[0]
    before = behind(state, n)
    y = signal.lfilter(b, a, x) + signal.lfilter(np.ones(1), a, before[..., :n])
    into = signal.lfilter(b, np.ones(1), behind(x, order))[..., n:]
    out_of = signal.lfilter(a, np.ones(1), behind(y, order))[..., n:]
    return y, into - out_of + before[..., n:]


def lfilter_from(b, a, x, axis=-1, zi=None):
    """`lfilter` with `zi=`."""
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    y, after = filtered(b, a, np.moveaxis(np.asarray(x), axis, -1), np.moveaxis(np.asarray(zi), axis, -1))
    found = found_by_scipy(signal.lfilter, (b, a, x), {"axis": axis, "zi": zi}, {})
    y = attached(np.moveaxis(y, -1, axis), result_of(found, 0))
    return y, attached(np.moveaxis(after, -1, axis), result_of(found, 1))


def lfilter_zi(b, a):
    """The state in which a filter answers a step with a step."""
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    if a[0] == 0.0:
        raise UnsupportedError("scipy.signal.lfilter_zi() of coefficients with a[0] == 0", "leave out leading zeros")
    b, a = b / a[0], a / a[0]
    order = max(len(a), len(b))
    b, a = behind(b, order - len(b)), behind(a, order - len(a))
    if order == 1:
        return np.zeros(0)
    rest = b[1:] - a[1:] * b[0]
    first = np.sum(rest) / np.sum(a)
    return np.cumsum(a)[:-1] * first - np.concatenate([np.zeros(1), np.cumsum(rest)[:-1]])


def lfiltic(b, a, y, x=None):
    """The state that past outputs and inputs leave a filter in."""
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    b, a = b / a[0], a / a[0]
    order = max(len(a), len(b)) - 1
    y = np.atleast_1d(y)
    state = np.zeros(order)
    if x is not None:
        state = state + weighed(b, np.atleast_1d(x), order)
    return state - weighed(a, y, order)


def weighed(c, past, order):
    """For each place of a state what coefficients make of the past, the latest value first."""
    c = behind(c, 2 * order + 1)
    past = behind(past, order)[:order]
    rows = np.arange(1, order + 1)[:, None] + np.arange(order)
    return c[rows] @ past


# ------------------------------------------------------------------------------------------------- several recursions


def sosfilt_from(sos, x, axis=-1, zi=None):
    """`sosfilt` with `zi=`."""
    sos = np.asarray(sos)
    zi = np.asarray(zi)
    found = found_by_scipy(signal.sosfilt, (sos, x), {"axis": axis, "zi": zi}, {})
    x = np.moveaxis(np.asarray(x), axis, -1)
    states = []
    for k in range(len(sos)):
        x, state = filtered(sos[k, :3], sos[k, 3:], x, np.moveaxis(zi[k], axis, -1))
        states.append(np.moveaxis(state, -1, axis))
    return attached(np.moveaxis(x, -1, axis), result_of(found, 0)), attached(np.stack(states), result_of(found, 1))


# ---------------------------------------------------------------------------------------------------------- both ways


def extended(x, padtype, n):
    """A signal with `n` samples more at both ends."""
    if padtype is None or n == 0:
        return x
    wide = [(0, 0)] * (x.ndim - 1) + [(n, n)]
    if padtype == "constant":
        return np.pad(x, wide, mode="edge")
    return np.pad(x, wide, mode="reflect", reflect_type=padtype)


def to_and_fro(x, n, sections):
    """A signal filtered forwards and backwards, without `n` samples at both ends."""
    for _ in range(2):
        start = x[..., :1]
        scale = 1.0
        for b, a in sections:
            x, _ = filtered(b, a, x, scale * lfilter_zi(b, a) * start)
            scale = scale * np.sum(b) / np.sum(a)
        x = x[..., ::-1]
    return x[..., n : x.shape[-1] - n]


def filtfilt(b, a, x, axis=-1, padtype="odd", padlen=None, method="pad", irlen=None):
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    n = 0 if padtype is None else 3 * max(len(a), len(b)) if padlen is None else padlen
    found = extended(np.moveaxis(np.asarray(x), axis, -1), padtype, n)
    again = np.moveaxis(to_and_fro(found, n, [(b, a)]), -1, axis)
    run = found_by_scipy(signal.filtfilt, (b, a, x), {"axis": axis, "padlen": padlen}, {"padtype": padtype})
    return attached(again, result_of((run,), 0))


def sosfiltfilt(sos, x, axis=-1, padtype="odd", padlen=None):
    sos = np.asarray(sos)
    n = 2 * len(sos) + 1 - min(np.sum(sos[:, 2] == 0.0), np.sum(sos[:, 5] == 0.0))
    n = 0 if padtype is None else 3 * n if padlen is None else padlen
    found = extended(np.moveaxis(np.asarray(x), axis, -1), padtype, n)
    sections = [(sos[k, :3], sos[k, 3:]) for k in range(len(sos))]
    again = np.moveaxis(to_and_fro(found, n, sections), -1, axis)
    run = found_by_scipy(signal.sosfiltfilt, (sos, x), {"axis": axis, "padlen": padlen}, {"padtype": padtype})
    return attached(again, result_of((run,), 0))


# ------------------------------------------------------------------------------------------ convolutions at a boundary


def surrounded(image, rows, columns, boundary, fillvalue):
    """An image with what is taken to lie around it, as far as a kernel reaches."""
    wide = [(rows - 1, rows - 1), (columns - 1, columns - 1)]
    if boundary in ("fill", "pad"):
        return np.pad(image, wide, constant_values=fillvalue)
    return np.pad(image, wide, mode="wrap" if boundary in ("wrap", "circular") else "symmetric")


def of_surrounded(function, in1, in2, mode, boundary, fillvalue, top, left):
    """A convolution or correlation of what lies around an image too; `same` begins at a row and a column."""
    if mode == "valid":
        return function(in1, in2, "valid")
    again = function(surrounded(in1, in2.shape[0], in2.shape[1], boundary, fillvalue), in2, "valid")
    if mode == "same":
        again = again[top : top + in1.shape[0], left : left + in1.shape[1]]
    options = {"mode": mode, "boundary": boundary, "fillvalue": fillvalue}
    return attached(again, result_of((found_by_scipy(function, (in1, in2), options, {}),), 0))


def convolve2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    in1, in2 = np.asarray(in1), np.asarray(in2)
    top, left = (in2.shape[0] - 1) // 2, (in2.shape[1] - 1) // 2
    return of_surrounded(signal.convolve2d, in1, in2, mode, boundary, fillvalue, top, left)


def correlate2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    in1, in2 = np.asarray(in1), np.asarray(in2)
    top, left = in2.shape[0] // 2, in2.shape[1] // 2
    return of_surrounded(signal.correlate2d, in1, in2, mode, boundary, fillvalue, top, left)


# ----------------------------------------------------------------------------------------- transforms at chosen points


def czt(x, m=None, w=None, a=1.0 + 0.0j, *, axis=-1):
    moved = np.moveaxis(np.asarray(x), axis, -1)
    n = moved.shape[-1]
    count = n if m is None else m
    ratio = np.exp(-2j * np.pi / count) if w is None else w
    places = np.arange(n)[:, None]
    again = moved @ (a ** (-1.0 * places) * ratio ** (1.0 * places * np.arange(count)))
    found = found_by_scipy(signal.czt, (x,), {"m": m, "w": w, "a": a, "axis": axis}, {})
    return attached(np.moveaxis(again, -1, axis), result_of((found,), 0))


def zoom_fft(x, fn, m=None, *, fs=2, endpoint=False, axis=-1):
    moved = np.moveaxis(np.asarray(x), axis, -1)
    n = moved.shape[-1]
    count = n if m is None else m
    low, high = (0.0 * fn, fn) if np.ndim(fn) == 0 else (fn[0], fn[1])
    points = low + np.arange(count) * ((high - low) / (count - 1 if endpoint else count))
    again = moved @ np.exp(-2j * np.pi / fs * np.arange(n)[:, None] * points)
    found = found_by_scipy(signal.zoom_fft, (x, fn), {"m": m, "fs": fs, "endpoint": endpoint, "axis": axis}, {})
    return attached(np.moveaxis(again, -1, axis), result_of((found,), 0))


# ---------------------------------------------------------------------------------------------------------- resampling


def upfirdn(h, x, up=1, down=1, axis=-1, mode="constant", cval=0):
    """Zeros between samples, a filter, and every `down`-th sample."""
    h = np.asarray(h)
    moved = np.moveaxis(np.asarray(x), axis, -1)
    n = moved.shape[-1]
    between = np.concatenate([moved[..., None], np.zeros((*moved.shape, up - 1))], axis=-1)
    flat = np.reshape(between, (*moved.shape[:-1], n * up))[..., : (n - 1) * up + 1]
    again = signal.lfilter(h, np.ones(1), behind(flat, h.shape[0] - 1))[..., ::down]
    found = found_by_scipy(signal.upfirdn, (h, x), {"up": up, "down": down, "axis": axis}, {})
    return attached(np.moveaxis(again, -1, axis), result_of((found,), 0))
