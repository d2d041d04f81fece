"""Functions that write into their arguments."""

import numpy as np

from programs.data import array, positive


def element_of_argument(v):
    v[0] = v[1] * v[2]
    return np.sum(v**2)


def whole_argument_overwritten(v):
    v[:] = 0.0
    return np.sum(v**2) + 1.0


def argument_used_then_overwritten(v):
    y = v * v
    v[:] = np.sin(v)
    return np.sum(y * v)


def argument_augmented(v):
    v *= 3.0
    v += np.cos(v)
    v[1:] -= v[:-1]
    return np.sum(v * v)


def argument_through_a_view(m):
    m.T[0] = m[:, 1] ** 2
    m.reshape(-1)[5] *= m[0, 0]
    for row in m:
        row += 0.5
    return np.sum(m**2)


def argument_by_loop(v):
    for i in range(1, len(v)):
        v[i] += 0.5 * v[i - 1] * v[i]
    return np.sum(v**2)


def result_is_the_argument(v):
    v[1:] *= v[0]
    return v


def result_is_a_view_of_the_argument(m):
    m[0] += m[1]
    return m[:, 1:]


def result_with_untouched_part(m):
    m[0] = 1.0
    return m, np.sum(m), m[1] * 2.0


def argument_overwritten_by_another(v, u):
    v[:] = u
    u *= 2.0
    return np.sum(v * u)


def two_arguments_swapped(v, u):
    v, u = u, v
    v[0] = u[1]
    u += v
    return np.sum(u**2) + np.sum(v)


def two_arguments_exchange_contents(v, u):
    kept = v.copy()
    v[:] = u
    u[:] = kept * v
    return np.sum(v**2) + np.sum(u * np.arange(3.0))


def output_buffer(v, out):
    np.multiply(v, v, out=out)
    out += v
    return np.sum(out * v)


def output_buffer_filled(v, out):
    for i in range(len(v)):
        out[i] = v[i] * v[i - 1]
    return np.sum(out**2)


def output_buffer_partly_filled(v, out):
    out[1:] = v[1:] ** 2
    return np.sum(out * v)


def work_arrays(a, b, work):
    work[:] = a
    work *= b
    total = np.sum(work)
    work[:] = b - a
    return total * np.sum(work**2)


def written_in_one_arm(v, flag):
    if flag > 1:
        v[0] = v[1] ** 2
    elif flag:
        v = v * 1.0
        v[1] = 4.0
    return np.sum(v**2)


def written_before_an_exception(v, n):
    try:
        v[0] = v[1] * v[2]
        v[n] = v[0]
        v[1] = 0.0
    except IndexError:
        v[2] += v[0]
    return np.sum(v**2)


def written_or_returned_early(v, limit):
    for i in range(len(v)):
        if v[i] > limit:
            return v[i] * np.sum(v)
        v[i] *= v[i]
    return np.sum(v)


def number_of_an_array_written_later(s, k):
    w = s + 0.0
    i = s[()]
    s *= k
    return w * s * i


def array_of_no_axes_written_element_by_element(s, k):
    w = np.array(s)
    u = w - 1.0
    w[()] = k * w
    w += 1.0
    return w * s * u


def numbers_in_a_list_beside_what_is_written(s, k):
    a = [s + 1.0, s - 1.0]
    for t in a:
        s += 0.1 * t
    s *= k
    return a[0] * a[1] * s


def zero_dimensional_argument(a):
    a[...] = np.sin(a)
    a += 1.0
    return a * a


def keyword_only_argument(v, *, scale=2.0):
    v *= scale
    return np.sum(v**2)


def keyword_only_helper(v):
    w = v * 1.0
    keyword_only_argument(w, scale=v[0])
    return keyword_only_argument(w) + np.sum(w)


def starred_arguments(v, u):
    def double(*arrays):
        for a in arrays:
            a *= 2.0

    w = v * u
    double(w, w[1:], u)
    return np.sum(w**2) + np.sum(u)


def single_precision_argument(v):
    v[1:] *= v[:-1]
    v -= np.float32(0.25)
    return np.sum(v * v)


def complex_argument_written(z):
    z[0] = z[1] * 1j
    z *= np.conj(z)
    z.imag += 2.0
    return np.sum(np.abs(z) ** 2)


def optional_buffer(v, out=None):
    if out is None:
        out = np.empty_like(v)
    out[:] = v
    out[1:] += v[:-1] ** 2
    return np.sum(out**2)


V, U, M = array(3), array(3, seed=1), array(2, 3)
BUFFER = np.full(3, 9.0)
CASES = [
    *[(f, (V,), None) for f in (
        element_of_argument, whole_argument_overwritten, argument_used_then_overwritten, argument_augmented,
        argument_by_loop, result_is_the_argument, optional_buffer, keyword_only_argument, keyword_only_helper,
    )],
    *[(f, (M,), None) for f in (
        argument_through_a_view, result_is_a_view_of_the_argument, result_with_untouched_part,
    )],
    *[(f, (V, U), None) for f in (
        argument_overwritten_by_another, two_arguments_swapped, two_arguments_exchange_contents, starred_arguments,
    )],
    *[(f, (V, BUFFER), n) for f in (output_buffer, output_buffer_filled) for n in (0, None)],
    (output_buffer_partly_filled, (V, BUFFER), 0),
    (output_buffer_partly_filled, (V, BUFFER), (0, 1)),
    (optional_buffer, (V, BUFFER), (0, 1)),
    (work_arrays, (V, U, BUFFER), (0, 1)),
    (work_arrays, (V, U, BUFFER), 1),
    *[(written_in_one_arm, (V, flag), 0) for flag in (0, 1, 2)],
    *[(written_before_an_exception, (V, n), 0) for n in (1, 3, -1)],
    *[(written_or_returned_early, (V, limit), 0) for limit in (-9.0, 0.0, 9.0)],
    (zero_dimensional_argument, (np.array(0.6),), None),
    *[(f, (np.array(0.6), np.array(1.3)), None) for f in (
        number_of_an_array_written_later, array_of_no_axes_written_element_by_element,
        numbers_in_a_list_beside_what_is_written,
    )],
    (single_precision_argument, (positive(4).astype(np.float32),), None),
    (complex_argument_written, (V[:2] + 1j * U[:2],), None),
]  # fmt: skip
