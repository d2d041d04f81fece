"""NumPy functions that write: `ufunc.at`, `put`, `copyto`, `out=`, `where=`, in-place methods and operators."""

import operator

import numpy as np

from programs.data import array, positive

# ---------------------------------------------------------------------------------------------------------- ufunc.at


def add_at_repeated(v):
    w = np.ones(3)
    np.add.at(w, [0, 2, 0, 0, 1, 2], v)
    return np.sum(w**2)


def add_at_in_matrix(m):
    w = np.zeros((3, 2))
    np.add.at(w, ([0, 2, 0], [1, 1, 1]), m[0] * m[1])
    np.add.at(w, (slice(None), 0), m[0])
    np.add.at(w, [1, 1], m[:, :2])
    return np.sum(w**3)


def add_at_scalar(v):
    w = v * 1.0
    np.add.at(w, [1, 1, 3], v[0] ** 2)
    np.add.at(w, 2, v[1])
    np.add.at(w, v > 0.5, 1.0)
    return np.sum(w**2)


def subtract_at(v):
    w = v * v
    np.subtract.at(w, np.array([0, 0, 5]), v[:3])
    return np.sum(w * v)


def multiply_at_repeated(v):
    w = v * 1.0
    np.multiply.at(w, [0, 0, 2], v[3:])
    np.multiply.at(w, [1], 3.0)
    return np.sum(w**2)


def divide_at(v):
    w = v * 1.0
    np.divide.at(w, [4, 4], v[:2])
    np.divide.at(w, [0, 1], 2.0)
    return np.sum(w)


def maximum_at(v):
    w = np.full(3, -0.3)
    np.maximum.at(w, [0, 1, 0, 2, 2, 1], v)
    np.minimum.at(w, [2, 2], v[:2] * 3.0)
    return np.sum(w**2 * np.arange(1.0, 4.0))


def unary_at(v):
    w = v * v
    np.negative.at(w, [0, 1])
    np.sin.at(w, [2, 3])
    np.exp.at(w, v > 0.0)
    return np.sum(w * v)


def power_at(v):
    w = v * 1.0
    np.power.at(w, [0, 3], 2.0)
    np.power.at(w, [1], v[2:3])
    return np.sum(w)


def at_through_a_view(m):
    w = m * 1.0
    np.add.at(w.T, [0, 0], m[:, 1])
    np.add.at(w.ravel(), [1, 1, 5], m[1])
    return np.sum(w**2)


def histogram_of_masses(v, bins):
    counts = np.zeros(4)
    np.add.at(counts, bins, v**2)
    return np.sum(counts**2) + counts[1] * v[-1]


def histogram_linear(positions, masses):
    grid = np.zeros(6)
    left = np.floor(positions).astype(int)
    share = positions - left
    np.add.at(grid, left, masses * (1.0 - share))
    np.add.at(grid, left + 1, masses * share)
    return np.sum(grid**2)


def histogram_by_loop(positions, masses):
    grid = np.zeros(6)
    for x, m in zip(positions, masses):
        i = int(x)
        grid[i] += m * (1.0 - (x - i))
        grid[i + 1] += m * (x - i)
    return np.sum(grid**2)


def graph_messages(x, weights):
    source, target = np.array([0, 1, 2, 2, 0]), np.array([1, 2, 0, 1, 1])
    for _ in range(2):
        inbox = np.zeros_like(x)
        np.add.at(inbox, target, weights[:, None] * x[source])
        x = np.tanh(x + inbox)
    return np.sum(x**2)


# ------------------------------------------------------------------------------------------------- put, copyto, place


def put_values(v):
    w = v * 1.0
    np.put(w, [0, -1, 0], v[1:4])
    np.put(w, [2, 3], v[5])
    w.put([1, 4], v[:2] ** 2)
    return np.sum(w**2)


def put_repeats_values(m):
    w = m * 1.0
    np.put(w, [0, 2, 4], m[0, :2])
    np.put(w, [7, 1], m[1, 1], mode="wrap")
    np.put(w, [99], 2.0 * m[1, 2], mode="clip")
    return np.sum(w**3)


def copyto_whole(v):
    w = np.empty(6)
    np.copyto(w, v)
    np.copyto(w[1:3], v[0])
    np.copyto(w, v * v, where=v > 0.0)
    return np.sum(w**2)


def copyto_broadcast(m):
    w = np.zeros((2, 3))
    np.copyto(w, m[0])
    np.copyto(w[:, 1:], m[:, :1])
    np.copyto(w, 1.0, where=[True, False, False])
    return np.sum(w**2)


def place_values(v):
    w = v * 1.0
    np.place(w, w > 0.0, v[:2])
    np.place(w, [0, 0, 0, 0, 1, 1], [3.0])
    np.place(w, np.zeros(6, dtype=bool), v)
    return np.sum(w**2)


def putmask_values(v):
    w = v * 1.0
    np.putmask(w, w > 0.0, v[::-1] * 2.0)
    np.putmask(w, [True, True, False, False, False, True], v[:4])
    np.putmask(w, v < -0.9, 7.0)
    return np.sum(w**2)


def put_along_axis(m):
    w = m * 1.0
    top = np.argmax(m, axis=1)[:, None]
    np.put_along_axis(w, top, m[:, :1] ** 2, axis=1)
    np.put_along_axis(w, np.array([[0, 1, 1]]), 2.0, axis=0)
    np.put_along_axis(w, np.array([0, 5]), m[0, :2], axis=None)
    return np.sum(w**2)


def fill_diagonal(q, x):
    w = q * 1.0
    np.fill_diagonal(w, x)
    total = np.sum(w**2)
    np.fill_diagonal(w, q[0])
    np.fill_diagonal(w[:, :2], 0.0)
    return total * np.sum(w**3)


def fill_diagonal_wrapped(t):
    w = t * 1.0
    np.fill_diagonal(w, t[0, 0] ** 2, wrap=True)
    u = np.zeros((2, 2, 2))
    np.fill_diagonal(u, t[1, 1])
    return np.sum(w**2) + np.sum(u**3)


def fill_method(v, x):
    w = v * v
    y = w * 2.0
    w.fill(x)
    w[1:].fill(x * x)
    y[::2].fill(3.0)
    return np.sum(w * v) + np.sum(y)


def masked_and_selected(v):
    w = v * v
    w[np.isnan(np.where(v > 0.5, np.nan, v))] = 0.0
    np.nan_to_num(w, copy=False)
    np.clip(w, 0.1, 0.6, out=w)
    return np.sum(w * v)


# ---------------------------------------------------------------------------------------------- sort, partition, moves


def sort_in_place(v):
    w = v * v
    w.sort()
    w[::-1].sort()
    w[1:4].sort()
    return np.sum(w * np.arange(6.0))


def sort_along_axes(m):
    w = m * 1.0
    w.sort(axis=0)
    total = np.sum(w * np.arange(6.0).reshape(2, 3))
    w.sort()
    w.T[0].sort()
    return total + np.sum(w**2 * np.arange(6.0).reshape(2, 3))


def sort_stably_in_place(v):
    w = np.round(v * 2.0) * 0.0 + v
    w.sort(kind="stable")
    v.sort()
    return np.sum(w * v * np.arange(6.0))


def partition_in_place(v):
    w = v * v
    w.partition(2)
    smallest = np.sum(w[:2])
    w.partition((1, 4))
    return smallest * w[2] + w[4] ** 2 * w[1]


def sort_then_used(v):
    w = v * 1.0
    y = w * w
    w.sort()
    z = y * w
    w[0] = z[1]
    return np.sum(z) + np.sum(w**2)


def running_median(v):
    window = np.zeros(3)
    total = 0.0
    for i in range(len(v) - 2):
        window[:] = v[i : i + 3]
        window.sort()
        total += window[1] ** 2
    return total


def shuffled_in_place(v, seed):
    rng = np.random.default_rng(seed)
    w = v * v
    rng.shuffle(w)
    w[0] *= 2.0
    return np.sum(w * np.arange(6.0))


# ------------------------------------------------------------------------------------------------------------- out=


def out_of_unary(v):
    w = np.empty_like(v)
    np.exp(v, out=w)
    np.sin(w, out=w)
    np.negative(w, w)
    np.sqrt(v * v + 1.0, out=(w[:],))
    return np.sum(w * v)


def out_of_binary(v):
    w = np.zeros(6)
    np.multiply(v, v[::-1], out=w)
    np.add(w, v, out=w)
    np.divide(w, 3.0, w)
    np.subtract(1.0, w, out=w)
    np.power(w, 2, out=w)
    return np.sum(w * v)


def out_is_an_operand(v, u):
    np.multiply(v, u, out=v)
    np.multiply(v, u, out=u)
    np.subtract(v, u, out=v)
    return np.sum(v**2) + np.sum(u)


def out_returned(v):
    w = np.zeros(6)
    same = np.add(v, 1.0, out=w)
    same *= v
    w[0] = 0.0
    y = np.tanh(same, out=same)
    return np.sum(y * w)


def out_into_views(m):
    w = np.zeros((3, 4))
    np.multiply(m, 2.0, out=w[1:, :3])
    np.sin(m[0], out=w[0, 1:])
    np.add(w[0], w[1], out=w[0])
    np.exp(w[:, 0], out=w[:, 3])
    return np.sum(w**2)


def out_broadcasts(m):
    w = np.ones((2, 3))
    np.add(m[0], m[1, 0], out=w)
    total = np.sum(w**2)
    np.multiply(w, m[:, :1], out=w)
    return total + np.sum(w**3)


def out_overlaps_operands(v):
    w = v * 1.0
    np.add(w[1:], w[:-1], out=w[1:])
    np.multiply(w[::-1], w, out=w)
    return np.sum(w**2)


def out_of_reductions(m):
    w = np.zeros(3)
    np.sum(m * m, axis=0, out=w)
    u = np.empty(2)
    m.mean(axis=1, out=u)
    np.max(m, axis=1, out=u[:])
    np.add.reduce(m, axis=0, out=w)
    x = np.empty(())
    np.sum(w, out=x)
    return np.sum(w**2) + np.sum(u**3) + x * 2.0


def out_of_cumulative(v):
    w = np.empty(6)
    np.cumsum(v, out=w)
    np.cumprod(w[1:4] * 1.0, out=w[1:4])
    np.add.accumulate(w * 1.0, out=w)
    np.multiply.accumulate(v[:2], out=w[:2])
    return np.sum(w**2)


def out_of_products(m, q):
    w = np.empty((2, 3))
    np.matmul(m, q, out=w)
    u = np.empty((2, 2))
    np.dot(w, m.T.copy(), out=u)
    outer = np.zeros((2, 3))
    np.outer(m[:, 0], q[0], out=outer)
    np.einsum("ij,jk->ik", m, q, out=w)
    return np.sum(w * outer) + np.sum(u**2)


def out_of_shaping(v, m):
    w = np.empty((3, 3))
    np.concatenate([m, v[None, :3]], out=w)
    u = np.empty(3)
    np.take(v, [5, 0, 0], out=u)
    pair = np.empty((2, 3))
    np.stack([u, v[:3]], out=pair)
    chosen = np.empty(3)
    np.choose([0, 1, 0], [u, v[3:]], out=chosen)
    np.compress([True, False, True, True], v[:4], out=u)
    return np.sum(w**2) + np.sum(pair**3) + np.sum(chosen * u)


def out_of_clip_and_round(v):
    w = np.empty(6)
    np.clip(v, -0.5, 0.6, out=w)
    v.clip(-0.4, 0.5, out=w)
    u = v * 10.0
    np.round(u, 0, out=u)
    np.abs(w, out=w)
    np.trunc(u, out=u)
    return np.sum(w * v) + np.sum(u)


def out_none(v):
    w = np.multiply(v, 2.0, out=None)
    w += np.exp(v, None)
    return np.sum(np.sum(w**2, out=None))


def out_in_loop(v, n):
    w, work = v * 1.0, np.empty(6)
    for _ in range(n):
        np.sin(w, out=work)
        np.multiply(work, 0.5, out=work)
        np.add(w, work, out=w)
    return np.sum(w**2)


def out_of_another_type(v):
    w = np.zeros(6, dtype=complex)
    np.multiply(v, 2.0, out=w)
    w *= 1j
    np.add(w, v, out=w)
    return np.sum(np.abs(w) ** 2)


def out_pairs(v):
    whole, part = np.empty(6), np.empty(6)
    np.modf(v * 3.0, part, whole)
    quotient, rest = np.empty(6), np.empty(6)
    np.divmod(v * 3.0, 0.7, out=(quotient, rest))
    return np.sum(part**2) + np.sum(rest * v) + np.sum(whole)


# ------------------------------------------------------------------------------------------------------------ where=


def where_with_out(v):
    w = v * v
    np.multiply(v, 3.0, out=w, where=v > 0.0)
    np.sqrt(w, out=w, where=w > 0.3)
    return np.sum(w * v)


def where_guards_division(v, u):
    safe = u.copy()
    safe[1] = 0.0
    ratio = np.zeros(3)
    np.divide(v, safe, out=ratio, where=safe != 0.0)
    logs = np.full(3, -1.0)
    np.log(safe, out=logs, where=safe > 0.0)
    return np.sum(ratio**2) + np.sum(logs * v)


def where_broadcasts(m):
    w = np.ones((2, 3))
    np.add(m, m[0], out=w, where=[True, False, True])
    np.multiply(w, m, out=w, where=np.array([[True], [False]]))
    return np.sum(w**3)


def where_of_reductions(m):
    mask = m > -0.5
    total = np.sum(m * m, axis=0, where=mask)
    average = np.mean(m, where=mask)
    top = np.max(m, axis=1, where=mask, initial=-2.0)
    return np.sum(total * average) + np.sum(top**2)


def where_scalar(v, flag):
    w = v * v
    np.exp(v, out=w, where=flag)
    return np.sum(w**2)


# ------------------------------------------------------------------------------------------------- methods, operators


def operator_functions(v):
    w = v * v
    w = operator.iadd(w, v)
    same = operator.imul(w, 2.0)
    operator.setitem(w, 0, v[1])
    operator.setitem(w, slice(1, 3), v[:2])
    return np.sum(same**2)


def dunder_methods(v):
    w = v * v
    w.__setitem__(0, v[1])
    w.__iadd__(v)
    w.__setitem__(slice(3, None), w[:3])
    return np.sum(w**2)


def items_by_method(v):
    w = np.zeros(3)
    for i in range(3):
        w[i] = v.item(i) * v[i + 3].item()
    return np.sum(w**2)


def concatenated_then_written(v):
    w = np.concatenate([v, v])
    w[3:9] = w[:6] * w[6:]
    u = np.tile(v[:2], 2)
    u[0] = w[4]
    r = np.repeat(v[:2], 2)
    r[1] *= 2.0
    return np.sum(w**2) + np.sum(u * r)


def constructors_written(v):
    parts = [np.zeros_like(v), np.ones_like(v), np.full_like(v, 2.0), np.empty_like(v), np.full(6, v[0]), np.eye(6)]
    parts[3][:] = v
    for k, part in enumerate(parts):
        part[k] = v[k] ** 2
        part *= 1.0 + k
    return sum(np.sum(part**2) for part in parts)


def linspace_and_arange_written(v):
    w, u = np.linspace(0.0, v[0], 6), np.arange(6.0)
    w[2] = v[1]
    u[1:] *= v[1:]
    i = np.identity(3)
    i[0] += v[:3]
    return np.sum(w**2) + np.sum(u) + np.sum(i**2)


def meshgrid_written(v):
    a, b = np.meshgrid(v[:3], v[3:5])
    a *= b
    b[0] = a[1]
    t = np.triu(np.outer(v[:3], v[3:]))
    t[np.triu_indices(3, 1)] *= 2.0
    t[np.tril_indices(3, -1)] = v[:3]
    return np.sum(a * b) + np.sum(t**2)


def single_precision_functions(v):
    w = np.zeros_like(v)
    np.add.at(w, [0, 0, 2], v[:3])
    np.multiply(w, v, out=w)
    np.put(w, [3], v[0])
    w[4:].fill(v[1])
    return np.sum(w * w)


V, M, Q, T = array(6), array(2, 3), array(3, 3), array(5, 2)
P = positive(6)
BINS = np.array([1, 0, 1, 3, 3, 3])
CASES = [
    *[(f, (V,), None) for f in (
        add_at_repeated, add_at_scalar, subtract_at, multiply_at_repeated, maximum_at, unary_at,
        put_values, copyto_whole, place_values, putmask_values, masked_and_selected, sort_in_place,
        sort_stably_in_place, partition_in_place, sort_then_used, running_median, out_of_unary,
        out_of_binary, out_returned, out_overlaps_operands, out_of_cumulative, out_of_clip_and_round, out_none,
        out_of_another_type, out_pairs, where_with_out, operator_functions, dunder_methods, items_by_method,
        concatenated_then_written, constructors_written, linspace_and_arange_written, meshgrid_written,
    )],
    *[(f, (P,), None) for f in (divide_at, power_at)],
    *[(f, (M,), None) for f in (
        add_at_in_matrix, at_through_a_view, put_repeats_values, copyto_broadcast, put_along_axis, sort_along_axes,
        out_into_views, out_broadcasts, out_of_reductions, where_broadcasts, where_of_reductions,
    )],
    (histogram_of_masses, (V, BINS), 0),
    (histogram_of_masses, (V[:1], BINS[:1]), 0),
    *[(f, (P * 3.0, V), None) for f in (histogram_linear, histogram_by_loop)],
    (graph_messages, (array(3, 2), array(5)), None),
    (fill_diagonal, (Q, 0.7), None),
    (fill_diagonal_wrapped, (T,), None),
    (fill_method, (V, 0.7), None),
    (shuffled_in_place, (V, 3), 0),
    (out_is_an_operand, (V, P), None),
    (out_of_products, (M, Q), None),
    (out_of_shaping, (V, M), None),
    *[(out_in_loop, (V, n), 0) for n in (0, 1, 3)],
    (where_guards_division, (array(3), positive(3)), None),
    *[(where_scalar, (V, flag), 0) for flag in (True, False)],
    (single_precision_functions, (positive(6).astype(np.float32),), None),
]  # fmt: skip
