"""Results written by NumPy itself: `out=`, `where=`, operators as functions, buffers that functions make."""

import operator

import numpy as np

from programs.data import array, positive

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
CASES = [
    *[(f, (V,), None) for f in (
        out_of_unary, out_of_binary, out_returned, out_overlaps_operands, out_of_cumulative, out_of_clip_and_round,
        out_none, out_of_another_type, out_pairs, where_with_out, operator_functions, dunder_methods, items_by_method,
        concatenated_then_written, constructors_written, linspace_and_arange_written, meshgrid_written,
    )],
    *[(f, (M,), None) for f in (
        out_into_views, out_broadcasts, out_of_reductions, where_broadcasts, where_of_reductions,
    )],
    (out_is_an_operand, (V, P), None),
    (out_of_products, (M, Q), None),
    (out_of_shaping, (V, M), None),
    *[(out_in_loop, (V, n), 0) for n in (0, 1, 3)],
    (where_guards_division, (array(3), positive(3)), None),
    *[(where_scalar, (V, flag), 0) for flag in (True, False)],
    (single_precision_functions, (positive(6).astype(np.float32),), None),
]  # fmt: skip
