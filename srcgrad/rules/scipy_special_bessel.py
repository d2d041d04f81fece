"""Rules for `scipy.special`: Bessel functions, by their argument.

Digital Library of Mathematical Functions, 9.13, 10.6, 10.29 and 10.51.  There is no closed form for
derivatives by the order: it is no differentiable argument.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import elementwise
from srcgrad.rules.scipy_special import ANALYTIC, POSITIVE, REAL, named

named(
    "j0", "j1", "jv", "jve", "i0", "i1", "i0e", "i1e", "iv", "ive", "k0", "k1", "kv", "k0e", "k1e", "kve", "y0", "y1",
    "yv", "yve", "hankel1", "hankel1e", "hankel2", "hankel2e", "jvp", "yvp", "ivp", "kvp", "h1vp", "h2vp",
)  # fmt: skip
ORDERS = ("f(1.5, A(3) + 3.0)", "f(np.array([0.0, 2.0]), S())", "f(0.5, A(2, 3) + 3.0)")

# -------------------------------------------------------------------------------------------------- Bessel functions


@elementwise(special.j0, **REAL)
def j0_(x, /):
    x: -j1(x)


@elementwise(special.j1, **REAL, domain=POSITIVE)
def j1_(x, /):
    x: 0.5 * (j0(x) - jv(2.0, x))


@elementwise(special.jv, **ANALYTIC, cases=ORDERS)
def jv_(v, x, /):
    x: 0.5 * (jv(v - 1.0, x) - jv(v + 1.0, x))


@elementwise(special.y0, **REAL, domain=POSITIVE)
def y0_(x, /):
    x: -y1(x)


@elementwise(special.y1, **REAL, domain=POSITIVE)
def y1_(x, /):
    x: 0.5 * (y0(x) - yv(2.0, x))


@elementwise(special.yv, **ANALYTIC, cases=ORDERS)
def yv_(v, x, /):
    x: 0.5 * (yv(v - 1.0, x) - yv(v + 1.0, x))


@elementwise(special.i0, **REAL)
def i0_(x, /):
    x: i1(x)


@elementwise(special.i1, **REAL, domain=POSITIVE)
def i1_(x, /):
    x: 0.5 * (i0(x) + iv(2.0, x))


@elementwise(special.i0e, **REAL, domain=POSITIVE)
def i0e_(x, /, *, y):
    x: i1e(x) - np.sign(x) * y


@elementwise(special.i1e, **REAL, domain=POSITIVE)
def i1e_(x, /, *, y):
    x: 0.5 * (i0e(x) + ive(2.0, x)) - np.sign(x) * y


@elementwise(special.ive, **REAL, cases=ORDERS)
def ive_(v, x, /, *, y):
    x: 0.5 * (ive(v - 1.0, x) + ive(v + 1.0, x)) - np.sign(of_real(x)) * y


@elementwise(special.iv, **ANALYTIC, cases=ORDERS)
def iv_(v, x, /):
    x: 0.5 * (iv(v - 1.0, x) + iv(v + 1.0, x))


@elementwise(special.k0, **REAL, domain=POSITIVE)
def k0_(x, /):
    x: -k1(x)


@elementwise(special.k1, **REAL, domain=POSITIVE)
def k1_(x, /):
    x: -0.5 * (k0(x) + kv(2.0, x))


@elementwise(special.kv, **ANALYTIC, cases=ORDERS)
def kv_(v, x, /):
    x: -0.5 * (kv(v - 1.0, x) + kv(v + 1.0, x))


@elementwise(special.yn, **REAL, cases=("f(2, A(3) + 3.0)", "f(np.array([0, 1]), S())"))
def yn(n, x, /):
    x: 0.5 * (yv(n - 1.0, x) - yv(n + 1.0, x))


@elementwise(special.kn, **REAL, cases=("f(2, A(3) + 3.0)", "f(np.array([0, 1]), S())"))
def kn(n, x, /):
    x: -0.5 * (kv(n - 1.0, x) + kv(n + 1.0, x))


COMPLEX = {"kind": of.complex_combined,
           "cases": ("f(1.5, A(3) + 3.0)", "f(np.array([0.0, 2.0]), S())", "f(0.5, C(3) + 3.0)")}  # fmt: skip


@elementwise(special.hankel1, **COMPLEX)
def hankel1_(v, z, /):
    z: 0.5 * (hankel1(v - 1.0, z) - hankel1(v + 1.0, z))


@elementwise(special.hankel2, **COMPLEX)
def hankel2_(v, z, /):
    z: 0.5 * (hankel2(v - 1.0, z) - hankel2(v + 1.0, z))


# the n-th derivatives of Bessel functions by their argument
SLOPES = ("f(1.5, A(3) + 3.0)", "f(0.5, S(), 2)", "f(2, A(2, 3) + 3.0, n=3)")


@elementwise(special.jvp, kind=of.combined_first_two, cases=SLOPES)
def jvp_(v, z, n=1):
    z: jvp(v, z, n + 1)


@elementwise(special.yvp, kind=of.combined_first_two, cases=SLOPES)
def yvp_(v, z, n=1):
    z: yvp(v, z, n + 1)


@elementwise(special.ivp, kind=of.combined_first_two, cases=SLOPES)
def ivp_(v, z, n=1):
    z: ivp(v, z, n + 1)


@elementwise(special.kvp, kind=of.combined_first_two, cases=SLOPES)
def kvp_(v, z, n=1):
    z: kvp(v, z, n + 1)


@elementwise(special.h1vp, kind=of.complex_first_two, cases=SLOPES)
def h1vp_(v, z, n=1):
    z: h1vp(v, z, n + 1)


@elementwise(special.h2vp, kind=of.complex_first_two, cases=SLOPES)
def h2vp_(v, z, n=1):
    z: h2vp(v, z, n + 1)


# ------------------------------------------------------------------------------------------------ scaled and spherical


@elementwise(special.k0e, **REAL, domain=POSITIVE)
def k0e_(x, /, *, y):
    x: y - k1e(x)


@elementwise(special.k1e, **REAL, domain=POSITIVE)
def k1e_(x, /, *, y):
    x: y - 0.5 * (k0e(x) + kve(2.0, x))


@elementwise(special.kve, **ANALYTIC, cases=ORDERS)
def kve_(v, x, /, *, y):
    x: y - 0.5 * (kve(v - 1.0, x) + kve(v + 1.0, x))


@elementwise(special.jve, **ANALYTIC, cases=ORDERS)
def jve_(v, x, /):
    x: 0.5 * (jve(v - 1.0, of_real(x)) - jve(v + 1.0, x))


@elementwise(special.yve, **ANALYTIC, cases=ORDERS)
def yve_(v, x, /):
    x: 0.5 * (yve(v - 1.0, of_real(x)) - yve(v + 1.0, x))


@elementwise(special.hankel1e, **COMPLEX)
def hankel1e_(v, z, /, *, y):
    z: 0.5 * (hankel1e(v - 1.0, z) - hankel1e(v + 1.0, z)) - 1j * y


@elementwise(special.hankel2e, **COMPLEX)
def hankel2e_(v, z, /, *, y):
    z: 0.5 * (hankel2e(v - 1.0, z) - hankel2e(v + 1.0, z)) + 1j * y


SPHERE = {"kind": of.combined_first_two,
          "cases": ("f(2, A(3) + 3.0)", "f(np.array([0, 1]), S())", "f(1, A(3) + 3.0, True)")}  # fmt: skip


@elementwise(special.spherical_jn, **SPHERE)
def spherical_jn_(n, z, derivative=False):
    z: spherical_slope("spherical_jn", 1.0, -1.0, n, z, derivative)


@elementwise(special.spherical_yn, **SPHERE)
def spherical_yn_(n, z, derivative=False):
    z: spherical_slope("spherical_yn", 1.0, -1.0, n, z, derivative)


@elementwise(special.spherical_in, **SPHERE)
def spherical_in_(n, z, derivative=False):
    z: spherical_slope("spherical_in", 1.0, 1.0, n, z, derivative)


@elementwise(special.spherical_kn, **SPHERE)
def spherical_kn_(n, z, derivative=False):
    z: spherical_slope("spherical_kn", -1.0, -1.0, n, z, derivative)
