"""Views taken before a write and read after it, and other names for the same array."""

import numpy as np

from programs.data import array, positive

# --------------------------------------------------------------------------- views taken before a write and read after


def view_sees_later_store(v):
    w = v * 2.0
    tail = w[3:]
    w[4] = v[0] * v[1]
    w *= v
    return np.sum(tail**2)


def view_read_before_and_after(v):
    w = v * v
    tail = w[3:]
    before = np.sum(tail**2)
    w[3:5] = v[:2]
    after = np.sum(tail**2)
    tail[:] = 0.0
    return before * after + np.sum(w)


def product_with_a_view_before_write(v):
    w = v * v
    tail = w[3:]
    y = tail * v[:3]
    w[3:] = v[:3]
    z = tail * y
    return np.sum(z) + np.sum(y)


def view_outlives_its_base(v):
    w = v * 2.0
    tail = w[3:]
    w[3] = v[0]
    w = np.ones(6)
    w[4] = 7.0 * v[1]
    tail += v[:3]
    return np.sum(tail**2) + np.sum(w)


def base_rebound_under_a_view(v):
    w = v * v
    view = w[:3]
    for i in range(3):
        w = w * 1.1
        w[0] += v[i]
        view[i] = v[i + 1]
    return np.sum(w**2) + np.sum(view**2)


def view_in_branch(v, flag):
    w = v * v
    view = w[:3] if flag else w[3:]
    view[0] = v[0] * 2.0
    view *= w[3:]
    return np.sum(w**2)


def view_or_copy_in_branch(v, flag):
    w = v * v
    part = w[:3] if flag else w[:3].copy()
    part[0] = v[5]
    w[1] = 3.0
    return np.sum(w**2) + np.sum(part**3)


def view_made_in_loop(m):
    w = m * 1.0
    for i in range(2):
        row = w[i]
        row[i] = np.sin(row[i + 1])
        other = w[1 - i]
        other += 0.3 * row
    return np.sum(w**2)


def view_carried_by_loop(v):
    w = v * v
    view = w[:2]
    total = 0.0
    for i in range(4):
        total += np.sum(view**2)
        view *= v[i]
        view = w[i + 1 : i + 3]
    view[:] = total
    return np.sum(w)


def broadcast_view_read_after_write(v):
    w = v[:3] * v[3:]
    wide = np.broadcast_to(w, (2, 3))
    w[1] = v[0] ** 2
    w += 0.5
    return np.sum(wide**2 * np.arange(6.0).reshape(2, 3))


def window_view_read_after_write(v):
    w = v * 1.0
    windows = np.lib.stride_tricks.sliding_window_view(w, 3)
    w[2] = v[0] * v[1]
    return np.sum(windows.sum(axis=1) ** 2)


def broadcast_rows_written(v):
    w = np.zeros((2, 3))
    a, b = np.broadcast_arrays(v[:3], w)
    w += a * a
    w[0] += v[3:]
    return np.sum(w * a)


# ----------------------------------------------------------------------------------------------------- other names


def two_names(v):
    y = v * v
    z = y
    z += v
    z[0] = 2.0 * y[1]
    return np.sum(y**2)


def two_names_then_parted(v):
    y = v * v
    z = y
    z *= 2.0
    z = z + v
    z[1] = 0.0
    y[0] = z[2]
    return np.sum(y**2) + np.sum(z**3)


def names_in_a_ring(v):
    a, b, c = v[:2] * 1.0, v[2:4] * 1.0, v[4:] * 1.0
    for _ in range(4):
        a[0] += b[1]
        a, b, c = b, c, a
        b *= 1.1
    return np.sum(a**2) + np.sum(b**3) + np.sum(c)


def alias_of_argument(v):
    w = v
    w[0] = v[1] ** 2
    v[1] = w[2] * w[0]
    return np.sum(w**2)


def alias_in_one_arm(v, flag):
    w = v * 1.0
    u = w if flag else v * 2.0
    u *= v
    w[0] += 1.0
    return np.sum(w * u)


def alias_by_conditional_loop(v):
    best = v[:2] * 1.0
    for i in range(3):
        candidate = v[i : i + 2] * 1.3
        if candidate[0] > best[0]:
            best = candidate
        candidate[1] *= 0.5
        best += 0.1
    return np.sum(best**2)


def default_alias(v):
    w = v * v

    def scale(factor, target=w):
        target *= factor
        return target

    same = scale(v[0])
    same[1] = 0.0
    return np.sum(w * v)


def tuple_of_aliases(v):
    w = v * v
    pair = (w, w[1:])
    pair[1][0] = v[0]
    first, second = pair
    second += first[:-1]
    return np.sum(first**2)


def out_of_a_function(m):
    def column(a, j):
        return a[:, j]

    w = m * 1.0
    column(w, 0)[:] = m[:, 1] ** 2
    c = column(w, 2)
    c += column(w, 0)
    return np.sum(w**2)


def view_kept_by_closure(v):
    w = v * v
    view = w[1:4]

    def read():
        return np.sum(view**2)

    before = read()
    w[2] = v[0]
    return before + read() ** 2


def views_by_comprehension(m):
    w = m * m
    columns = [w[:, j] for j in range(3)]
    columns[0] += columns[2]
    columns[1][0] = columns[0][1]
    return np.sum(w * m)


def transposed_blocks(q):
    w = q * 1.0
    block = w[:2, 1:].T
    block[0] = q[2, :2]
    block.reshape(-1)[:] = 9.0
    block.T[1, 1] *= q[0, 0]
    return np.sum(w**3)


def single_axis_views(m):
    w = m[:1] * 1.0
    flat = w.reshape(-1)
    turned = w.T.reshape(-1)
    flat[0] = m[1, 1]
    turned[2] = m[1, 2] ** 2
    w.squeeze()[1] += m[1, 0]
    return np.sum(w**2)


def empty_views(v):
    w = v * v
    nothing = w[3:3]
    nothing += 1.0
    nothing[:] = v[:0]
    w.reshape(2, 3)[:0] = 4.0
    w[1:][:2] = v[:2]
    return np.sum(w * v) + np.sum(nothing)


def normalised_columns(m):
    w = m * 1.0
    for j in range(w.shape[1]):
        column = w[:, j]
        column -= column.mean()
        column /= np.sqrt(np.sum(column**2) + 0.1)
    return np.sum(w * m)


def single_precision_views(v):
    w = v * v
    tail = w[2:]
    tail *= v[:-2]
    w[3] = v[0]
    tail.reshape(2, 2).T[0] += np.float32(1.5)
    return np.sum(w * w)


V, M, Q, T = array(6), array(2, 3), array(3, 3), array(2, 3, 4)
CASES = [
    *[(f, (M,), None) for f in (
        view_made_in_loop, out_of_a_function, views_by_comprehension, single_axis_views, normalised_columns,
    )],
    *[(f, (V,), None) for f in (
        view_sees_later_store, view_read_before_and_after, product_with_a_view_before_write, view_outlives_its_base,
        base_rebound_under_a_view, view_carried_by_loop, broadcast_view_read_after_write,
        window_view_read_after_write, broadcast_rows_written, two_names, two_names_then_parted, names_in_a_ring,
        alias_of_argument, alias_by_conditional_loop, default_alias, tuple_of_aliases, view_kept_by_closure,
        empty_views,
    )],
    (transposed_blocks, (Q,), None),
    *[(f, (a, flag), 0) for flag in (True, False) for f, a in (
        (view_in_branch, V), (view_or_copy_in_branch, V), (alias_in_one_arm, V),
    )],
    (single_precision_views, (positive(6).astype(np.float32),), None),
    (normalised_columns, (M[:, :1],), None),
]  # fmt: skip
