"""NumPy's functions of polynomials and sets, written out in functions that have rules."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.polynomial import polynomial

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_pick import common_places, spacing_at_one
from srcgrad.written.numpy_poly1d import Poly1d, coefficients, leading_zeros, like

# ------------------------------------------------------------------------------------------------------- polynomials


def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False) -> Any:
    """`np.polyfit`: least squares with scaled columns."""
    if np.ndim(deg):
        raise UnsupportedError("np.polyfit with several degrees", "np.polyfit takes one number")
    order = int(deg) + 1
    x = np.asarray(x) + 0.0
    y = np.asarray(y) + 0.0
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if x.ndim != 1 or x.size == 0:
        raise TypeError("expected a non-empty 1D vector for x")
    if y.ndim < 1 or y.ndim > 2:
        raise TypeError("expected 1D or 2D array for y")
    if x.shape[0] != y.shape[0]:
        raise TypeError("expected x and y to have same length")
    if rcond is None:
        rcond = len(x) * spacing_at_one(x)
    left = np.vander(x, order)
    right = y
    if w is not None:
        w = np.asarray(w) + 0.0
        if w.ndim != 1 or w.shape[0] != y.shape[0]:
            raise TypeError("expected a 1-d array for weights of the length of y")
        # weights do not change the types of what they are multiplied with
        left = (left * w[:, np.newaxis]).astype(left.dtype)
        right = (right * w[:, np.newaxis] if right.ndim == 2 else right * w).astype(right.dtype)
    scale = np.sqrt((left * left).sum(axis=0))
    left = left / scale
    c, residuals, rank, s = np.linalg.lstsq(left, right, rcond)
    c = (c.T / scale).T
    if rank != order and not full:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=2)
    if full:
        return c, residuals, rank, s, rcond
    if cov:
        base = np.linalg.inv(np.dot(left.T, left)) / np.outer(scale, scale)
        if cov == "unscaled":
            factor = 1
        elif len(x) <= order:
            raise ValueError("the number of data points must exceed order to scale the covariance matrix")
        else:
            factor = residuals / (len(x) - order)
        return (c, base * factor) if y.ndim == 1 else (c, base[:, :, np.newaxis] * factor)
    return c


def _lengthened(a: Any, size: int) -> Any:
    """Coefficients with zeros before them."""
    return np.concatenate((np.zeros(size - len(a), a.dtype), a)) if len(a) < size else a


def polyadd(a1: Any, a2: Any) -> Any:
    """`np.polyadd`."""
    c1, c2 = coefficients(a1), coefficients(a2)
    size = max(len(c1), len(c2))
    return like(_lengthened(c1, size) + _lengthened(c2, size), a1, a2)


def polysub(a1: Any, a2: Any) -> Any:
    """`np.polysub`."""
    c1, c2 = coefficients(a1), coefficients(a2)
    size = max(len(c1), len(c2))
    return like(_lengthened(c1, size) - _lengthened(c2, size), a1, a2)


def polymul(a1: Any, a2: Any) -> Any:
    """`np.polymul`: what is left out before the product is as many zeros as stand before the operands."""
    c1, c2 = coefficients(a1), coefficients(a2)
    product = like(np.convolve(c1, c2), a1, a2)
    return product if isinstance(product, Poly1d) else product[leading_zeros(c1) + leading_zeros(c2) :]


def polyder(p: Any, m: int = 1) -> Any:
    """`np.polyder`."""
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    c = coefficients(p)
    for _ in range(int(m)):
        c = c[:-1] * np.arange(len(c) - 1, 0, -1)
    return like(c, p)


def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """`np.polyint`."""
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    m = int(m)
    constants = np.zeros(m) if k is None else np.atleast_1d(k)
    if len(constants) == 1 and m > 1:
        constants = constants[0] * np.ones(m)
    if len(constants) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    c = coefficients(p)
    for i in range(m):
        c = np.concatenate((c / np.arange(len(c), 0, -1), constants[i : i + 1]))
    return like(c, p)


def polydiv(u: Any, v: Any) -> Any:
    """`np.polydiv`: long division."""
    rest = (u.coeffs if isinstance(u, Poly1d) else coefficients(u)) + 0.0
    divisor = (v.coeffs if isinstance(v, Poly1d) else coefficients(v)) + 0.0
    m, n = len(rest) - 1, len(divisor) - 1
    scale = 1.0 / divisor[0]
    quotient = []
    for k in range(m - n + 1):
        digit = scale * rest[k]
        quotient.append(digit)
        rest = rest - np.pad(digit * divisor, (k, m - n - k))
    q = np.stack(quotient) if quotient else np.zeros(1, rest.dtype)
    while np.allclose(rest[0], 0, rtol=1e-14) and rest.shape[-1] > 1:
        rest = rest[1:]
    return like(q, u, v), like(rest, u, v)


def poly(seq_of_zeros: Any) -> Any:
    """`np.poly`: the polynomial with these roots, or the characteristic polynomial of a matrix."""
    zeros = np.atleast_1d(seq_of_zeros)
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] != 0:
        zeros = np.linalg.eigvals(zeros)
    elif zeros.ndim != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    result = np.ones((1,), zeros.dtype)
    for zero in zeros:
        result = np.convolve(result, np.array([1.0, -zero], dtype=zeros.dtype), mode="full")
    if np.iscomplexobj(result):
        roots = np.asarray(zeros, complex)
        if np.all(np.sort(roots) == np.sort(roots.conjugate())):
            result = np.real(result)
    return result


def polyval2d(x: Any, y: Any, c: Any) -> Any:
    """`np.polynomial.polynomial.polyval2d`."""
    if np.shape(x) != np.shape(y):
        raise ValueError("x, y are incompatible")
    return polynomial.polyval(np.asarray(y), polynomial.polyval(np.asarray(x), c), tensor=False)


def polygrid2d(x: Any, y: Any, c: Any) -> Any:
    """`np.polynomial.polynomial.polygrid2d`."""
    return polynomial.polyval(np.asarray(y), polynomial.polyval(np.asarray(x), c))


def roots(p: Any) -> Any:
    """`np.roots`: the eigenvalues of the companion matrix."""
    p = coefficients(p)
    if p.ndim != 1:
        raise ValueError("Input must be a rank-1 array.")
    places = np.flatnonzero(p)
    if len(places) == 0:
        return np.array([])
    trailing = len(p) - int(places[-1]) - 1
    p = p[int(places[0]) : int(places[-1]) + 1]
    if len(p) < 2:
        return np.zeros(trailing)
    first = np.reshape(-p[1:] / p[0], (1, len(p) - 1))
    found = np.linalg.eigvals(np.concatenate((first, np.eye(len(p) - 1, dtype=first.dtype)[:-1])))
    return np.concatenate((found, np.zeros(trailing, found.dtype)))


# --------------------------------------------------------------------------------------------------------------- sets


def union1d(ar1: Any, ar2: Any) -> Any:
    """`np.union1d`."""
    return np.unique(np.concatenate((ar1, ar2), axis=None))


def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """`np.setdiff1d`."""
    first = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return first[np.isin(first, ar2, assume_unique=True, invert=True)]


def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """`np.intersect1d`: elements of the first array."""
    first, second = common_places(ar1, ar2)
    both = np.ravel(ar1)[first]
    return (both, first, second) if return_indices else both


def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """`np.setxor1d`."""
    first = np.ravel(ar1) if assume_unique else np.unique(ar1)
    second = np.ravel(ar2) if assume_unique else np.unique(ar2)
    both = np.sort(np.concatenate((first, second)))
    if both.size == 0:
        return both
    changes = np.concatenate(([True], both[1:] != both[:-1], [True]))
    return both[changes[1:] & changes[:-1]]


# -------------------------------------------------------------------------------------------------------- the others


def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """`np.trim_zeros`."""
    places = np.argwhere(filt)
    rank = np.ndim(filt)
    axes = range(rank) if axis is None else [int(i) % rank for i in np.atleast_1d(axis)]
    part = []
    for i in range(rank):
        if i not in axes:
            part.append(slice(None))
        elif len(places):
            first = int(np.min(places[:, i])) if "f" in trim.lower() else 0
            last = int(np.max(places[:, i])) + 1 if "b" in trim.lower() else None
            part.append(slice(first, last))
        else:
            part.append(slice(0, 0))
    return filt[part[0]] if rank == 1 else filt[tuple(part)]


def real_if_close(a: Any, tol: float = 100) -> Any:
    """`np.real_if_close`."""
    a = np.asanyarray(a)
    if not np.iscomplexobj(a):
        return a
    limit = spacing_at_one(a) * tol if tol > 1 else tol
    return a.real if np.all(np.absolute(a.imag) < limit) else a


def kaiser(M: Any, beta: Any) -> Any:
    """`np.kaiser`: a window by the modified Bessel function."""
    if M < 1:
        return np.array([])
    if M == 1:
        return np.ones(1)
    half = (M - 1) / 2.0
    n = np.arange(0, M)
    return np.i0(beta * np.sqrt(1 - ((n - half) / half) ** 2.0)) / np.i0(beta)
