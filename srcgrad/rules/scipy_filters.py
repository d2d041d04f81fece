"""Rules for `scipy.signal`, fourth part: filters from a state, forwards and backwards; what designs filters is refused.

The functions are written out in `srcgrad.written.scipy_filters`.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import signal

from srcgrad.rules import scipy_spectra  # noqa: F401 - the entries of what SciPy found
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN, Choice, refusal, refuse_options
from srcgrad.written import scipy_filters as written
from srcgrad.written import scipy_lines as lines


def choose_from(function):
    """The choice for a filter, which is in the table where it begins from nothing."""
    return lambda given: None if given.get("zi") is None else function


def choose_filtfilt(given):
    """The function for a way to begin and end."""
    return lines.filtfilt_of_gust if given.get("method", "pad") == "gust" else written.filtfilt


def choose_plane(function):
    """The choice for a convolution of images, which is in the table where zeros lie around."""

    def choose(given):
        fill = given.get("fillvalue", 0)
        nothing = given.get("boundary", "fill") in ("fill", "pad") and type(fill) in (int, float) and fill == 0
        return None if nothing else function

    return choose


def choose_upfirdn(given):
    """The function for `upfirdn` of what has zeros around."""
    refuse_options("scipy.signal.upfirdn", given, dict.fromkeys(("mode", "cval"), "pad the signal with np.pad before"),
                   mode="constant", cval=0)  # fmt: skip
    return written.upfirdn


PLANE = ("in1", "in2", "mode", "boundary", "fillvalue")
WRITTEN[signal.convolve2d] = Choice(PLANE, choose_plane(written.convolve2d))
WRITTEN[signal.correlate2d] = Choice(PLANE, choose_plane(written.correlate2d))
WRITTEN[signal.lfilter] = Choice(("b", "a", "x", "axis", "zi"), choose_from(written.lfilter_from))
WRITTEN[signal.sosfilt] = Choice(("sos", "x", "axis", "zi"), choose_from(written.sosfilt_from))
WRITTEN[signal.lfilter_zi] = written.lfilter_zi
WRITTEN[signal.lfiltic] = written.lfiltic
WRITTEN[signal.filtfilt] = Choice(("b", "a", "x", "axis", "padtype", "padlen", "method", "irlen"), choose_filtfilt)
WRITTEN[signal.sosfiltfilt] = written.sosfiltfilt
WRITTEN[signal.upfirdn] = Choice(("h", "x", "up", "down", "axis", "mode", "cval"), choose_upfirdn)
WRITTEN[signal.czt] = plain(signal.czt, written.czt, ("x", "m", "w", "a"))
WRITTEN[signal.zoom_fft] = plain(signal.zoom_fft, written.zoom_fft, ("x", "fn", "m"))


BEFORE = "design the filter before, or differentiate by its coefficients: they may depend on the input there"
OTHERS = {
    **dict.fromkeys(("firwin", "firwin2", "firls", "remez", "minimum_phase", "butter", "cheby1", "cheby2", "ellip",
                     "bessel", "iirfilter", "iirdesign", "iirnotch", "iirpeak", "iircomb", "buttord", "bilinear",
                     "zpk2sos", "tf2sos", "tf2zpk"), BEFORE),
    **dict.fromkeys(("find_peaks", "find_peaks_cwt", "peak_widths", "peak_prominences"),
                    "find the places in srcgrad.stop_gradient(x), and take the values there: x[places]"),
    "get_window": "write the window out, by np.kaiser(n, beta) for one",
}  # fmt: skip
for _name, _advice in OTHERS.items():
    if hasattr(signal, _name):
        WRITTEN[getattr(signal, _name)] = refusal(f"scipy.signal.{_name}() of what depends on the input", _advice)
