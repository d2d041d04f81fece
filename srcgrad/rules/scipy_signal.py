"""Rules for `scipy.signal`: convolutions and filters."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import signal

from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import bilinear, general, linear
from srcgrad.runtime import words, words_scipy_signal

words.WORDS.update(words.words_of(words_scipy_signal))
words.WORDS.update({"detrended": signal.detrend})

PAIRS = tuple(
    f"f({a}, {b}, '{mode}')"
    for a, b in (("A(5)", "A(3)"), ("A(3)", "A(4)"), ("A(4, 5)", "A(2, 3)"), ("A(2, 2)", "A(4, 3)"), ("A(4)", "A(4)"))
    for mode in ("full", "same", "valid")
)
PLANES = tuple(text for text in PAIRS if text.count(", ") > 3)


@bilinear(signal.convolve, kind=of.convolved, cases=(*PAIRS, "f(A(4), A(2), method='fft')", "f(C(3), C(4))"))
def convolve(in1, in2, mode="full", method="auto", *, g):
    parts = convolution_parts(g, in1, in2, mode)
    in1: parts[0]
    in2: parts[1]


ALONG = (
    "f(A(3, 5), A(3, 4), 'MODE', 1)",
    "f(A(1, 5), A(3, 2), 'MODE', axes=[1])",
    "f(A(4, 2), A(3, 1), 'MODE', axes=0)",
)


@bilinear(
    signal.fftconvolve, signal.oaconvolve,
    kind=of.convolved,
    cases=(*PAIRS, "f(A(4), A(2))", "f(C(3), C(4))",
           *(text.replace("MODE", mode) for text in ALONG for mode in ("full", "same", "valid"))),
)  # fmt: skip
def fftconvolve(in1, in2, mode="full", axes=None, *, g):
    parts = convolution_parts(g, in1, in2, mode, True, axes)
    in1: parts[0]
    in2: parts[1]


@bilinear(signal.correlate, kind=of.convolved, cases=(*PAIRS, "f(A(4), A(2))", "f(A(4), A(2), method='fft')"))
def correlate(in1, in2, mode="full", method="auto", *, g):
    parts = correlation_parts(g, in1, in2, mode)
    in1: parts[0]
    in2: parts[1]


@bilinear(signal.convolve2d, kind=of.convolved, cases=(*PLANES, "f(C(3, 2), C(2, 2))"))
def convolve2d(in1, in2, mode="full", boundary="fill", fillvalue=0, *, g):
    parts = convolution_parts(g, in1, in2, mode)
    in1: parts[0]
    in2: parts[1]


@bilinear(signal.correlate2d, kind=of.convolved, cases=(*PLANES, "f(C(3, 2), C(2, 2))", "f(C(2, 2), C(3, 3), 'valid')"))
def correlate2d(in1, in2, mode="full", boundary="fill", fillvalue=0, *, g):
    parts = correlation_parts(g, in1, in2, mode, True)
    in1: parts[0]
    in2: parts[1]


@general(
    signal.lfilter,
    kind=of.lfiltered,
    cases=("f(A(3), np.array([1.0, 0.4]), A(6))", "f(A(2), np.array([2.0, 0.4, -0.3]), A(3, 5))",
           "f(A(2), np.array([1.5, 0.4]), A(4, 3), 0)", "f(A(4), np.array([1.0]), A(3))"),
)  # fmt: skip
def lfilter(b, a, x, axis=-1, *, y, g):
    parts = lfilter_parts(g, b, a, x, y, axis)
    b: parts[0]
    a: parts[1]
    x: parts[2]
    y_dot: lfilter_tangent(b_dot, a_dot, x_dot, b, a, x, y, axis)


SOS = "np.array([[1.0, 0.3, 0.1, 1.0, -0.4, 0.2], [0.5, 0.2, 0.0, 1.0, 0.1, 0.05]])"


@linear(signal.sosfilt, kind=of.filtered_second, cases=(f"f({SOS}, A(6))", f"f({SOS}, A(5, 3), 0)"))
def sosfilt(sos, x, axis=-1, *, g):
    x: sosfilt_cotangent(g, sos, axis)


@linear(signal.detrend, kind=of.like_first, cases=("f(A(6))", "f(A(3, 5), 0)", "f(A(4, 6), -1, 'constant')",
                                                   "f(A(8), bp=[3])"))  # fmt: skip
def detrend(data, axis=-1, type="linear", bp=0, *, g):
    data: detrended(g, axis, type, bp)


@linear(signal.hilbert, kind=of.complex_like_first, cases=("f(A(6))", "f(A(3, 5))", "f(A(5, 2), axis=0)", "f(A(4), 6)",
                                                           "f(A(4), 3)"))  # fmt: skip
def hilbert(x, N=None, axis=-1, *, g):
    x: analytic_cotangent(g, x, N, axis)


from srcgrad.rules import scipy_filters, scipy_lines, scipy_spectra  # noqa: E402, F401 - reads the other parts
