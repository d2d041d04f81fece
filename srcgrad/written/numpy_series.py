"""NumPy's classes of polynomials, written out: for coefficients that depend on the inputs.

p = Polynomial(c)      an object that keeps the coefficients where derivatives find them
p(x)                   the series at the mapped points, as in NumPy
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial._polybase import ABCPolyBase

from srcgrad.written import NotKept


def series_value(value: Any, coef: Any, domain: Any, window: Any, arg: Any) -> Any:
    """The value of a series at points, or at a polynomial, that are mapped from the domain to the window first."""
    offset, scale = parameters(domain, window)
    points = arg if isinstance(arg, (Series, ABCPolyBase)) else np.asarray(arg)
    return value(offset + scale * points, coef)


def parameters(begin: Any, end: Any) -> tuple[Any, Any]:
    """Offset and scale of the map from one interval to another."""
    length = begin[1] - begin[0]
    return (begin[1] * end[0] - begin[0] * end[1]) / length, (end[1] - end[0]) / length


class Series:
    """An object of any of the families: `family` has the functions that compute with its series."""

    # an array leaves operators to it
    __array_ufunc__ = None

    def __init__(self, family: Any, coef: Any, domain: Any, window: Any, symbol: str) -> None:
        self.family = family
        self.coef = np.atleast_1d(coef) + 0.0
        self.domain = domain
        self.window = window
        self.symbol = symbol

    def __call__(self, arg: Any) -> Any:
        return series_value(self.family._val, self.coef, self.domain, self.window, arg)

    def __len__(self) -> int:
        return len(self.coef)

    def __iter__(self) -> Any:
        return iter(list(self.coef))

    def __eq__(self, other: Any) -> Any:
        same = self.has_sametype(other) and self.has_samedomain(other) and self.has_samewindow(other)
        return same and self.symbol == other.symbol and self.has_samecoef(other)

    __hash__ = None  # type: ignore[assignment]

    def _like(self, coef: Any) -> Any:
        return Series(self.family, coef, self.domain, self.window, self.symbol)

    def _other(self, other: Any) -> Any:
        """The coefficients of an operand."""
        if isinstance(other, (Series, ABCPolyBase)):
            if not self.has_sametype(other):
                raise TypeError("Polynomial types differ")
            if not self.has_samedomain(other):
                raise TypeError("Domains differ")
            if not self.has_samewindow(other):
                raise TypeError("Windows differ")
            if self.symbol != other.symbol:
                raise ValueError("Polynomial symbols differ")
            return other.coef
        return other

    def __neg__(self) -> Any:
        return self._like(-self.coef)

    def __pos__(self) -> Any:
        return self

    def __add__(self, other: Any) -> Any:
        return self._like(self.family._add(self.coef, self._other(other)))

    def __radd__(self, other: Any) -> Any:
        return self._like(self.family._add(self._other(other), self.coef))

    def __sub__(self, other: Any) -> Any:
        return self._like(self.family._sub(self.coef, self._other(other)))

    def __rsub__(self, other: Any) -> Any:
        return self._like(self.family._sub(self._other(other), self.coef))

    def __mul__(self, other: Any) -> Any:
        return self._like(self.family._mul(self.coef, self._other(other)))

    def __rmul__(self, other: Any) -> Any:
        return self._like(self.family._mul(self._other(other), self.coef))

    def __truediv__(self, other: Any) -> Any:
        if np.ndim(other) or isinstance(other, (Series, ABCPolyBase, bool)):
            raise TypeError("unsupported types for true division: a series and what is no number")
        return self.__floordiv__(other)

    def __divmod__(self, other: Any) -> Any:
        quotient, rest = self.family._div(self.coef, self._other(other))
        return self._like(quotient), self._like(rest)

    def __rdivmod__(self, other: Any) -> Any:
        quotient, rest = self.family._div(self._other(other), self.coef)
        return self._like(quotient), self._like(rest)

    def __floordiv__(self, other: Any) -> Any:
        return self.__divmod__(other)[0]

    def __rfloordiv__(self, other: Any) -> Any:
        return self.__rdivmod__(other)[0]

    def __mod__(self, other: Any) -> Any:
        return self.__divmod__(other)[1]

    def __rmod__(self, other: Any) -> Any:
        return self.__rdivmod__(other)[1]

    def __pow__(self, other: Any) -> Any:
        return self._like(self.family._pow(self.coef, other, maxpower=self.family.maxpower))

    def mapparms(self) -> Any:
        return parameters(self.domain, self.window)

    def deriv(self, m: int = 1) -> Any:
        _, scale = self.mapparms()
        return self._like(self.family._der(self.coef, m, scale))

    def integ(self, m: int = 1, k: Any = (), lbnd: Any = None) -> Any:
        offset, scale = self.mapparms()
        begin = 0 if lbnd is None else offset + scale * lbnd
        return self._like(self.family._int(self.coef, m, k, begin, 1.0 / scale))

    def roots(self) -> Any:
        offset, scale = parameters(self.window, self.domain)
        return offset + scale * self.family._roots(self.coef)

    def linspace(self, n: int = 100, domain: Any = None) -> Any:
        low, high = self.domain if domain is None else domain
        x = np.linspace(low, high, n)
        return x, self(x)

    def degree(self) -> int:
        return len(self.coef) - 1

    def truncate(self, size: int) -> Any:
        return self._like(self.coef[:size])

    def cutdeg(self, deg: int) -> Any:
        return self.truncate(deg + 1)

    def trim(self, tol: float = 0) -> Any:
        large = np.flatnonzero(np.abs(self.coef) > tol)
        return self._like(self.coef[: large[-1] + 1] if len(large) else self.coef[:1] * 0.0)

    def copy(self) -> Any:
        return self._like(self.coef)

    def convert(self, domain: Any = None, kind: Any = None, window: Any = None) -> Any:
        kind = self.family if kind is None else kind
        domain = kind.domain if domain is None else domain
        window = kind.window if window is None else window
        return self(kind.identity(domain, window=window, symbol=self.symbol))

    def has_samecoef(self, other: Any) -> Any:
        return len(self.coef) == len(other.coef) and np.all(np.equal(self.coef, other.coef))

    def has_samedomain(self, other: Any) -> Any:
        return np.all(np.equal(self.domain, other.domain))

    def has_samewindow(self, other: Any) -> Any:
        return np.all(np.equal(self.window, other.window))

    def has_sametype(self, other: Any) -> bool:
        return (other.family if isinstance(other, Series) else type(other)) is self.family

    def __getattr__(self, name: str) -> Any:
        raise NotKept(
            f"'{name}' of a polynomial whose coefficients depend on the input",
            "compute with the coefficients (p.coef) and the functions of np.polynomial",
        )


def series_of(cls: Any) -> Any:
    """What stands in for a family's class."""

    def series(coef: Any, domain: Any = None, window: Any = None, symbol: str = "x") -> Any:
        return Series(cls, coef, interval(domain, cls.domain), interval(window, cls.window), symbol)

    return series


def interval(given: Any, usual: Any) -> Any:
    """Both ends of an interval, as an array of floating numbers."""
    return usual if given is None else np.atleast_1d(given) + 0.0
