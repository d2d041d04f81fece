"""`np.poly1d`, written out: for coefficients, from the highest power, that depend on the inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.written import NotKept


def coefficients(p: Any) -> Any:
    """The coefficients of a polynomial, which may be an object, with those that are zero before them."""
    if isinstance(p, Poly1d):
        return p.all
    return p.coeffs if isinstance(p, np.poly1d) else np.atleast_1d(p)


def leading_zeros(c: Any) -> int:
    """How many zeros before the coefficients NumPy leaves out: one coefficient stays."""
    places = np.flatnonzero(c)
    return int(places[0]) if len(places) else len(c) - 1


def like(coeffs: Any, *operands: Any) -> Any:
    """Coefficients as what the operands are: an object if one of them is."""
    return Poly1d(coeffs) if any(isinstance(p, (Poly1d, np.poly1d)) for p in operands) else coeffs


def polyval(p: Any, x: Any) -> Any:
    """`np.polyval` of objects: a polynomial of a polynomial is one."""
    coeffs = coefficients(p)
    if not isinstance(x, (Poly1d, np.poly1d)):
        return np.polyval(coeffs, x)
    inner = Poly1d(x)
    value = inner * 0
    for c in coeffs:
        value = value * inner + c
    return value


class Poly1d:
    """An object that keeps the coefficients where derivatives find them.

    A zero that NumPy leaves out before them may be a coefficient that depends on the input: it is computed with.
    """

    # an array leaves operators to it
    __array_ufunc__ = None

    def __init__(self, c_or_r: Any, r: bool = False, variable: Any = None) -> None:
        coeffs = np.poly(c_or_r) if r else coefficients(c_or_r)
        if np.ndim(coeffs) > 1:
            raise ValueError("Polynomial must be 1d only.")
        if len(coeffs) == 0:
            coeffs = np.zeros(1, coeffs.dtype)
        self.all: Any = coeffs
        self.coeffs: Any = coeffs[leading_zeros(coeffs) :]
        self.variable = "x" if variable is None else variable

    def __call__(self, val: Any) -> Any:
        return np.polyval(self, val)

    def __len__(self) -> int:
        return len(self.coeffs) - 1

    def __iter__(self) -> Any:
        return iter(list(self.coeffs))

    def __getitem__(self, val: Any) -> Any:
        if val > self.order or val < 0:
            return self.coeffs.dtype.type(0)
        return self.coeffs[self.order - val]

    def __eq__(self, other: Any) -> Any:
        mine, others = self.coeffs, Poly1d(other).coeffs
        return len(mine) == len(others) and np.all(np.equal(mine, others))

    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Any:
        return Poly1d(-self.all)

    def __pos__(self) -> Any:
        return self

    def __add__(self, other: Any) -> Any:
        return Poly1d(np.polyadd(self.all, coefficients(other)))

    # an array, or a number of NumPy's, takes a polynomial on its right for the array of its coefficients

    def __radd__(self, other: Any) -> Any:
        return other + self.coeffs if isinstance(other, (np.ndarray, np.generic)) else self.__add__(other)

    def __sub__(self, other: Any) -> Any:
        return Poly1d(np.polysub(self.all, coefficients(other)))

    def __rsub__(self, other: Any) -> Any:
        if isinstance(other, (np.ndarray, np.generic)):
            return other - self.coeffs
        return Poly1d(np.polysub(coefficients(other), self.all))

    def __mul__(self, other: Any) -> Any:
        if np.isscalar(other):
            return Poly1d(self.all * other)
        return Poly1d(np.convolve(self.all, coefficients(other)))

    def __rmul__(self, other: Any) -> Any:
        return other * self.coeffs if isinstance(other, (np.ndarray, np.generic)) else self.__mul__(other)

    def __truediv__(self, other: Any) -> Any:
        return Poly1d(self.all / other) if np.isscalar(other) else np.polydiv(self, Poly1d(other))

    def __rtruediv__(self, other: Any) -> Any:
        if isinstance(other, (np.ndarray, np.generic)):
            return other / self.coeffs
        return Poly1d(other / self.coeffs) if np.isscalar(other) else np.polydiv(Poly1d(other), self)

    def __pow__(self, val: Any) -> Any:
        if np.ndim(val) or int(val) != val or val < 0:
            raise ValueError("Power to non-negative integers only.")
        result: Any = [1]
        for _ in range(int(val)):
            result = np.convolve(self.all, result)
        return Poly1d(result)

    def deriv(self, m: int = 1) -> Any:
        return Poly1d(np.polyder(self.all, m))

    def integ(self, m: int = 1, k: Any = 0) -> Any:
        return Poly1d(np.polyint(self.all, m, k))

    @property
    def order(self) -> int:
        return len(self.coeffs) - 1

    @property
    def roots(self) -> Any:
        return np.roots(self.coeffs)

    # NumPy's shorter names
    coef = c = coefficients = property(lambda self: self.coeffs)
    o = order
    r = roots

    def __getattr__(self, name: str) -> Any:
        raise NotKept(
            f"'{name}' of a poly1d whose coefficients depend on the input",
            "compute with the coefficients (p.coeffs) and np.polyadd, np.polymul and their kin",
        )
