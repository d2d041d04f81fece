"""Rules for `scipy.fft`: the transforms that `np.fft` has too share its entries; cosine and sine transforms."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np
from scipy import fft

from srcgrad.analysis import shapes_signal as of
from srcgrad.rules import table
from srcgrad.rules.language import linear
from srcgrad.rules.scipy_speed import without_speed
from srcgrad.rules.stand_ins import WRITTEN, refusal
from srcgrad.runtime import words, words_scipy_fft

words.WORDS.update(words.words_of(words_scipy_fft))

SHARED = (
    "fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "ifft2", "fftn", "ifftn", "rfft2", "irfft2", "rfftn",
    "irfftn", "fftshift", "ifftshift",
)  # fmt: skip
for _name in SHARED:
    table.BY_FUNCTION[getattr(fft, _name)] = table.BY_FUNCTION[getattr(np.fft, _name)]

ONE = tuple(
    text
    for kind in (1, 2, 3, 4)
    for text in (f"f(A(5), {kind})", f"f(A(2, 4), {kind}, 6)", f"f(A(5, 2), {kind}, 3, 0, 'ortho')",
                 f"f(A(4), {kind}, norm='forward')", f"f(C(4), {kind})")
)  # fmt: skip
SEVERAL = ("f(A(3, 4))", "f(A(3, 4), 3, axes=(0,))", "f(A(2, 3, 3), norm='ortho')", "f(A(3, 4), 1, norm='forward')")


@linear(fft.dct, kind=of.signal, cases=ONE)
def dct(x, type=2, n=None, axis=-1, norm=None, *, g):
    x: wave_cotangent("dct", g, x, type, n, axis, norm)


@linear(fft.idct, kind=of.signal, cases=ONE)
def idct(x, type=2, n=None, axis=-1, norm=None, *, g):
    x: wave_cotangent("dct", g, x, type, n, axis, norm, True)


@linear(fft.dst, kind=of.signal, cases=ONE)
def dst(x, type=2, n=None, axis=-1, norm=None, *, g):
    x: wave_cotangent("dst", g, x, type, n, axis, norm)


@linear(fft.idst, kind=of.signal, cases=ONE)
def idst(x, type=2, n=None, axis=-1, norm=None, *, g):
    x: wave_cotangent("dst", g, x, type, n, axis, norm, True)


@linear(fft.dctn, kind=of.signal, cases=SEVERAL)
def dctn(x, type=2, s=None, axes=None, norm=None, *, g):
    x: waves_cotangent("dct", g, x, type, s, axes, norm)


@linear(fft.idctn, kind=of.signal, cases=SEVERAL)
def idctn(x, type=2, s=None, axes=None, norm=None, *, g):
    x: waves_cotangent("dct", g, x, type, s, axes, norm, True)


@linear(fft.dstn, kind=of.signal, cases=SEVERAL)
def dstn(x, type=2, s=None, axes=None, norm=None, *, g):
    x: waves_cotangent("dst", g, x, type, s, axes, norm)


@linear(fft.idstn, kind=of.signal, cases=SEVERAL)
def idstn(x, type=2, s=None, axes=None, norm=None, *, g):
    x: waves_cotangent("dst", g, x, type, s, axes, norm, True)


for _name in fft.__all__:
    if getattr(fft, _name) in table.BY_FUNCTION:
        without_speed(getattr(fft, _name))
for _name in ("fht", "ifht"):
    WRITTEN[getattr(fft, _name)] = refusal(
        f"scipy.fft.{_name}() of what depends on the input", "multiply by the matrix of its values at np.eye(n)"
    )
