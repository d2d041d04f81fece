"""Writes through views and views of views, and copies that do not see them."""

import numpy as np

from programs.data import array


def row_written(m):
    w = m * m
    row = w[1]
    row[0] = m[0, 1]
    row *= 2.0
    return np.sum(w**2)


def row_augmented_by_name(m):
    w = m.copy()
    row = w[0]
    row += w[1]
    row -= 0.5
    return np.sum(w**2) + np.sum(row)


def element_is_no_view(v):
    w = v * v
    x = w[0]
    x += 5.0 * v[1]
    y = w[1:2]
    y += x
    return np.sum(w * v) + x


def slice_of_slice_written(v):
    w = v * 1.0
    inner = w[1:5][::2]
    inner[1] = v[0] ** 2
    inner[:1] += inner[1:]
    return np.sum(w**2 * np.arange(1.0, 7.0))


def reversed_view_written(v):
    w = v * v
    back = w[::-1]
    back[0] = v[0]
    back[1:3] *= v[1:3]
    back += w
    return np.sum(w * v)


def transpose_written(m):
    w = m * 2.0
    t = w.T
    t[0] = m[:, 1] ** 2
    t[1:, 0] += t[:-1, 1]
    t *= m.T
    return np.sum(w**2)


def transposed_axes_written(t):
    w = t * t
    np.transpose(w, (2, 0, 1))[1] = t[:, :, 0]
    w.transpose(1, 0, 2)[0, 1] *= 3.0
    w.swapaxes(0, 2)[-1] += 1.0
    np.moveaxis(w, 0, -1)[0, 0] -= t[:, 0, 0]
    return np.sum(w**2)


def reshape_written(m):
    w = m * 1.0
    flat = w.reshape(-1)
    flat[1:5:2] = flat[0]
    flat.reshape(3, 2)[:, 1] *= 2.0
    return np.sum(w**2)


def reshape_that_copies(m):
    w = m * 1.0
    flat = w.T.reshape(-1)
    flat[0] = 5.0 * m[1, 1]
    flat *= 2.0
    return np.sum(w**2) + np.sum(flat**2)


def reshape_that_may_copy(m, turned):
    w = m * 1.0
    if turned:
        w = w.T
    flat = w.reshape(6)
    flat[2] = m[0, 0] ** 2
    w[0] += flat[:w.shape[1]]
    return np.sum(w**2) + np.sum(flat**3)


def ravel_written(m):
    w = m * m
    w.ravel()[3] = 0.0
    flat = np.ravel(w)
    flat[::4] += m[0, 0]
    copied = w.ravel(order="F")
    copied[:] = 7.0 * m[1, 2]
    return np.sum(w**2) + np.sum(copied)


def flatten_copies(m):
    w = m * m
    flat = w.flatten()
    flat[0] = 3.0
    w[1] += flat[:3]
    return np.sum(w**2) + np.sum(flat**2)


def diagonal_by_stride(q):
    w = q * 1.0
    w.reshape(-1)[:: w.shape[0] + 1] += 2.0 * q[0]
    w.ravel()[1 : 6 : 4] = q[2, :2]
    return np.sum(w**3)


def diagonal_read_after_write(q):
    w = q * 1.0
    d = np.diagonal(w)
    e = w.diagonal(1)
    w[1] = q[0] * q[1]
    w[0, 1] = 2.0 * q[2, 2]
    return np.sum(d**2) + np.sum(e**3)


def diagonal_written_by_einsum(q):
    w = q * q
    d = np.einsum("ii->i", w)
    d[1:] = q[0, :2]
    d *= 1.5
    return np.sum(w**2)


def real_and_imaginary_parts(v):
    z = np.zeros(3, dtype=complex)
    z.real = v[:3]
    z.imag[:] = v[3:] ** 2
    z.real[1:] *= 2.0
    z.imag += z.real
    return np.sum(np.abs(z) ** 2) + np.sum((z * z).real)


def real_part_of_real(v):
    w = v * v
    part = w.real
    part[0] = v[1]
    np.real(w)[1] *= 3.0
    return np.sum(w**2)


def complex_parts_written(z):
    w = z * 1.0
    re, im = w.real, w.imag
    re[0] = im[1]
    im *= re
    w[1] *= 1j
    return np.sum(re**2) + np.sum(im**3)


def asarray_is_the_same(v):
    w = v * 1.0
    same = np.asarray(w)
    same[0] = v[1] ** 2
    np.asanyarray(w)[1:3] += same[0]
    np.ascontiguousarray(same)[3] = 1.0
    return np.sum(w**2)


def asarray_that_converts(v):
    w = np.array([1, 2, 3])
    converted = np.asarray(w, dtype=float)
    converted[0] = v[0]
    converted += v[:3]
    w[1] = 7
    return np.sum(converted**2 * w)


def array_copies(v):
    w = v * v
    copied = np.array(w)
    again = w.astype(float)
    same = w.astype(float, copy=False)
    w[0] = 5.0
    copied[1] = v[0]
    same[2] = v[1] * 2.0
    return np.sum(w**2) + np.sum(copied**2) + np.sum(again * same)


def contiguous_copy_or_not(m):
    w = m * 1.0
    same = np.ascontiguousarray(w)
    turned = np.ascontiguousarray(w.T)
    same[0] += 1.0
    turned[0] *= 2.0
    w[1, 1] = m[0, 0]
    return np.sum(w**2) + np.sum(turned**2) + np.sum(same**3)


def squeezed_and_expanded(v):
    w = v * 1.0
    column = w[:, None]
    column[2:4] = v[:2, None]
    np.expand_dims(w, 0)[0, 0] = v[5] ** 2
    np.squeeze(column)[5] *= 2.0
    column.squeeze(1)[1] += v[0]
    return np.sum(w**2)


def flipped_and_rotated(q):
    w = q * q
    np.flip(w)[0, 0] = q[1, 1]
    np.fliplr(w)[:, 0] += q[0]
    np.flipud(w)[0] *= 2.0
    np.rot90(w)[0] -= q[2]
    np.flip(w, axis=1)[1, 1:] = 0.5
    return np.sum(w**2)


def atleast_views(v):
    w = v * 1.0
    np.atleast_2d(w)[0, 1] = v[0] ** 2
    np.atleast_1d(w)[2:] *= 1.5
    np.atleast_3d(w)[0, 0] += v[5]
    return np.sum(w**3)


def pieces_written(v):
    w = v * v
    left, middle, right = np.split(w, 3)
    left += right
    middle[0] = v[0]
    for k, piece in enumerate(np.array_split(w, 4)):
        piece *= k + 1.0
    return np.sum(w * v)


def columns_split(m):
    w = m * 1.0
    first, rest = np.hsplit(w, [1])
    rest *= first
    top, bottom = np.vsplit(w, 2)
    bottom += top
    return np.sum(w**2)


def view_method(v):
    w = v * 1.0
    other = w.view()
    other[0] = v[1]
    other.view()[1:] *= v[:-1]
    return np.sum(w**2)


def rows_by_iteration(m):
    w = m * 1.0
    for row in w:
        row *= row[0]
        row[1] = 0.5
    for i, row in enumerate(w):
        row += i
    return np.sum(w * m)


def rows_zipped(m):
    w, u = m * 1.0, m * m
    for a, b in zip(w, u):
        a += b
        b[0] = a[1]
    for column in w.T:
        column -= np.mean(column)
    return np.sum(w * u * m)


def rows_unpacked(m):
    w = m * m
    top, bottom = w
    top *= bottom
    bottom[:2] = top[1:]
    return np.sum(w * m)


def rows_listed(m):
    w = m * 1.0
    rows = list(w)
    rows[0][1] = m[1, 1] ** 2
    rows[1] += rows[0]
    rows.reverse()
    rows[0] *= 2.0
    return np.sum(w**2)


def fancy_index_copies(m):
    w = m * 1.0
    part = w[[1, 0]]
    part[0] = 9.0 * m[0]
    w[[0]][0] = 5.0
    masked = w[w > 0.0]
    masked *= 3.0
    return np.sum(w**2) + np.sum(part**2) + np.sum(masked)


def written_through_two_views(v):
    w = v * v
    low, high = w[:4], w[2:]
    low[2:] = high[2:]
    high *= v[0]
    low += high
    return np.sum(w * np.arange(6.0))


def overlapping_views_multiplied(v):
    w = v * 1.0
    w[1:] *= w[:-1]
    w[:-2] += w[2:]
    np.add(w[:-1], w[1:] * 1.0)
    return np.sum(w**2)


V, M, Q, T = array(6), array(2, 3), array(3, 3), array(2, 3, 4)
CASES = [
    *[(f, (M,), None) for f in (
        row_written, row_augmented_by_name, transpose_written, reshape_written, reshape_that_copies, ravel_written,
        flatten_copies, contiguous_copy_or_not, columns_split, rows_by_iteration, rows_zipped, rows_unpacked,
        rows_listed, fancy_index_copies,
    )],
    *[(f, (V,), None) for f in (
        element_is_no_view, slice_of_slice_written, reversed_view_written, real_and_imaginary_parts,
        real_part_of_real, asarray_is_the_same, asarray_that_converts, array_copies, squeezed_and_expanded,
        atleast_views, pieces_written, view_method, written_through_two_views, overlapping_views_multiplied,
    )],
    *[(f, (Q,), None) for f in (
        diagonal_by_stride, diagonal_read_after_write, diagonal_written_by_einsum, flipped_and_rotated,
    )],
    (transposed_axes_written, (T,), None),
    (complex_parts_written, (V[:2] + 1j * V[2:4],), None),
    *[(f, (a, flag), 0) for flag in (True, False) for f, a in ((reshape_that_may_copy, M),)],
    (rows_by_iteration, (M[:1],), None),
]  # fmt: skip
