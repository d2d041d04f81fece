"""Rules for `scipy.ndimage`: linear filters, exact at the borders for every mode."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import ndimage

from srcgrad.analysis import shapes_move
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import general
from srcgrad.runtime import words, words_scipy_ndimage

words.WORDS.update(words.words_of(words_scipy_ndimage))
# functions of SciPy that formulas name
NAMED = (
    "correlate1d", "convolve1d", "gaussian_filter1d", "gaussian_filter", "gaussian_laplace", "uniform_filter1d",
    "uniform_filter", "laplace", "sobel", "prewitt",
)  # fmt: skip
words.WORDS.update({name: getattr(ndimage, name) for name in NAMED})
words.WORDS.update({"image_correlate": ndimage.correlate, "image_convolve": ndimage.convolve})

# the rules' parameter for what SciPy calls `input`
MODES = ("reflect", "mirror", "nearest", "wrap", "constant", "grid-wrap", "grid-mirror", "grid-constant")


def every_mode(*texts):
    """Test calls for every border mode."""
    return tuple(text.replace("MODE", mode) for text in texts for mode in MODES)


@general(
    ndimage.correlate1d,
    kind=of.filtered,
    cases=(*every_mode("f(A(6), A(3), mode='MODE')", "f(A(3, 5), A(4), 0, mode='MODE', origin=1)"), "f(A(2), A(7))",
           "f(A(1), A(3))", "f(A(4), A(3), mode='constant', cval=2.0)"),
)  # fmt: skip
def correlate1d_(input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate1d_input(g, input, weights, axis, mode, origin)
    weights: correlate_weights(g, input, weights, mode, cval, origin, axis)
    y_dot: correlate1d(input_dot, weights, axis, mode=mode, origin=origin) + correlate1d(
        input, weights_dot, axis, mode=mode, cval=cval, origin=origin
    )


@general(
    ndimage.convolve1d,
    kind=of.filtered,
    cases=every_mode("f(A(6), A(3), mode='MODE')", "f(A(3, 5), A(4), 0, mode='MODE', origin=-1)"),
)
def convolve1d_(input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate1d_input(g, input, turned_round(weights), axis, mode, turned_origin(weights, origin))
    weights: turned_round(correlate_weights(g, input, weights, mode, cval, turned_origin(weights, origin), axis))
    y_dot: convolve1d(input_dot, weights, axis, mode=mode, origin=origin) + convolve1d(
        input, weights_dot, axis, mode=mode, cval=cval, origin=origin
    )


@general(
    ndimage.correlate,
    kind=of.filtered,
    cases=(*every_mode("f(A(4, 5), A(3, 2), mode='MODE')"), "f(A(5), A(3))", "f(A(4, 5), A(3, 3), origin=(1, -1))",
           "f(A(3, 4), A(3, 3), mode='constant', cval=1.5)"),
)  # fmt: skip
def correlate_(input, weights, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate_input(g, input, weights, mode, origin)
    weights: correlate_weights(g, input, weights, mode, cval, origin)
    y_dot: image_correlate(input_dot, weights, mode=mode, origin=origin) + image_correlate(
        input, weights_dot, mode=mode, cval=cval, origin=origin
    )


@general(
    ndimage.convolve,
    kind=of.filtered,
    cases=(*every_mode("f(A(4, 5), A(3, 2), mode='MODE')"), "f(A(4, 5), A(3, 3), origin=(1, -1))"),
)
def convolve_(input, weights, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate_input(g, input, turned_round(weights), mode, turned_origin(weights, origin))
    weights: turned_round(correlate_weights(g, input, weights, mode, cval, turned_origin(weights, origin)))
    y_dot: image_convolve(input_dot, weights, mode=mode, origin=origin) + image_convolve(
        input, weights_dot, mode=mode, cval=cval, origin=origin
    )


@general(
    ndimage.gaussian_filter1d,
    kind=of.filtered,
    cases=every_mode("f(A(6), 0.8, mode='MODE')", "f(A(4, 3), 0.5, 0, 1, mode='MODE')"),
)
def gaussian_filter1d_(input, sigma, axis=-1, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None, g):
    input: gaussian1d_input(g, input, sigma, axis, order, mode, truncate, radius)
    y_dot: gaussian_filter1d(input_dot, sigma, axis, order, mode=mode, truncate=truncate, radius=radius)


@general(
    ndimage.gaussian_filter,
    kind=of.filtered,
    cases=(*every_mode("f(A(4, 5), 0.8, mode='MODE')"), "f(A(4, 5), (0.7, 1.1), (1, 0))", "f(A(4, 3), (0.0, 1.0))",
           "f(A(3, 4), 1.0, mode=('wrap', 'nearest'), truncate=2.0)", "f(A(7), 1.5)"),
)  # fmt: skip
def gaussian_filter_(input, sigma, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None, axes=None, g):
    input: gaussian_input(g, input, sigma, order, mode, truncate, radius, axes)
    y_dot: gaussian_filter(input_dot, sigma, order, mode=mode, truncate=truncate, radius=radius, axes=axes)


@general(ndimage.gaussian_laplace, kind=of.filtered, cases=every_mode("f(A(4, 5), 0.7, mode='MODE')"))
def gaussian_laplace_(input, sigma, *, mode="reflect", cval=0.0, g):
    input: gaussian_laplace_input(g, input, sigma, mode)
    y_dot: gaussian_laplace(input_dot, sigma, mode=mode)


@general(
    ndimage.uniform_filter1d,
    kind=of.filtered,
    cases=every_mode("f(A(6), 3, mode='MODE')", "f(A(5, 3), 4, 0, mode='MODE', origin=1)"),
)
def uniform_filter1d_(input, size, axis=-1, *, mode="reflect", cval=0.0, origin=0, g):
    input: uniform_input(g, input, size, mode, origin, axis)
    y_dot: uniform_filter1d(input_dot, size, axis, mode=mode, origin=origin)


@general(
    ndimage.uniform_filter,
    kind=of.filtered,
    cases=(*every_mode("f(A(4, 5), 3, mode='MODE')"), "f(A(4, 5), (2, 3), origin=(0, 1))"),
)
def uniform_filter_(input, size=3, *, mode="reflect", cval=0.0, origin=0, g):
    input: uniform_input(g, input, size, mode, origin, None)
    y_dot: uniform_filter(input_dot, size, mode=mode, origin=origin)


@general(ndimage.laplace, kind=of.filtered, cases=every_mode("f(A(4, 5), mode='MODE')"))
def laplace_(input, *, mode="reflect", cval=0.0, g):
    input: laplace_input(g, input, mode)
    y_dot: laplace(input_dot, mode=mode)


@general(ndimage.sobel, kind=of.filtered, cases=every_mode("f(A(4, 5), mode='MODE')", "f(A(4, 3), 0, mode='MODE')"))
def sobel_(input, axis=-1, *, mode="reflect", cval=0.0, g):
    input: slope_input(g, input, axis, mode, 2.0)
    y_dot: sobel(input_dot, axis, mode=mode)


@general(ndimage.prewitt, kind=of.filtered, cases=every_mode("f(A(4, 5), mode='MODE')"))
def prewitt_(input, axis=-1, *, mode="reflect", cval=0.0, g):
    input: slope_input(g, input, axis, mode, 1.0)
    y_dot: prewitt(input_dot, axis, mode=mode)


@general(words_scipy_ndimage.correlate1d_input, kind=shapes_move.as_second,
         cases=every_mode("f(A(3, 4), A(3, 4), A(3), 1, 'MODE', 1)"))  # fmt: skip
def correlate1d_input_(value, x, weights, axis, mode="reflect", origin=0, /, *, g):
    value: correlate1d(g, weights, axis, mode=mode, origin=origin)
    x: 0
    weights: correlate_weights(value, g, weights, mode, 0.0, origin, axis)
    y_dot: correlate1d_input(value_dot, x, weights, axis, mode, origin) + correlate1d_input(
        value, x, weights_dot, axis, mode, origin
    )


from srcgrad.rules import scipy_images  # noqa: E402, F401 - reads the second part
