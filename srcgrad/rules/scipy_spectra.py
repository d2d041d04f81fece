"""Rules for `scipy.signal`, third part: spectra, written out in `srcgrad.written.scipy_spectra`."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import signal

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_integrate  # noqa: F401 - the entry of `attached`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.stand_ins import WRITTEN, Array, Choice
from srcgrad.rules.zeros import zero
from srcgrad.runtime.words_scipy_spectra import (
    bias_of,
    doubling_of,
    found_by_scipy,
    half_of,
    length_of,
    missing_of,
    per_sample,
    places_of,
    result_of,
    shape_of,
    windows,
)
from srcgrad.written import scipy_spectra as written

# no line: a window that carries derivatives is refused, unless it is an array
zero(windows, kind=of.anything, static="window nperseg noverlap nfft")
zero(per_sample, result_of, kind=of.numbers)
zero(found_by_scipy, kind=of.anything)
zero(places_of, kind=of.index_table)
zero(shape_of, doubling_of, kind=of.vector)
zero(length_of, half_of, missing_of, kind=of.python_int)


CONSTANTS.add(bias_of)


def choose(name):
    """The function for a spectrum: how a window's trend is taken out of it."""

    def chosen(given):
        detrend = given.get("detrend", written.DETRENDED[name])
        if detrend is not False and detrend not in ("constant", "linear"):
            raise UnsupportedError(
                f"scipy.signal.{name}() with a detrend= of your own", "take the trend out of the signal before"
            )
        options = {key: given[key] for key in ("average", "mode", "boundary") if key in given}
        if not all(value is None or isinstance(value, str) for value in options.values()):
            raise UnsupportedError(f"scipy.signal.{name}() with an option that is computed", "write it as a literal")
        return written.spectrum(name, detrend, isinstance(given.get("window"), Array), *sorted(options.items()))

    return chosen


for _name, _positional in written.POSITIONAL.items():
    WRITTEN[getattr(signal, _name)] = Choice(_positional, choose(_name))
