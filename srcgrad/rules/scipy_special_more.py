"""Rules for `scipy.special`, second part: integrals, scaled and spherical Bessel functions, elliptic and hypergeometric
functions."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules import scipy_special  # noqa: F401 - words of the first part
from srcgrad.rules.language import elementwise, general
from srcgrad.runtime import words, words_scipy_special

words.WORDS.update(words.words_of(words_scipy_special))
NAMED = (
    "k0e", "k1e", "kve", "erfi", "dawsn", "expn", "hyp0f1", "hyp1f1", "hyp2f1", "hyperu", "zeta",
)  # fmt: skip
words.WORDS.update({name: getattr(special, name) for name in NAMED})

KIND = {"kind": shapes.elementwise_array, "holomorphic": False}
POSITIVE = (0.5, 3.0)
UNIT = (0.1, 0.9)
ARRAY = {"kind": shapes.elementwise_array}

# ------------------------------------------------------------------------------------ exponentials, roots and integrals


@elementwise(special.exp2, **KIND)
def exp2(x, /, *, y):
    x: 0.6931471805599453 * y


@elementwise(special.expm1, **KIND)
def expm1(x, /):
    x: np.exp(x)


@elementwise(special.log1p, **KIND, domain=(-0.5, 2.0))
def log1p(x, /):
    x: 1.0 / (1.0 + x)


@elementwise(special.cbrt, **KIND, domain=POSITIVE)
def cbrt(x, /, *, y):
    x: 1.0 / (3.0 * y * y)


@elementwise(special.erfi, **KIND)
def erfi_(x, /):
    x: 1.1283791670955126 * np.exp(x * x)


@elementwise(special.dawsn, **KIND)
def dawsn_(x, /, *, y):
    x: 1.0 - 2.0 * x * y


@elementwise(special.expi, **KIND, domain=POSITIVE)
def expi(x, /):
    x: np.exp(x) / x


@elementwise(special.exp1, **KIND, domain=POSITIVE)
def exp1(x, /):
    x: -np.exp(-x) / x


@general(special.expn, **ARRAY, cases=("f(2, A(3) + 3.0)", "f(np.array([0.0, 1.0, 3.0]), S())"))
def expn_(n, x, /, *, g):
    x: unbroadcast(g * exponential_slope(n, x), x)
    y_dot: x_dot * exponential_slope(n, x)


@general(special.sici, kind=of.two_results, cases=("f(A(3) + 3.0)", "f(S())"))
def sici(x, /, *, g):
    x: (g[0] * np.sin(x) + g[1] * np.cos(x)) / x
    y_dot: (x_dot * np.sin(x) / x, x_dot * np.cos(x) / x)


@general(special.shichi, kind=of.two_results, cases=("f(A(3) + 3.0)", "f(S())"))
def shichi(x, /, *, g):
    x: (g[0] * np.sinh(x) + g[1] * np.cosh(x)) / x
    y_dot: (x_dot * np.sinh(x) / x, x_dot * np.cosh(x) / x)


@general(special.fresnel, kind=of.two_results, cases=("f(A(3))", "f(S())"))
def fresnel(z, /, *, g):
    z: g[0] * np.sin(1.5707963267948966 * z * z) + g[1] * np.cos(1.5707963267948966 * z * z)
    y_dot: (z_dot * np.sin(1.5707963267948966 * z * z), z_dot * np.cos(1.5707963267948966 * z * z))


@general(special.airy, kind=of.four_results, cases=("f(A(3))", "f(S())"))
def airy(z, /, *, y, g):
    z: g[0] * y[1] + g[1] * z * y[0] + g[2] * y[3] + g[3] * z * y[2]
    y_dot: (z_dot * y[1], z_dot * z * y[0], z_dot * y[3], z_dot * z * y[2])


@elementwise(special.lambertw, kind=of.complex_result, cases=("f(A(3) + 3.0)", "f(S())", "f(C(2), 1)"))
def lambertw(z, k=0, tol=1e-8, *, y):
    z: 1.0 / (np.exp(y) * (1.0 + y))
    k: 0
    tol: 0


@elementwise(special.owens_t, **KIND)
def owens_t(h, a, /):
    h: -0.19947114020071635 * np.exp(-0.5 * h * h) * erf_(0.7071067811865476 * a * h)
    a: np.exp(-0.5 * h * h * (1.0 + a * a)) / (6.283185307179586 * (1.0 + a * a))


# ------------------------------------------------------------------------------------------------ scaled and spherical


@elementwise(special.k0e, **KIND, domain=POSITIVE)
def k0e_(x, /, *, y):
    x: y - k1e(x)


@elementwise(special.k1e, **KIND, domain=POSITIVE)
def k1e_(x, /, *, y):
    x: y - 0.5 * (k0e(x) + kve(2.0, x))


@general(special.kve, **ARRAY, cases=("f(1.5, A(3) + 3.0)",))
def kve_(v, x, /, *, y, g):
    x: unbroadcast(g * (y - 0.5 * (kve(v - 1.0, x) + kve(v + 1.0, x))), x)
    y_dot: x_dot * (y - 0.5 * (kve(v - 1.0, x) + kve(v + 1.0, x)))


SPHERE = {"kind": of.combined_first_two,
          "cases": ("f(2, A(3) + 3.0)", "f(np.array([0, 1]), S())", "f(1, A(3) + 3.0, True)")}  # fmt: skip


@general(special.spherical_jn, **SPHERE)
def spherical_jn_(n, z, derivative=False, *, g):
    z: unbroadcast(g * spherical_slope("spherical_jn", 1.0, n, z, derivative), z)
    y_dot: z_dot * spherical_slope("spherical_jn", 1.0, n, z, derivative)


@general(special.spherical_yn, **SPHERE)
def spherical_yn_(n, z, derivative=False, *, g):
    z: unbroadcast(g * spherical_slope("spherical_yn", 1.0, n, z, derivative), z)
    y_dot: z_dot * spherical_slope("spherical_yn", 1.0, n, z, derivative)


@general(special.spherical_in, **SPHERE)
def spherical_in_(n, z, derivative=False, *, g):
    z: unbroadcast(g * spherical_slope("spherical_in", -1.0, n, z, derivative), z)
    y_dot: z_dot * spherical_slope("spherical_in", -1.0, n, z, derivative)


@general(special.spherical_kn, **SPHERE)
def spherical_kn_(n, z, derivative=False, *, g):
    z: unbroadcast(g * spherical_slope("spherical_kn", -1.0, n, z, derivative), z)
    y_dot: z_dot * spherical_slope("spherical_kn", -1.0, n, z, derivative)


# ------------------------------------------------------------------------------------- elliptic and hypergeometric


@elementwise(
    words_scipy_special.elliptic_d, kind=shapes.unknown_array, holomorphic=False, domain=((-4.0, 4.0), (-0.5, 0.8))
)
def elliptic_d_(phi, m, /, *, y):
    phi: np.sin(phi) ** 2 / np.sqrt(1.0 - m * np.sin(phi) ** 2)
    m: elliptic_d_slope(phi, m, y)


@elementwise(special.ellipk, **KIND, domain=(-0.5, 0.8))
def ellipk(m, /, *, y):
    m: (y - elliptic_d(1.5707963267948966, m)) / (2.0 * (1.0 - m))


@elementwise(special.ellipkm1, **KIND, domain=UNIT)
def ellipkm1(p, /, *, y):
    p: (elliptic_d(1.5707963267948966, 1.0 - p) - y) / (2.0 * p)


@elementwise(special.ellipe, **KIND, domain=(-0.5, 0.8))
def ellipe(m, /):
    m: -0.5 * elliptic_d(1.5707963267948966, m)


@elementwise(special.ellipkinc, **KIND, domain=((-4.0, 4.0), (-0.5, 0.8)))
def ellipkinc(phi, m, /, *, y):
    phi: 1.0 / np.sqrt(1.0 - m * np.sin(phi) ** 2)
    m: (y - elliptic_d(phi, m) - np.sin(phi) * np.cos(phi) / np.sqrt(1.0 - m * np.sin(phi) ** 2)) / (2.0 * (1.0 - m))


@elementwise(special.ellipeinc, **KIND, domain=((-4.0, 4.0), (-0.5, 0.8)))
def ellipeinc(phi, m, /):
    phi: np.sqrt(1.0 - m * np.sin(phi) ** 2)
    m: -0.5 * elliptic_d(phi, m)


@general(special.hyp0f1, **ARRAY, cases=("f(1.5, A(3))",))
def hyp0f1_(v, z, /, *, g):
    z: unbroadcast(g * hyp0f1(v + 1.0, z) / v, z)
    y_dot: z_dot * hyp0f1(v + 1.0, z) / v


@general(special.hyp1f1, **ARRAY, cases=("f(1.5, 2.5, A(3))",))
def hyp1f1_(a, b, x, /, *, g):
    x: unbroadcast(g * (a / b) * hyp1f1(a + 1.0, b + 1.0, x), x)
    y_dot: x_dot * (a / b) * hyp1f1(a + 1.0, b + 1.0, x)


@general(special.hyperu, **ARRAY, cases=("f(1.5, 2.5, A(3) + 3.0)",))
def hyperu_(a, b, x, /, *, g):
    x: unbroadcast(-g * a * hyperu(a + 1.0, b + 1.0, x), x)
    y_dot: -x_dot * a * hyperu(a + 1.0, b + 1.0, x)


@general(special.hyp2f1, **ARRAY, cases=("f(1.5, 2.5, 3.5, 0.2 * A(3))",))
def hyp2f1_(a, b, c, z, /, *, g):
    z: unbroadcast(g * (a * b / c) * hyp2f1(a + 1.0, b + 1.0, c + 1.0, z), z)
    y_dot: z_dot * (a * b / c) * hyp2f1(a + 1.0, b + 1.0, c + 1.0, z)


@general(special.zeta, kind=of.combined, cases=("f(3.0, A(3) + 3.0)", "f(2.5, S())"))
def zeta_(x, q=None, *, g):
    q: unbroadcast(-g * x * zeta(x + 1.0, q), q)
    y_dot: -q_dot * x * zeta(x + 1.0, q)


from srcgrad.rules import scipy_special_chances  # noqa: E402, F401 - reads the third part
