"""`docs/coverage.md` is what the table says, and the demanded functions are in it.

Setting SRCGRAD_UPDATE_GOLDEN writes the page anew.
"""

from __future__ import annotations

import builtins
import cmath
import math
import os
from pathlib import Path

import numpy as np
import pytest

import srcgrad.rules  # noqa: F401 - the entries register themselves
from srcgrad.__main__ import main
from srcgrad.rules.coverage import page
from srcgrad.rules.covered import answer
from srcgrad.rules.language import (
    is_constant,
    is_constant_attr,
    is_constant_method,
    lookup,
    lookup_attr,
    lookup_method,
)
from srcgrad.rules.stand_ins import WRITTEN

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
LISTED = ("2.4", "1.17")  # the page lists what these versions of NumPy and SciPy have


def versions() -> tuple[str, ...]:
    """Of the libraries whose functions the page lists, without their last number."""
    scipy = pytest.importorskip("scipy")
    return tuple(library.__version__.rpartition(".")[0] for library in (np, scipy))


def test_the_page_is_what_the_table_says():
    if versions() != LISTED:
        pytest.skip("other versions have other functions")
    if "SRCGRAD_UPDATE_GOLDEN" in os.environ:
        PAGE.write_text(page())
    assert PAGE.read_text() == page(), "set SRCGRAD_UPDATE_GOLDEN to write docs/coverage.md anew"


DEMANDED = {
    np: """
        add subtract multiply divide power float_power floor_divide remainder mod fmod divmod modf ldexp frexp copysign
        exp exp2 expm1 log log2 log10 log1p logaddexp logaddexp2 sqrt cbrt square reciprocal negative positive absolute
        fabs sign heaviside sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh hypot sinc
        deg2rad rad2deg degrees radians maximum minimum fmax fmin clip nan_to_num where real imag conj conjugate angle
        floor ceil rint trunc round isnan isfinite isinf spacing nextafter i0
        sum prod mean average var std max min amax amin ptp median percentile quantile cumsum cumprod trapezoid nansum
        nanprod nanmean nanvar nanstd nanmax nanmin nanmedian nanpercentile nanquantile nancumsum nancumprod
        count_nonzero any all argmax argmin nanargmax nanargmin
        reshape ravel squeeze expand_dims transpose swapaxes moveaxis rollaxis roll rot90 flip fliplr flipud repeat tile
        broadcast_to broadcast_arrays atleast_1d atleast_2d atleast_3d split array_split hsplit vsplit dsplit
        concatenate stack hstack vstack dstack column_stack block append insert delete pad resize meshgrid ix_ copy
        array asarray asanyarray ascontiguousarray asfortranarray full full_like zeros ones empty zeros_like ones_like
        empty_like eye identity linspace geomspace logspace arange diff ediff1d gradient unwrap
        take take_along_axis choose select compress extract diag diagflat diagonal trace tril triu piecewise interp
        digitize searchsorted sort partition argsort argpartition unique bincount histogram histogram2d
        dot vdot inner outer matmul tensordot einsum kron cross convolve correlate cov corrcoef polyval polyfit vander
        apply_along_axis apply_over_axes vectorize fromfunction polyadd polysub polymul polyder polyint polydiv poly
        roots union1d intersect1d setdiff1d setxor1d
    """,
    np.linalg: """
        inv pinv solve lstsq det slogdet cholesky qr eig eigh eigvals eigvalsh svd norm matrix_power multi_dot
        tensorsolve tensorinv cond matrix_rank
    """,
    np.fft: """
        fft ifft rfft irfft hfft ihfft fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn fftshift ifftshift fftfreq
        rfftfreq
    """,
    np.random: """
        normal uniform exponential laplace gumbel logistic lognormal rayleigh weibull pareto multivariate_normal
        standard_normal rand randn random randint choice permutation gamma beta
    """,
    math: """
        sqrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh hypot dist
        fsum prod pow fabs copysign fmod remainder modf frexp ldexp erf erfc gamma lgamma degrees radians floor
        ceil
        trunc factorial comb isnan isclose
    """,
    cmath: """
        exp log log10 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh phase polar rect isnan isinf
        isfinite isclose
    """,
    builtins: "abs sum min max pow round float complex int len",
}
# functions that NumPy got after 2.0
LATER = {
    np: "matvec vecmat vecdot unstack cumulative_sum cumulative_prod matrix_transpose permute_dims astype"
    " unique_values",
    np.linalg: "svdvals vector_norm matrix_norm outer trace cross matmul tensordot vecdot diagonal matrix_transpose",
    math: "sumprod cbrt exp2 fma",
}
METHODS = """
    all any argmax argmin argsort argpartition astype choose clip compress conj conjugate copy cumprod cumsum diagonal
    dot flatten item max mean min nonzero prod ravel repeat reshape round searchsorted squeeze std sum swapaxes take
    tolist trace transpose var view real imag T shape ndim size dtype
""".split()


@pytest.mark.parametrize("module", DEMANDED, ids=lambda module: module.__name__)
def test_demanded_functions_have_a_place(module):
    names = DEMANDED[module].split() + [name for name in LATER.get(module, "").split() if hasattr(module, name)]
    functions = {name: getattr(module, name) for name in names}
    assert not [name for name, f in functions.items() if not (lookup(f) or is_constant(f) or f in WRITTEN)]


def test_every_ufunc_has_a_place():
    integers = {"bitwise_count", "isnat"}  # of integers and of dates
    ufuncs = {f for f in vars(np).values() if isinstance(f, np.ufunc) and f.__name__ not in integers}
    assert not [f.__name__ for f in ufuncs if not (lookup(f) or is_constant(f))]


def test_methods_have_a_place():
    def known(name):
        return lookup_method(name) or lookup_attr(name) or is_constant_method(name) or is_constant_attr(name)

    assert not [name for name in METHODS if not known(name)]


@pytest.mark.parametrize(
    ("name", "said"),
    {
        "np.linalg.svd": "differentiable: a\n    fixed (must not depend on the inputs): full_matrices, compute_uv",
        "ndarray.dot": "ndarray.dot(b)\n    differentiable: x, b",
        "np.heaviside": "derivative zero: a",
        "np.argsort": "constant: its derivative is zero",
        "np.random.default_rng": "constant: what it draws",
        "random.betavariate": "instead: draw from a distribution without parameters",
        "np.vectorize": "differentiable: by every argument",
        "statistics.median": "its Python source is read like your own",
        "math.exp": "differentiable: x",
        "abs": "modes: reverse and forward",
    }.items(),
)
def test_what_is_known_of_a_function(name, said):
    assert said in answer(name)


def test_what_is_known_of_functions_of_scipy():
    pytest.importorskip("scipy")
    assert "differentiable: x, a, loc, scale" in answer("scipy.stats.gamma.logpdf")
    assert "instead: design the filter before" in answer("scipy.signal.butter")
    assert "differentiable: by every argument" in answer("scipy.spatial.transform.Rotation.apply")
    assert "use from_rotvec" in answer("scipy.spatial.transform.Rotation.from_matrix")


@pytest.mark.parametrize("name", ["np.fuo", "fuo.bar", "np.pi", ""])
def test_names_that_stand_for_no_function(name, capsys):
    assert main(["covers", name]) == 1
    assert capsys.readouterr().err.startswith(f"error: {name} is ")
