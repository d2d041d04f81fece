"""Rules for `scipy.special`: Kelvin, Struve, Airy and other functions near those of Bessel, by their argument.

Digital Library of Mathematical Functions, 9.2, 10.63, 11.4, 12.2 and 10.46.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import elementwise, general
from srcgrad.rules.scipy_special import POSITIVE, REAL, named
from srcgrad.rules.scipy_special_bessel import ORDERS

named("struve", "modstruve", "ber", "bei", "ker", "kei", "berp", "beip", "kerp", "keip")

# ------------------------------------------------------------------------------------------- Kelvin, Struve, Airy


@elementwise(special.ber, **REAL, domain=POSITIVE)
def ber_(x, /):
    x: berp(x)


@elementwise(special.bei, **REAL, domain=POSITIVE)
def bei_(x, /):
    x: beip(x)


@elementwise(special.ker, **REAL, domain=POSITIVE)
def ker_(x, /):
    x: kerp(x)


@elementwise(special.kei, **REAL, domain=POSITIVE)
def kei_(x, /):
    x: keip(x)


@elementwise(special.berp, **REAL, domain=POSITIVE)
def berp_(x, /, *, y):
    x: -bei(x) - ratio_or(y, x, 0.0)


@elementwise(special.beip, **REAL, domain=POSITIVE)
def beip_(x, /, *, y):
    x: ber(x) - ratio_or(y, x, 0.5)


@elementwise(special.kerp, **REAL, domain=POSITIVE)
def kerp_(x, /, *, y):
    x: -kei(x) - y / x


@elementwise(special.keip, **REAL, domain=POSITIVE)
def keip_(x, /, *, y):
    x: ker(x) - y / x


@elementwise(special.struve, **REAL, cases=ORDERS)
def struve_(v, x, /):
    x: 0.5 * (struve(v - 1.0, x) - struve(v + 1.0, x) + struve_part(v, x))


@elementwise(special.modstruve, **REAL, cases=ORDERS)
def modstruve_(v, x, /):
    x: 0.5 * (modstruve(v - 1.0, x) + modstruve(v + 1.0, x) + struve_part(v, x))


PAIR = {"kind": of.two_results, "cases": ("f(A(3) + 3.0)", "f(S())")}


@general(special.itj0y0, **PAIR)
def itj0y0(x, /, *, g):
    x: g[0] * j0(x) + g[1] * y0(x)
    y_dot: (x_dot * j0(x), x_dot * y0(x))


@general(special.it2j0y0, **PAIR)
def it2j0y0(x, /, *, g):
    x: g[0] * ratio(1.0 - j0(x), x) - g[1] * y0(x) / x
    y_dot: (x_dot * ratio(1.0 - j0(x), x), -x_dot * y0(x) / x)


@general(special.iti0k0, **PAIR)
def iti0k0(x, /, *, g):
    x: g[0] * i0(x) + g[1] * k0(x)
    y_dot: (x_dot * i0(x), x_dot * k0(x))


@general(special.it2i0k0, **PAIR)
def it2i0k0(x, /, *, g):
    x: g[0] * ratio(i0(x) - 1.0, x) - g[1] * k0(x) / x
    y_dot: (x_dot * ratio(i0(x) - 1.0, x), -x_dot * k0(x) / x)


@general(special.airy, kind=of.four_results, cases=("f(A(3))", "f(S())", "f(C(3))"))
def airy(z, /, *, y, g):
    z: g[0] * conj(y[1]) + g[1] * conj(z * y[0]) + g[2] * conj(y[3]) + g[3] * conj(z * y[2])
    y_dot: (z_dot * y[1], z_dot * z * y[0], z_dot * y[3], z_dot * z * y[2])


@general(special.airye, kind=of.four_results, cases=("f(A(3) + 3.0)", "f(S())"))
def airye(z, /, *, y, g):
    root = np.sqrt(np.maximum(of_real(z), 0.0))
    firsts = weighted(g[0], y[1] + root * y[0]) + weighted(g[1], z * y[0] + root * y[1])
    z: firsts + g[2] * (y[3] - root * y[2]) + g[3] * (z * y[2] - root * y[3])
    y_dot: (
        z_dot * (y[1] + root * y[0]),
        z_dot * (z * y[0] + root * y[1]),
        z_dot * (y[3] - root * y[2]),
        z_dot * (z * y[2] - root * y[3]),
    )


# ------------------------------------------------------------------------- solutions of ordinary differential equations

SOLVED = {"kind": of.two_combined, "cases": ("f(1.5, A(3))", "f(0.5, S())", "f(np.array([0.5, 2.5]), S())")}


@general(special.pbdv, **SOLVED, broadcast="x")
def pbdv(v, x, /, *, y, g):
    x: g[0] * y[1] + g[1] * (0.25 * x * x - v - 0.5) * y[0]
    y_dot: (x_dot * y[1], x_dot * (0.25 * x * x - v - 0.5) * y[0])


@general(special.pbvv, **SOLVED, broadcast="x")
def pbvv(v, x, /, *, y, g):
    x: g[0] * y[1] + g[1] * (0.25 * x * x - v - 0.5) * y[0]
    y_dot: (x_dot * y[1], x_dot * (0.25 * x * x - v - 0.5) * y[0])


@general(special.pbwa, **SOLVED, broadcast="x")
def pbwa(a, x, /, *, y, g):
    x: g[0] * y[1] + g[1] * (a - 0.25 * x * x) * y[0]
    y_dot: (x_dot * y[1], x_dot * (a - 0.25 * x * x) * y[0])


if hasattr(special, "wright_bessel"):
    named("wright_bessel")

    @elementwise(special.wright_bessel, **REAL, cases=("f(0.5, 1.5, A(3) + 3.0)", "f(1.0, 2.0, S())"))
    def wright_bessel_(a, b, x, /):
        x: wright_bessel(a, a + b, x)


if hasattr(special, "log_wright_bessel"):
    named("log_wright_bessel")

    @elementwise(special.log_wright_bessel, **REAL, cases=("f(0.5, 1.5, A(3) + 3.0)", "f(1.0, 2.0, S())"))
    def log_wright_bessel_(a, b, x, /, *, y):
        x: np.exp(log_wright_bessel(a, a + b, x) - y)
