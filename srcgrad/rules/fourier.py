"""Rules for `np.fft`."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import shapes_signal as of
from srcgrad.analysis.shapes_move import same_shape
from srcgrad.rules.language import elementwise, linear
from srcgrad.runtime.words_fourier import (
    fft_cotangent,
    fftn_cotangent,
    hfft_cotangent,
    ihfft_cotangent,
    irfft_cotangent,
    irfftn_cotangent,
    rfft_cotangent,
    rfftn_cotangent,
    unshift,
)

ONE = ("f(A(5))", "f(A(2, 6))", "f(A(4), 6)", "f(A(5, 2), 3, 0)", "f(A(4), norm='ortho')", "f(A(5), norm='forward')")
COMPLEX_ONE = (*ONE, "f(C(5))", "f(C(2, 4), 3)")
TWO = ("f(A(3, 4))", "f(A(2, 3, 3), norm='ortho')", "f(A(3, 4), (4, 3))", "f(A(4, 3), axes=(1, 0))")
COMPLEX_TWO = (*TWO, "f(C(2, 3))")


def _leaves(function: Any, dtype: type) -> bool:
    """Whether a function takes `out=` and writes nothing into it."""
    out = np.full((2, 2), 7.0, dtype)
    function(np.ones((2, 2)), out=out)
    return bool(np.all(out == 7.0))


# as NumPy's releases have it
IN_QUESTION = {np.fft.hfft: float, np.fft.ifft2: complex, np.fft.irfft2: float}
LEAVES_OUT = {f for f, dtype in IN_QUESTION.items() if _leaves(f, dtype)}


@linear(np.fft.fft, kind=of.spectrum, cases=COMPLEX_ONE)
def fft(a, n=None, axis=-1, norm=None, *, g):
    a: fft_cotangent(g, a, n, axis, norm)


@linear(np.fft.ifft, kind=of.spectrum, cases=COMPLEX_ONE)
def ifft(a, n=None, axis=-1, norm=None, *, g):
    a: fft_cotangent(g, a, n, axis, norm, True)


@linear(np.fft.rfft, kind=of.spectrum, cases=ONE)
def rfft(a, n=None, axis=-1, norm=None, *, g):
    a: rfft_cotangent(g, a, n, axis, norm)


@linear(np.fft.irfft, kind=of.signal, cases=COMPLEX_ONE)
def irfft(a, n=None, axis=-1, norm=None, *, g):
    a: irfft_cotangent(g, np.shape(a)[axis], axis, norm)


@linear(np.fft.hfft, kind=of.signal, cases=COMPLEX_ONE)
def hfft(a, n=None, axis=-1, norm=None, *, g):
    a: hfft_cotangent(g, a, axis, norm)


@linear(np.fft.ihfft, kind=of.spectrum, cases=ONE)
def ihfft(a, n=None, axis=-1, norm=None, *, g):
    a: ihfft_cotangent(g, a, n, axis, norm)


@linear(np.fft.fft2, kind=of.spectrum, cases=COMPLEX_TWO)
def fft2(a, s=None, axes=(-2, -1), norm=None, *, g):
    a: fftn_cotangent(g, a, s, axes, norm)


@linear(np.fft.ifft2, kind=of.spectrum, cases=COMPLEX_TWO)
def ifft2(a, s=None, axes=(-2, -1), norm=None, *, g):
    a: fftn_cotangent(g, a, s, axes, norm, True)


@linear(
    np.fft.fftn,
    kind=of.spectrum,
    cases=(
        *COMPLEX_TWO[1:2],
        "f(A(2, 3, 4))",
        "f(A(5), axes=(0,))",
        "f(C(2, 2))",
        "f(C(3, 2, 4), s=(2, 4, 5), axes=(0, 2, -3))",
    ),
)
def fftn(a, s=None, axes=None, norm=None, *, g):
    a: fftn_cotangent(g, a, s, axes, norm)


@linear(np.fft.ifftn, kind=of.spectrum, cases=("f(A(2, 3, 4))", "f(A(5), axes=(0,))", "f(C(2, 2))"))
def ifftn(a, s=None, axes=None, norm=None, *, g):
    a: fftn_cotangent(g, a, s, axes, norm, True)


@linear(np.fft.rfft2, kind=of.spectrum, cases=TWO)
def rfft2(a, s=None, axes=(-2, -1), norm=None, *, g):
    a: rfftn_cotangent(g, a, s, axes, norm)


@linear(np.fft.irfft2, kind=of.signal, cases=COMPLEX_TWO)
def irfft2(a, s=None, axes=(-2, -1), norm=None, *, g):
    a: irfftn_cotangent(g, a, s, axes, norm)


@linear(np.fft.rfftn, kind=of.spectrum, cases=("f(A(2, 3, 4))", "f(A(2, 5), axes=(1,))", "f(A(2, 2))"))
def rfftn(a, s=None, axes=None, norm=None, *, g):
    a: rfftn_cotangent(g, a, s, axes, norm)


@linear(np.fft.irfftn, kind=of.signal, cases=("f(A(2, 3, 4))", "f(A(2, 5), axes=(1,))", "f(C(2, 3))"))
def irfftn(a, s=None, axes=None, norm=None, *, g):
    a: irfftn_cotangent(g, a, s, axes, norm)


@linear(np.fft.fftshift, kind=same_shape, cases=("f(A(5))", "f(A(2, 3))", "f(A(2, 3), 1)", "f(C(3))"))
def fftshift(x, axes=None, *, g):
    x: unshift(g, x, axes)


@linear(np.fft.ifftshift, kind=same_shape, cases=("f(A(5))", "f(A(2, 3))", "f(A(2, 3), (0,))", "f(C(3))"))
def ifftshift(x, axes=None, *, g):
    x: unshift(g, x, axes, True)


@elementwise(np.fft.fftfreq, np.fft.rfftfreq, kind=of.frequencies, reals=True, cases=("f(4, S())", "f(5, d=S())"))
def fftfreq(n, d=1.0, device=None, *, y):
    d: -y / d
