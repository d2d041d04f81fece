"""Rules for `scipy.ndimage`: linear filters, exact at the borders for every mode."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import ndimage

from srcgrad.analysis import shapes_move
from srcgrad.analysis import shapes_scipy as of
from srcgrad.analysis import shapes_scipy_written as written_shapes
from srcgrad.rules.language import general
from srcgrad.rules.scipy_speed import with_options, without_speed
from srcgrad.rules.zeros import zero
from srcgrad.runtime import words, words_scipy_ndimage
from srcgrad.written import scipy_axes as axes

words.WORDS.update(words.words_of(words_scipy_ndimage))
# functions of SciPy that formulas name
NAMED = (
    "correlate1d", "convolve1d", "uniform_filter1d", "uniform_filter", "laplace", "sobel", "prewitt",
)  # fmt: skip
words.WORDS.update({name: getattr(ndimage, name) for name in NAMED})

# the rules' parameter for what SciPy calls `input`
MODES = ("reflect", "mirror", "nearest", "wrap", "constant", "grid-wrap", "grid-mirror", "grid-constant")


def every_mode(*texts):
    """Test calls for every border mode."""
    return tuple(text.replace("MODE", mode) for text in texts for mode in MODES)


@general(
    ndimage.correlate1d,
    kind=of.filtered,
    cases=(*every_mode("f(A(6), A(3), mode='MODE')", "f(A(3, 5), A(4), 0, mode='MODE', origin=1)"), "f(A(2), A(7))",
           "f(A(1), A(3))", "f(A(4), A(3), mode='constant', cval=2.0)", "f(C(4), C(2), mode='constant', cval=2.0)",
           "f(A(0), A(3))"),
)  # fmt: skip
def correlate1d_(input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate1d_input(g, input, weights, axis, mode, origin)
    weights: correlate1d_weights(g, input, weights, axis, mode, cval, origin)
    cval: np.sum(g * conj(correlate1d(np.zeros_like(input), weights, axis, mode=mode, cval=1.0, origin=origin)))
    y_dot: (
        correlate1d(input_dot, weights, axis, mode=mode, origin=origin)
        + correlate1d(input, weights_dot, axis, mode=mode, cval=cval, origin=origin)
        + cval_dot * correlate1d(np.zeros_like(input), weights, axis, mode=mode, cval=1.0, origin=origin)
    )


@general(
    ndimage.convolve1d,
    kind=of.filtered,
    cases=(*every_mode("f(A(6), A(3), mode='MODE')", "f(A(3, 5), A(4), 0, mode='MODE', origin=-1)"),
           "f(C(4), C(2), mode='constant', cval=2.0)"),
)  # fmt: skip
def convolve1d_(input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate1d_input(g, input, turned_round(weights), axis, mode, turned_origin(weights, origin))
    weights: turned_round(correlate1d_weights(g, input, weights, axis, mode, cval, turned_origin(weights, origin)))
    cval: np.sum(g * conj(convolve1d(np.zeros_like(input), weights, axis, mode=mode, cval=1.0, origin=origin)))
    y_dot: (
        convolve1d(input_dot, weights, axis, mode=mode, origin=origin)
        + convolve1d(input, weights_dot, axis, mode=mode, cval=cval, origin=origin)
        + cval_dot * convolve1d(np.zeros_like(input), weights, axis, mode=mode, cval=1.0, origin=origin)
    )


@general(
    ndimage.correlate,
    kind=of.filtered,
    cases=(*every_mode("f(A(4, 5), A(3, 2), mode='MODE')"), "f(A(5), A(3))", "f(A(4, 5), A(3, 3), origin=(1, -1))",
           "f(A(3, 4), A(3, 3), mode='constant', cval=1.5)", "f(C(2, 3), C(2, 2))", "f(A(0, 2), A(3, 3))"),
)  # fmt: skip
def correlate_(input, weights, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate_input(g, input, weights, mode, origin)
    weights: correlate_weights(g, input, weights, mode, cval, origin)
    cval: np.sum(g * conj(image_correlate(np.zeros_like(input), weights, mode=mode, cval=1.0, origin=origin)))
    y_dot: (
        image_correlate(input_dot, weights, mode=mode, origin=origin)
        + image_correlate(input, weights_dot, mode=mode, cval=cval, origin=origin)
        + cval_dot * image_correlate(np.zeros_like(input), weights, mode=mode, cval=1.0, origin=origin)
    )


@general(
    ndimage.convolve,
    kind=of.filtered,
    cases=(
        *every_mode("f(A(4, 5), A(3, 2), mode='MODE')"),
        "f(A(4, 5), A(3, 3), origin=(1, -1))",
        "f(C(2, 3), C(2, 2))",
    ),
)
def convolve_(input, weights, *, mode="reflect", cval=0.0, origin=0, g):
    input: correlate_input(g, input, turned_round(weights), mode, turned_origin(weights, origin))
    weights: turned_round(correlate_weights(g, input, weights, mode, cval, turned_origin(weights, origin)))
    cval: np.sum(g * conj(image_convolve(np.zeros_like(input), weights, mode=mode, cval=1.0, origin=origin)))
    y_dot: (
        image_convolve(input_dot, weights, mode=mode, origin=origin)
        + image_convolve(input, weights_dot, mode=mode, cval=cval, origin=origin)
        + cval_dot * image_convolve(np.zeros_like(input), weights, mode=mode, cval=1.0, origin=origin)
    )


@general(
    ndimage.uniform_filter1d,
    kind=of.filtered,
    cases=every_mode("f(A(6), 3, mode='MODE')", "f(A(5, 3), 4, 0, mode='MODE', origin=1)"),
)
def uniform_filter1d_(input, size, axis=-1, *, mode="reflect", cval=0.0, origin=0, g):
    input: uniform_input(g, input, size, mode, origin, axis)
    cval: np.sum(g * uniform_filter1d(np.zeros_like(input), size, axis, mode=mode, cval=1.0, origin=origin))
    y_dot: uniform_filter1d(input_dot, size, axis, mode=mode, origin=origin) + cval_dot * uniform_filter1d(
        np.zeros_like(input), size, axis, mode=mode, cval=1.0, origin=origin
    )


@general(
    ndimage.uniform_filter,
    kind=of.filtered,
    cases=(*every_mode("f(A(4, 5), 3, mode='MODE')"), "f(A(4, 5), (2, 3), origin=(0, 1))"),
)
def uniform_filter_(input, size=3, *, mode="reflect", cval=0.0, origin=0, g):
    input: uniform_input(g, input, size, mode, origin, None)
    cval: np.sum(g * uniform_filter(np.zeros_like(input), size, mode=mode, cval=1.0, origin=origin))
    y_dot: uniform_filter(input_dot, size, mode=mode, origin=origin) + cval_dot * uniform_filter(
        np.zeros_like(input), size, mode=mode, cval=1.0, origin=origin
    )


@general(ndimage.laplace, kind=of.filtered, cases=every_mode("f(A(4, 5), mode='MODE')"))
def laplace_(input, *, mode="reflect", cval=0.0, g):
    input: laplace_input(g, input, mode)
    cval: np.sum(g * laplace(np.zeros_like(input), mode=mode, cval=1.0))
    y_dot: laplace(input_dot, mode=mode) + cval_dot * laplace(np.zeros_like(input), mode=mode, cval=1.0)


@general(ndimage.sobel, kind=of.filtered, cases=every_mode("f(A(4, 5), mode='MODE')", "f(A(4, 3), 0, mode='MODE')"))
def sobel_(input, axis=-1, *, mode="reflect", cval=0.0, g):
    input: slope_input(g, input, axis, mode, 2.0)
    cval: np.sum(g * sobel(np.zeros_like(input), axis, mode=mode, cval=1.0))
    y_dot: sobel(input_dot, axis, mode=mode) + cval_dot * sobel(np.zeros_like(input), axis, mode=mode, cval=1.0)


@general(ndimage.prewitt, kind=of.filtered, cases=every_mode("f(A(4, 5), mode='MODE')"))
def prewitt_(input, axis=-1, *, mode="reflect", cval=0.0, g):
    input: slope_input(g, input, axis, mode, 1.0)
    cval: np.sum(g * prewitt(np.zeros_like(input), axis, mode=mode, cval=1.0))
    y_dot: prewitt(input_dot, axis, mode=mode) + cval_dot * prewitt(np.zeros_like(input), axis, mode=mode, cval=1.0)


@general(words_scipy_ndimage.correlate1d_input, kind=shapes_move.as_second,
         cases=every_mode("f(A(3, 4), A(3, 4), A(3), 1, 'MODE', 1)"))  # fmt: skip
def correlate1d_input_(value, x, weights, axis, mode="reflect", origin=0, /, *, g):
    value: correlate1d(g, weights, axis, mode=mode, origin=origin)
    x: 0
    weights: correlate1d_weights(value, g, weights, axis, mode, 0.0, origin)
    y_dot: correlate1d_input(value_dot, x, weights, axis, mode, origin) + correlate1d_input(
        value, x, weights_dot, axis, mode, origin
    )


@general(words_scipy_ndimage.correlate1d_weights, kind=written_shapes.as_third,
         cases=every_mode("f(A(3, 4), A(3, 4), A(3), 1, 'MODE', 0.5, 1)"))  # fmt: skip
def correlate1d_weights_(value, x, weights, axis, mode="reflect", cval=0.0, origin=0, /, *, g):
    value: correlate1d(x, g, axis, mode=mode, cval=cval, origin=origin)
    x: correlate1d_input(value, x, g, axis, mode, origin)
    weights: 0
    cval: np.sum(value * conj(correlate1d(np.zeros_like(x), g, axis, mode=mode, cval=1.0, origin=origin)))
    y_dot: (
        correlate1d_weights(value_dot, x, weights, axis, mode, cval, origin)
        + correlate1d_weights(value, x_dot, weights, axis, mode, 0.0, origin)
        + cval_dot * correlate1d_weights(value, np.zeros_like(x), weights, axis, mode, 1.0, origin)
    )


@general(words_scipy_ndimage.correlate_input, kind=shapes_move.as_second,
         cases=every_mode("f(A(3, 4), A(3, 4), A(3, 2), 'MODE', (1, 0))"))  # fmt: skip
def correlate_input_(value, x, weights, mode="reflect", origin=0, /, *, g):
    value: image_correlate(g, weights, mode=mode, origin=origin)
    x: 0
    weights: correlate_weights(value, g, weights, mode, 0.0, origin)
    y_dot: correlate_input(value_dot, x, weights, mode, origin) + correlate_input(value, x, weights_dot, mode, origin)


@general(words_scipy_ndimage.correlate_weights, kind=written_shapes.as_third,
         cases=every_mode("f(A(3, 4), A(3, 4), A(3, 2), 'MODE', 0.5, (1, 0))"))  # fmt: skip
def correlate_weights_(value, x, weights, mode="reflect", cval=0.0, origin=0, /, *, g):
    value: image_correlate(x, g, mode=mode, cval=cval, origin=origin)
    x: correlate_input(value, x, g, mode, origin)
    weights: 0
    cval: np.sum(value * conj(image_correlate(np.zeros_like(x), g, mode=mode, cval=1.0, origin=origin)))
    y_dot: (
        correlate_weights(value_dot, x, weights, mode, cval, origin)
        + correlate_weights(value, x_dot, weights, mode, 0.0, origin)
        + cval_dot * correlate_weights(value, np.zeros_like(x), weights, mode, 1.0, origin)
    )


zero(words_scipy_ndimage.turned_origin, kind=written_shapes.anything)

for _name in ("correlate1d", "convolve1d", "uniform_filter1d", "sobel", "prewitt"):
    without_speed(getattr(ndimage, _name))
for _name, _form in (
    ("convolve", axes.of_weights(ndimage.convolve)), ("correlate", axes.of_weights(ndimage.correlate)),
    ("uniform_filter", axes.uniform_filter), ("laplace", axes.laplace),
):  # fmt: skip
    without_speed(getattr(ndimage, _name))
    with_options(getattr(ndimage, _name), _form, axes=None)

from srcgrad.rules import scipy_gaussian, scipy_images, scipy_morphology  # noqa: E402, F401 - reads the other parts
