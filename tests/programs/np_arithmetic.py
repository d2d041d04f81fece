"""Broadcasting, elementwise functions, dtypes, complex numbers in between."""

import numpy as np

from programs.data import array, positive


def add_broadcast(a, b):
    return np.sum((a + b) ** 2)


def multiply_broadcast(a, b):
    return np.sum(np.sin(a * b))


def divide_broadcast(a, b):
    return np.sum(a / b)


def power_broadcast(a, b):
    return np.sum(a**b)


def subtract_and_reflect(a, b):
    return np.sum((a - b) * (1.0 - b) * (2.0 / a))


def maximum_broadcast(a, b):
    return np.sum(np.maximum(a, b) * np.minimum(a, b) ** 2)


def where_broadcast(a, b):
    return np.sum(np.where(a > b, a * a, b))


def broadcast_vector_result(a, b):
    return a * b + a


def scalar_times_array(x, v):
    return x * v + v / x


def zero_d_arrays(a, b):
    return a * b + np.sin(a)


def chain_of_broadcasts(a, b, c):
    return np.sum(((a + b) * c - a) ** 2)


def outer_by_newaxis(v, w):
    return np.sum(np.exp(v[:, None] * w[None, :]))


def pairwise_distances(p):
    difference = p[:, None, :] - p[None, :, :]
    return np.sum(np.sqrt(np.sum(difference**2, axis=-1) + 0.1))


def trigonometric(v):
    return np.sum(np.sin(v) * np.cos(v) + np.tan(v) + np.arcsin(v) * np.arccos(v) + np.arctan(v))


def hyperbolic(v):
    return np.sum(np.sinh(v) + np.cosh(v) * np.tanh(v) + np.arcsinh(v) + np.arctanh(v))


def arccosh(v):
    return np.sum(np.arccosh(v + 1.0))


def exponentials(v):
    return np.sum(np.exp(v) + np.exp2(v) + np.expm1(v) + np.log(v) * np.log2(v) + np.log10(v) + np.log1p(v))


def roots_and_powers(v):
    return np.sum(np.sqrt(v) + np.cbrt(v) + np.square(v) + np.power(v, 3) + np.reciprocal(v) + np.float_power(v, 1.5))


def absolute_values(v):
    return np.sum(np.abs(v) * v + np.absolute(v) + np.fabs(v) * np.sign(v))


def negative_positive(v):
    return np.sum(np.negative(v) * np.positive(v))


def two_argument_functions(a, b):
    return np.sum(np.arctan2(a, b) + np.hypot(a, b) + np.logaddexp(a, b) + np.logaddexp2(a, b))


def two_argument_extremes(a, b):
    return np.sum(np.fmax(a, b) * np.fmin(a, b))


def function_forms_of_operators(a, b):
    return np.sum(np.add(a, b) * np.subtract(a, b) / np.multiply(a, b) + np.divide(a, b) + np.true_divide(a, 2.0))


def remainders(v):
    return np.sum(np.mod(v, 0.3) * v + np.fmod(v, 0.3) + np.remainder(v, 0.7))


def rounding_is_flat(v):
    return np.sum(np.floor(v) * v + np.ceil(v) * v**2 + np.round(v, 1) * v + np.trunc(v) + np.sign(v) * v)


def clip_both(v):
    return np.sum(np.clip(v, -0.5, 0.5) ** 2 * v)


def clip_one_side(v):
    return np.sum(np.clip(v, None, 0.3) * v) + np.sum(v.clip(0.0))


def clip_active_limits(v, low, high):
    return np.sum(np.clip(v, low, high) ** 2)


def where_scalar_arms(v):
    return np.sum(np.where(v > 0.0, v, 0.01 * v)) + np.sum(np.where(v < 0.0, 0.0, v**2))


def where_of_masks(v, mask):
    return np.sum(np.where(mask, np.exp(v), v * v))


def heaviside_mask(v):
    return np.sum((v > 0.0) * v**2 - (v <= 0.0) * v)


def nan_to_num_plain(v):
    return np.sum(np.nan_to_num(v) * v)


def sinc_away_from_zero(v):
    return np.sum(np.sinc(v))


def degrees_radians(v):
    return np.sum(np.deg2rad(v) * np.rad2deg(v))


def interpolation(x, values):
    return np.sum(np.interp(x, np.array([0.0, 0.5, 1.0, 2.0]), values))


def single_precision(v, w):
    return np.sum(np.tanh(v * w) / (1.0 + w * w))


def single_times_python(v):
    return v * 2.5 + 1 - v / 3


def mixed_precision(v, w):
    return np.sum(v * w)


def cast_to_double(v):
    return np.sum(v.astype(np.float64) ** 2)


def complex_magnitude(a, b):
    z = a + 1j * b
    return np.sum(np.abs(z * z + 1.0))


def complex_parts(a, b):
    z = (a + 1j * b) ** 2
    return np.sum(z.real * np.imag(z) + np.real(z * np.conj(z)))


def complex_exponential(v):
    phases = np.exp(1j * v)
    return np.abs(np.sum(phases)) ** 2


def complex_matrix_product(m, v):
    z = m @ (v * (1.0 + 2.0j))
    return np.sum((z * z.conj()).real)


def complex_argument(z):
    return np.sum(np.abs(z) ** 2) + np.sum((z * z).real)


def empty_arrays(v):
    return np.sum(v * v) + np.sum(np.exp(v), axis=0)


def size_one_axes(a, b):
    return np.sum(a * b) + np.sum(a) * np.sum(b)


BROADCASTS = [
    (positive(3), positive(3, seed=1)),
    (positive(3, 1), positive(1, 4)),
    (positive(3, 4), positive(4)),
    (positive(4), positive(3, 4)),
    (positive(2, 3, 4), positive(3, 1)),
    (positive(3, 4), 0.7),
    (0.7, positive(3)),
    (positive(1), positive(3)),
    (positive(1, 1), positive(3)),
    (positive(), positive(3)),
    (positive(1, 3), positive(3, 3)),
]
SIGNED = array(5)
CASES = [
    *[(f, pair, None) for f in (add_broadcast, divide_broadcast, power_broadcast) for pair in BROADCASTS],
    *[(multiply_broadcast, pair, None) for pair in BROADCASTS],
    *[(f, pair, None) for f in (subtract_and_reflect, maximum_broadcast, where_broadcast) for pair in BROADCASTS[:6]],
    *[(broadcast_vector_result, pair, None) for pair in BROADCASTS],
    (scalar_times_array, (0.6, array(3)), None),
    (zero_d_arrays, (np.array(0.4), np.array(0.7)), None),
    (chain_of_broadcasts, (array(3, 1), array(2), array(3, 2)), None),
    (outer_by_newaxis, (array(3), array(2)), None),
    (pairwise_distances, (array(4, 2),), None),
    *[(f, (SIGNED * 0.9,), None) for f in (trigonometric, hyperbolic, absolute_values, negative_positive)],
    *[(f, (positive(4),), None) for f in (arccosh, exponentials, roots_and_powers, remainders)],
    *[(f, (0.7,), None) for f in (trigonometric, exponentials)],
    *[(f, (positive(2, 3), positive(3, seed=1)), None) for f in (
        two_argument_functions, two_argument_extremes, function_forms_of_operators,
    )],
    *[(f, (SIGNED,), None) for f in (
        rounding_is_flat, clip_both, clip_one_side, where_scalar_arms, heaviside_mask, nan_to_num_plain,
        sinc_away_from_zero, degrees_radians,
    )],
    (clip_active_limits, (SIGNED, -0.4, 0.35), None),
    (where_of_masks, (SIGNED, SIGNED > 0.2), None),
    (interpolation, (np.array([0.2, 0.7, 1.4]), array(4)), None),
    (single_precision, (array(3).astype(np.float32), array(3, seed=1).astype(np.float32)), None),
    (single_times_python, (array(3).astype(np.float32),), None),
    (mixed_precision, (array(3).astype(np.float32), array(3, seed=1)), None),
    (cast_to_double, (array(3).astype(np.float32),), None),
    (complex_magnitude, (array(3), array(3, seed=1)), None),
    (complex_parts, (array(3), array(3, seed=1)), None),
    (complex_exponential, (array(3),), None),
    (complex_matrix_product, (array(2, 3), array(3)), None),
    (complex_argument, (array(3) + 1j * array(3, seed=1),), None),
    (empty_arrays, (np.zeros(0),), None),
    (empty_arrays, (positive(3),), None),
    (size_one_axes, (positive(1, 3), positive(2, 1)), None),
    (size_one_axes, (positive(1, 1), positive(1)), None),
]  # fmt: skip
