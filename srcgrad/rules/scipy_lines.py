"""Rules for `scipy.signal`, second part: filters that are linear along an axis, with coefficients that are constant.

The functions are written out in `srcgrad.written.scipy_lines`; the entries here are what they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import signal

from srcgrad.analysis import shapes_move
from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.rules.language import general
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.runtime import words, words_scipy_lines
from srcgrad.runtime.words_scipy_lines import along_axis, along_axis_back
from srcgrad.written import scipy_lines as written

words.WORDS.update(words.words_of(words_scipy_lines))


@general(along_axis, kind=of.filtered_along)
def along_axis_(x, function, axis, options, b=None, a=None, *, g):
    x: along_axis_back(g, x, function, axis, options, b, a)
    y_dot: along_axis(x_dot, function, axis, options, b, a)


@general(along_axis_back, kind=shapes_move.as_second)
def along_axis_back_(value, /, x, function, axis, options, b=None, a=None, *, g):
    value: along_axis(g, function, axis, options, b, a)
    x: 0
    y_dot: along_axis_back(value_dot, x, function, axis, options, b, a)


POSITIONAL = {
    "savgol_filter": ("x", "window_length", "polyorder", "deriv", "delta", "axis", "mode", "cval"),
    "resample": ("x", "num", "t", "axis", "window", "domain"),
    "resample_poly": ("x", "up", "down", "axis", "window", "padtype", "cval"),
    "decimate": ("x", "q", "n", "ftype", "axis", "zero_phase"),
}
HARMLESS = {
    "savgol_filter": {"cval": 0},
    "resample": {"t": None, "window": None, "domain": "time"},
    "resample_poly": {"window": ("kaiser", 5.0), "padtype": "constant", "cval": None},
}
for _name, _positional in POSITIONAL.items():
    WRITTEN[getattr(signal, _name)] = plain(
        getattr(signal, _name), getattr(written, _name), _positional, **HARMLESS.get(_name, {})
    )
