"""Factorisations of linear algebra, written as loops on matrices in place."""

import math

import numpy as np

from programs.data import array, positive


def lu_in_place(a):
    n = a.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]
    return a


def lu_by_rows(a):
    lu = a.copy()
    n = len(lu)
    for k in range(n - 1):
        lu[k + 1 :, k] /= lu[k, k]
        lu[k + 1 :, k + 1 :] -= np.outer(lu[k + 1 :, k], lu[k, k + 1 :])
    return np.sum(np.log(np.abs(np.diag(lu))))


def lu_with_pivots(a):
    lu = a.copy()
    n = len(lu)
    order = np.arange(n)
    sign = 1.0
    for k in range(n):
        p = k + np.argmax(np.abs(lu[k:, k]))
        if p != k:
            lu[[k, p]] = lu[[p, k]]
            order[k], order[p] = order[p], order[k]
            sign = -sign
        for i in range(k + 1, n):
            lu[i, k] /= lu[k, k]
            lu[i, k + 1 :] -= lu[i, k] * lu[k, k + 1 :]
    return sign * np.prod(np.diagonal(lu)) + np.sum(lu[order] ** 2)


def lu_swaps_rows_by_copy(a):
    lu = a * 1.0
    n = len(lu)
    for k in range(n):
        p = k + int(np.argmax(np.abs(lu[k:, k])))
        row = lu[k].copy()
        lu[k] = lu[p]
        lu[p] = row
        for i in range(k + 1, n):
            lu[i] -= lu[k] * (lu[i, k] / lu[k, k])
    return np.sum(np.diagonal(lu) ** 2)


def crout(a):
    n = len(a)
    lower, upper = np.zeros((n, n)), np.eye(n)
    for j in range(n):
        for i in range(j, n):
            lower[i, j] = a[i, j] - sum(lower[i, k] * upper[k, j] for k in range(j))
        for i in range(j + 1, n):
            upper[j, i] = (a[j, i] - sum(lower[j, k] * upper[k, i] for k in range(j))) / lower[j, j]
    return np.sum(lower**2) + np.sum(upper**3)


def cholesky_by_elements(m):
    a = m @ m.T + np.eye(len(m))
    factor = np.zeros_like(a)
    for i in range(len(a)):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= factor[i, k] * factor[j, k]
            factor[i, j] = math.sqrt(s) if i == j else s / factor[j, j]
    return np.sum(factor)


def cholesky_in_place(m):
    a = m @ m.T + np.eye(len(m))
    n = len(a)
    for k in range(n):
        a[k, k] = np.sqrt(a[k, k])
        a[k + 1 :, k] /= a[k, k]
        for j in range(k + 1, n):
            a[j:, j] -= a[j:, k] * a[j, k]
        a[k, k + 1 :] = 0.0
    return a


def cholesky_banded(diagonal, off):
    d, e = diagonal.copy(), off.copy()
    for i in range(len(d) - 1):
        d[i] = np.sqrt(d[i])
        e[i] /= d[i]
        d[i + 1] -= e[i] ** 2
    d[-1] = np.sqrt(d[-1])
    return np.sum(np.log(d)) + np.sum(e)


def ldl_in_place(m):
    a = m @ m.T + np.eye(len(m))
    n = len(a)
    d = np.empty(n)
    for j in range(n):
        d[j] = a[j, j] - np.sum(a[j, :j] ** 2 * d[:j])
        for i in range(j + 1, n):
            a[i, j] = (a[i, j] - np.sum(a[i, :j] * a[j, :j] * d[:j])) / d[j]
    return np.sum(np.log(d)) + np.sum(np.tril(a, -1))


def gram_schmidt(a):
    q, r = np.zeros_like(a), np.zeros((a.shape[1], a.shape[1]))
    for j in range(a.shape[1]):
        v = a[:, j].copy()
        for i in range(j):
            r[i, j] = q[:, i] @ a[:, j]
            v -= r[i, j] * q[:, i]
        r[j, j] = np.sqrt(v @ v)
        q[:, j] = v / r[j, j]
    return np.sum(r**2) + np.sum(q**3)


def gram_schmidt_modified(a):
    q = a.copy()
    n = q.shape[1]
    r = np.zeros((n, n))
    for i in range(n):
        r[i, i] = np.linalg.norm(q[:, i])
        q[:, i] /= r[i, i]
        for j in range(i + 1, n):
            r[i, j] = q[:, i] @ q[:, j]
            q[:, j] -= r[i, j] * q[:, i]
    return q, r


def householder(a):
    r = a.copy()
    for k in range(r.shape[1]):
        v = r[k:, k].copy()
        v[0] += np.copysign(np.linalg.norm(v), v[0])
        v /= np.linalg.norm(v)
        r[k:, k:] -= 2.0 * np.outer(v, v @ r[k:, k:])
    return np.sum(np.triu(r) ** 3)


def givens(a):
    r = a.copy()
    for j in range(r.shape[1]):
        for i in range(r.shape[0] - 1, j, -1):
            h = math.hypot(r[i - 1, j], r[i, j])
            c, s = r[i - 1, j] / h, r[i, j] / h
            upper, lower = r[i - 1].copy(), r[i].copy()
            r[i - 1] = c * upper + s * lower
            r[i] = c * lower - s * upper
    return np.sum(np.abs(np.diagonal(r)) * np.arange(1.0, 1.0 + r.shape[1]))


def hessenberg(a):
    h = a.copy()
    for k in range(len(h) - 2):
        for i in range(k + 2, len(h)):
            factor = h[i, k] / h[k + 1, k]
            h[i] -= factor * h[k + 1]
            h[:, k + 1] += factor * h[:, i]
    return np.sum(np.triu(h, -1) ** 2)


def jacobi_rotations(m):
    a = m + m.T
    n = len(a)
    for p in range(n - 1):
        for q in range(p + 1, n):
            angle = 0.5 * np.arctan2(2.0 * a[p, q], a[q, q] - a[p, p])
            c, s = np.cos(angle), np.sin(angle)
            rows = a[[p, q]].copy()
            a[p] = c * rows[0] - s * rows[1]
            a[q] = s * rows[0] + c * rows[1]
            columns = a[:, [p, q]]
            a[:, p] = c * columns[:, 0] - s * columns[:, 1]
            a[:, q] = s * columns[:, 0] + c * columns[:, 1]
    return np.sum(np.diagonal(a) ** 3)


Q = array(3, 3) + 2.0 * np.eye(3)
UNORDERED = array(4, 4)
CASES = [
    *[(f, (Q,), None) for f in (lu_in_place, lu_by_rows, crout, householder, givens, jacobi_rotations)],
    *[(f, (UNORDERED,), None) for f in (lu_with_pivots, lu_swaps_rows_by_copy, hessenberg)],
    *[(f, (Q[:1, :1],), None) for f in (lu_in_place, lu_with_pivots, cholesky_in_place)],
    *[(f, (array(3, 3),), None) for f in (cholesky_by_elements, cholesky_in_place, ldl_in_place)],
    (cholesky_banded, (positive(4) + 1.5, array(3)), None),
    *[(f, (array(4, 3),), None) for f in (gram_schmidt, gram_schmidt_modified, householder)],
]  # fmt: skip
