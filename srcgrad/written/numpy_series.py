"""NumPy's classes of polynomials, written out: for coefficients that depend on the inputs.

p = Polynomial(c)      an object that keeps the coefficients where derivatives find them
p(x)                   the series at the mapped points, as in NumPy
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.written import NotKept


def series_value(value: Any, coef: Any, domain: Any, window: Any, arg: Any) -> Any:
    """The value of a series at points that are mapped from the domain to the window first."""
    length = domain[1] - domain[0]
    offset = (domain[1] * window[0] - domain[0] * window[1]) / length
    return value(offset + (window[1] - window[0]) / length * np.asarray(arg), coef)


class Series:
    """An object of any of the families: `family` has the functions that evaluate, derive and integrate its series."""

    def __init__(self, family: Any, coef: Any, domain: Any, window: Any) -> None:
        self.family = family
        self.coef = np.atleast_1d(coef) + 0.0
        self.domain = domain
        self.window = window

    def __call__(self, arg: Any) -> Any:
        return series_value(self.family._val, self.coef, self.domain, self.window, arg)

    def mapparms(self) -> Any:
        length = self.domain[1] - self.domain[0]
        offset = (self.domain[1] * self.window[0] - self.domain[0] * self.window[1]) / length
        return offset, (self.window[1] - self.window[0]) / length

    def deriv(self, m: int = 1) -> Any:
        _, scale = self.mapparms()
        return Series(self.family, self.family._der(self.coef, m, scale), self.domain, self.window)

    def integ(self, m: int = 1, k: Any = (), lbnd: Any = None) -> Any:
        offset, scale = self.mapparms()
        begin = 0 if lbnd is None else offset + scale * lbnd
        return Series(self.family, self.family._int(self.coef, m, k, begin, 1.0 / scale), self.domain, self.window)

    def __getattr__(self, name: str) -> Any:
        raise NotKept(
            f"'{name}' of a polynomial whose coefficients depend on the input",
            "compute with the coefficients (p.coef) and the functions of np.polynomial",
        )


def series_of(cls: Any) -> Any:
    """What stands in for a family's class."""
    usual = tuple(cls.domain.tolist())

    def series(coef: Any, domain: Any = None, window: Any = None, symbol: str = "x") -> Any:
        return Series(cls, coef, usual if domain is None else domain, usual if window is None else window)

    return series


class Poly1d:
    """`np.poly1d`: coefficients from the highest power."""

    def __init__(self, c_or_r: Any, r: bool = False, variable: Any = None) -> None:
        self.coeffs = np.poly(c_or_r) if r else np.trim_zeros(np.atleast_1d(c_or_r), trim="f")

    def __call__(self, val: Any) -> Any:
        return np.polyval(self.coeffs, val)

    def deriv(self, m: int = 1) -> Any:
        return Poly1d(np.polyder(self.coeffs, m))

    def integ(self, m: int = 1, k: Any = 0) -> Any:
        return Poly1d(np.polyint(self.coeffs, m, k))

    def __getattr__(self, name: str) -> Any:
        raise NotKept(
            f"'{name}' of a poly1d whose coefficients depend on the input",
            "compute with the coefficients (p.coeffs) and np.polyadd, np.polymul and their kin",
        )
