"""Triangular, tridiagonal and iterative solvers, products and powers, written as loops in place."""

import numpy as np

from programs.data import array, positive

# --------------------------------------------------------------------------------------------------------- solvers


def forward_substitution(lower, b):
    x = b.copy()
    for i in range(len(b)):
        for j in range(i):
            x[i] -= lower[i, j] * x[j]
        x[i] /= lower[i, i]
    return np.sum(x**2)


def back_substitution(upper, b):
    x = np.zeros_like(b)
    for i in reversed(range(len(b))):
        x[i] = (b[i] - upper[i, i + 1 :] @ x[i + 1 :]) / upper[i, i]
    return x


def substitution_many(lower, b):
    for i in range(len(b)):
        b[i] -= lower[i, :i] @ b[:i]
        b[i] /= lower[i, i]
    return np.sum(b**2)


def substitution_by_columns(upper, b):
    x = b * 1.0
    for j in range(len(x) - 1, -1, -1):
        x[j] /= upper[j, j]
        x[:j] -= x[j] * upper[:j, j]
    return np.sum(x**2)


def eliminate_and_solve(a, b):
    a, b = a.copy(), b.copy()
    n = len(b)
    for k in range(n):
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            b[i] -= factor * b[k]
    for i in range(n - 1, -1, -1):
        b[i] = (b[i] - a[i, i + 1 :] @ b[i + 1 :]) / a[i, i]
    return b


def gauss_jordan_inverse(a):
    n = len(a)
    work = np.hstack([a, np.eye(n)])
    for k in range(n):
        work[k] /= work[k, k]
        for i in range(n):
            if i != k:
                work[i] -= work[i, k] * work[k]
    inverse = work[:, n:]
    return np.sum(inverse**2)


def gauss_jordan_in_place(a):
    a = a.copy()
    for k in range(len(a)):
        pivot = 1.0 / a[k, k]
        a[k, k] = 1.0
        a[k] *= pivot
        for i in range(len(a)):
            if i == k:
                continue
            factor = a[i, k]
            a[i, k] = 0.0
            a[i] -= factor * a[k]
    return a


def thomas(lower, main, upper, d):
    n = len(d)
    c, x = np.zeros(n), np.zeros(n)
    c[0] = upper[0] / main[0]
    x[0] = d[0] / main[0]
    for i in range(1, n):
        m = main[i] - lower[i - 1] * c[i - 1]
        if i < n - 1:
            c[i] = upper[i] / m
        x[i] = (d[i] - lower[i - 1] * x[i - 1]) / m
    for i in range(n - 2, -1, -1):
        x[i] -= c[i] * x[i + 1]
    return x


def thomas_in_place(lower, main, upper, d):
    for i in range(1, len(d)):
        w = lower[i - 1] / main[i - 1]
        main[i] -= w * upper[i - 1]
        d[i] -= w * d[i - 1]
    d[-1] /= main[-1]
    for i in range(len(d) - 2, -1, -1):
        d[i] = (d[i] - upper[i] * d[i + 1]) / main[i]
    return np.sum(d**2)


def thomas_for_many(main, d):
    c = np.empty_like(main)
    c[0] = -0.5 / main[0]
    d[0] /= main[0]
    for i in range(1, len(main)):
        m = main[i] + 0.5 * c[i - 1]
        c[i] = -0.5 / m
        d[i] = (d[i] + 0.5 * d[i - 1]) / m
    for i in range(len(main) - 2, -1, -1):
        d[i] -= c[i][..., None] * d[i + 1] if d.ndim > main.ndim else c[i] * d[i + 1]
    return np.sum(d**2)


def conjugate_gradient_in_place(a, b):
    x = np.zeros_like(b)
    r = b.copy()
    p = r.copy()
    ap = np.empty_like(b)
    rr = r @ r
    for _ in range(2):
        np.dot(a, p, out=ap)
        alpha = rr / (p @ ap)
        x += alpha * p
        r -= alpha * ap
        new = r @ r
        p *= new / rr
        p += r
        rr = new
    return x


def arnoldi(a, b):
    n, steps = len(b), 2
    q, h = np.zeros((n, steps + 1)), np.zeros((steps + 1, steps))
    q[:, 0] = b / np.linalg.norm(b)
    for k in range(steps):
        v = a @ q[:, k]
        for j in range(k + 1):
            h[j, k] = q[:, j] @ v
            v -= h[j, k] * q[:, j]
        h[k + 1, k] = np.linalg.norm(v)
        q[:, k + 1] = v / h[k + 1, k]
    return np.sum(h**3) + np.sum(q)


def lanczos(m, b):
    a = m + m.T
    alpha, beta = np.zeros(3), np.zeros(3)
    before, q = np.zeros_like(b), b / np.sqrt(b @ b)
    for k in range(2):
        w = a @ q
        alpha[k] = w @ q
        w -= alpha[k] * q
        w -= beta[k] * before
        beta[k + 1] = np.sqrt(w @ w)
        before, q = q, w / beta[k + 1]
    return np.sum(alpha**2) + np.sum(beta)


# ------------------------------------------------------------------------------------------------- products and powers


def product_by_loops(a, b):
    c = np.zeros((a.shape[0], b.shape[1]))
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]
    return c


def product_by_accumulator(a, b):
    c = np.empty((a.shape[0], b.shape[1]))
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            s = 0.0
            for k in range(a.shape[1]):
                s += a[i, k] * b[k, j]
            c[i, j] = s
    return np.sum(c**2)


def product_by_blocks(a, b):
    c = np.zeros((a.shape[0], b.shape[1]))
    for i in range(0, a.shape[0], 2):
        for k in range(0, a.shape[1], 2):
            c[i : i + 2] += a[i : i + 2, k : k + 2] @ b[k : k + 2]
    return np.sum(c**2)


def power_by_squaring(q, n):
    result, base = np.eye(len(q)), q.copy()
    while n:
        if n & 1:
            result[:] = result @ base
        base[...] = base @ base
        n >>= 1
    return np.sum(result**2) + np.sum(q)


def kronecker_by_blocks(a, b):
    out = np.empty((a.shape[0] * b.shape[0], a.shape[1] * b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            out[i * b.shape[0] : (i + 1) * b.shape[0], j * b.shape[1] : (j + 1) * b.shape[1]] = a[i, j] * b
    return np.sum(out**2 * np.arange(out.size).reshape(out.shape))


def exponential_series(q):
    total, term = np.eye(len(q)), np.eye(len(q))
    for k in range(1, 7):
        term[:] = term @ q / k
        total += term
    return np.sum(total**2)


def vandermonde_by_columns(v):
    m = np.ones((len(v), 4))
    for j in range(1, 4):
        m[:, j] = m[:, j - 1] * v
    return np.sum(m**2)


def symmetrised_in_place(q):
    w = q * 1.0
    n = len(w)
    for i in range(n):
        for j in range(i + 1, n):
            w[i, j] = w[j, i] = 0.5 * (w[i, j] + w[j, i])
    w[np.diag_indices(n)] += 1.0
    return np.linalg.det(w)


def covariance_by_columns(x):
    x = x.copy()
    for j in range(x.shape[1]):
        x[:, j] -= x[:, j].mean()
    c = np.zeros((x.shape[1], x.shape[1]))
    for row in x:
        c += np.outer(row, row)
    c /= len(x) - 1
    return np.sum(c**2)


def columns_normalised(x):
    for j in range(x.shape[1]):
        x[:, j] -= np.mean(x[:, j])
        x[:, j] /= np.std(x[:, j]) + 0.1
    x += x.sum(axis=1, keepdims=True)
    return np.sum(x**3)


def determinant_by_elimination(a):
    a = a.copy()
    determinant = 1.0
    while len(a) > 1:
        determinant *= a[0, 0]
        a[1:] -= np.outer(a[1:, 0] / a[0, 0], a[0])
        a = a[1:, 1:]
    return determinant * a[0, 0]


def rank_one_updates(a, u, v):
    inverse = np.linalg.inv(a)
    for _ in range(2):
        left, right = inverse @ u, v @ inverse
        inverse -= np.outer(left, right) / (1.0 + v @ left)
    return np.sum(inverse**2)


Q, M, B = array(3, 3) + 2.0 * np.eye(3), array(3, 2), array(3)
CASES = [
    *[(f, (Q,), None) for f in (
        gauss_jordan_inverse, gauss_jordan_in_place, exponential_series, symmetrised_in_place,
        determinant_by_elimination,
    )],
    (gauss_jordan_in_place, (Q[:1, :1],), None),
    (columns_normalised, (array(4, 3),), None),
    *[(f, (Q, B), None) for f in (
        forward_substitution, back_substitution, substitution_by_columns, eliminate_and_solve, arnoldi, lanczos,
    )],
    (substitution_many, (Q, M), None),
    (thomas, (array(3), positive(4) + 2.0, array(3, seed=1), array(4)), None),
    (thomas, (array(1), positive(2) + 2.0, array(1, seed=1), array(2)), None),
    (thomas_in_place, (array(3), positive(4) + 2.0, array(3, seed=1), array(4)), None),
    (thomas_for_many, (positive(3, 2) + 1.0, array(3, 2)), None),
    (thomas_for_many, (positive(3) + 1.0, array(3, 2)), None),
    (conjugate_gradient_in_place, (Q @ Q.T, B), None),
    *[(f, (array(2, 3), array(3, 4)), None) for f in (product_by_loops, product_by_accumulator, product_by_blocks)],
    *[(power_by_squaring, (Q * 0.4, n), 0) for n in (0, 1, 6)],
    (kronecker_by_blocks, (array(2, 2), array(1, 3)), None),
    (vandermonde_by_columns, (array(3),), None),
    (covariance_by_columns, (array(4, 2),), None),
    (rank_one_updates, (Q, B * 0.3, array(3, seed=1) * 0.3), None),
]  # fmt: skip
