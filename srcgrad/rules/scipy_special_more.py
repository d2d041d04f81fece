"""Rules for `scipy.special`: integrals, elliptic and hypergeometric functions, angles in degrees."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import elementwise, general
from srcgrad.rules.scipy_special import ANALYTIC, POSITIVE, REAL, UNIT, named
from srcgrad.runtime import words_scipy_special

named("erfi", "dawsn", "expn", "hyp0f1", "hyp2f1", "hyperu", "zeta", "ellipkm1", "sindg", "cosdg")

# ------------------------------------------------------------------------------------ exponentials, roots and integrals


@elementwise(special.exp2, **REAL)
def exp2(x, /, *, y):
    x: 0.6931471805599453 * y


@elementwise(special.expm1, **ANALYTIC)
def expm1(x, /):
    x: np.exp(x)


@elementwise(special.log1p, **ANALYTIC, domain=(-0.5, 2.0))
def log1p(x, /):
    x: 1.0 / (1.0 + x)


@elementwise(special.cbrt, **REAL, domain=POSITIVE)
def cbrt(x, /, *, y):
    x: 1.0 / (3.0 * y * y)


@elementwise(special.erfi, **ANALYTIC)
def erfi_(x, /):
    x: 1.1283791670955126 * np.exp(x * x)


@elementwise(special.dawsn, **ANALYTIC)
def dawsn_(x, /, *, y):
    x: dawsn_slope(x, y)


@elementwise(special.expi, **ANALYTIC, domain=POSITIVE)
def expi(x, /):
    x: np.exp(x) / x


@elementwise(special.exp1, **ANALYTIC, domain=POSITIVE)
def exp1(x, /):
    x: -np.exp(-x) / x


@elementwise(special.expn, **REAL, cases=("f(2, A(3) + 3.0)", "f(np.array([0.0, 1.0, 3.0]), S())"))
def expn_(n, x, /):
    x: exponential_slope(n, x)


@general(special.sici, kind=of.two_results, cases=("f(A(3) + 3.0)", "f(S())", "f(C(3) + 3.0)"))
def sici(x, /, *, g):
    x: g[0] * conj(ratio_or(np.sin(x), x, 1.0)) + weighted(g[1], conj(np.cos(x) / x))
    y_dot: (x_dot * ratio_or(np.sin(x), x, 1.0), x_dot * np.cos(x) / x)


@general(special.shichi, kind=of.two_results, cases=("f(A(3) + 3.0)", "f(S())", "f(C(3) + 3.0)"))
def shichi(x, /, *, g):
    x: g[0] * conj(ratio_or(np.sinh(x), x, 1.0)) + weighted(g[1], conj(np.cosh(x) / x))
    y_dot: (x_dot * ratio_or(np.sinh(x), x, 1.0), x_dot * np.cosh(x) / x)


@general(special.fresnel, kind=of.two_results, cases=("f(A(3))", "f(S())", "f(C(3))"))
def fresnel(z, /, *, g):
    z: g[0] * conj(np.sin(1.5707963267948966 * z * z)) + g[1] * conj(np.cos(1.5707963267948966 * z * z))
    y_dot: (z_dot * np.sin(1.5707963267948966 * z * z), z_dot * np.cos(1.5707963267948966 * z * z))


@elementwise(
    special.spence, **ANALYTIC, cases=("f(A(3) + 3.0)", "f(S())", "f(C(3) + 3.0)", "f(np.array([0.9999, 1.0, 30.0]))")
)
def spence(z, /):
    z: spence_slope(z)


@elementwise(special.wofz, kind=of.complex_result, cases=("f(A(3))", "f(S())", "f(C(3))"))
def wofz(z, /, *, y):
    z: 1.1283791670955126j - 2.0 * z * y


@elementwise(special.wrightomega, **ANALYTIC, cases=("f(A(3))", "f(S())", "f(C(3))"))
def wrightomega(z, /, *, y):
    z: y / (1.0 + y)


@elementwise(
    special.voigt_profile,
    **REAL,
    cases=("f(A(3), 1.5, 0.7)", "f(A(2, 3), A(3) + 3.0, A(2, 1) + 3.0)", "f(S(), 0.5, S())"),
)
def voigt_profile(x, sigma, gamma, /):
    x: voigt_slope(x, sigma, gamma)
    sigma: voigt_width_slope(x, sigma, gamma)
    gamma: voigt_gamma_slope(x, sigma, gamma)


@elementwise(special.lambertw, kind=of.complex_result, cases=("f(A(3) + 3.0)", "f(S())", "f(C(2), 1)"))
def lambertw(z, k=0, tol=1e-8, *, y):
    z: 1.0 / (np.exp(y) * (1.0 + y))
    k: 0
    tol: 0


@elementwise(special.owens_t, **REAL)
def owens_t(h, a, /):
    h: -0.19947114020071635 * np.exp(-0.5 * h * h) * erf_(0.7071067811865476 * a * h)
    a: np.exp(-0.5 * h * h * (1.0 + a * a)) / (6.283185307179586 * (1.0 + a * a))


# ------------------------------------------------------------------------------------- elliptic and hypergeometric


@elementwise(
    words_scipy_special.elliptic_d, kind=shapes.unknown_array, holomorphic=False, domain=((-4.0, 4.0), (-0.5, 0.8))
)
def elliptic_d_(phi, m, /, *, y):
    phi: np.sin(phi) ** 2 / np.sqrt(1.0 - m * np.sin(phi) ** 2)
    m: elliptic_d_slope(phi, m, y)


@elementwise(words_scipy_special.complete_d, kind=shapes.unknown_array, holomorphic=False, domain=UNIT)
def complete_d_(p, /, *, y):
    p: complete_d_slope(p, y)


@elementwise(special.ellipk, **REAL, domain=(-0.5, 0.8))
def ellipk(m, /, *, y):
    m: (y - elliptic_d(1.5707963267948966, m)) / (2.0 * (1.0 - m))


@elementwise(special.ellipkm1, **REAL, domain=UNIT)
def ellipkm1(p, /, *, y):
    p: (complete_d(p) - y) / (2.0 * p)


@elementwise(special.ellipe, **REAL, domain=(-0.5, 0.8))
def ellipe(m, /):
    m: -0.5 * elliptic_d(1.5707963267948966, m)


@elementwise(special.ellipkinc, **REAL, domain=((-4.0, 4.0), (-0.5, 0.8)))
def ellipkinc(phi, m, /, *, y):
    phi: 1.0 / np.sqrt(1.0 - m * np.sin(phi) ** 2)
    m: (y - elliptic_d(phi, m) - np.sin(phi) * np.cos(phi) / np.sqrt(1.0 - m * np.sin(phi) ** 2)) / (2.0 * (1.0 - m))


@elementwise(special.ellipeinc, **REAL, domain=((-4.0, 4.0), (-0.5, 0.8)))
def ellipeinc(phi, m, /):
    phi: np.sqrt(1.0 - m * np.sin(phi) ** 2)
    m: -0.5 * elliptic_d(phi, m)


@elementwise(
    words_scipy_special.elliptic_f_slope,
    kind=shapes.unknown_array,
    holomorphic=False,
    domain=((-1.4, 1.4), (-0.5, 0.8)),
)
def elliptic_f_slope_(phi, m, /):
    phi: 0.5 * np.sin(phi) ** 2 * (1.0 - m * np.sin(phi) ** 2) ** -1.5
    m: elliptic_f_bend(phi, m)


@general(
    special.ellipj,
    kind=of.four_combined,
    broadcast=("u", "m"),
    cases=("f(A(3), 0.4)", "f(S(), 0.3 + 0.1 * A(3))", "f(A(2, 3), 0.3 + 0.1 * A(3))"),
)
def ellipj(u, m, /, *, y, g):
    moved = -y[2] * elliptic_f_slope(y[3], m)
    along = y[1] * y[2] * g[0] - y[0] * y[2] * g[1] - m * y[0] * y[1] * g[2] + y[2] * g[3]
    squeezed = -0.5 * y[0] * (y[0] + 2.0 * m * y[1] * moved) / y[2]
    u: along
    m: y[1] * moved * g[0] - y[0] * moved * g[1] + squeezed * g[2] + moved * g[3]
    y_dot: (
        u_dot * y[1] * y[2] + m_dot * y[1] * moved,
        -u_dot * y[0] * y[2] - m_dot * y[0] * moved,
        -u_dot * m * y[0] * y[1] + m_dot * squeezed,
        u_dot * y[2] + m_dot * moved,
    )


@elementwise(special.agm, **REAL, domain=POSITIVE)
def agm(a, b, /, *, y):
    a: agm_slope(a, b, y)
    b: agm_slope(b, a, y)


@elementwise(special.hyp0f1, **ANALYTIC, cases=("f(1.5, A(3))",))
def hyp0f1_(v, z, /):
    z: hyp0f1(v + 1.0, z) / v


@elementwise(special.hyp1f1, **ANALYTIC, cases=("f(1.5, 2.5, A(3))",))
def hyp1f1_(a, b, x, /):
    x: (a / b) * hyp1f1(a + 1.0, b + 1.0, x)


@elementwise(special.hyperu, **REAL, cases=("f(1.5, 2.5, A(3) + 3.0)",))
def hyperu_(a, b, x, /):
    x: -a * hyperu(a + 1.0, b + 1.0, x)


@elementwise(special.hyp2f1, **ANALYTIC, cases=("f(1.5, 2.5, 3.5, 0.2 * A(3))",))
def hyp2f1_(a, b, c, z, /):
    z: (a * b / c) * hyp2f1(a + 1.0, b + 1.0, c + 1.0, z)


@elementwise(special.zeta, kind=of.combined, cases=("f(3.0, A(3) + 3.0)", "f(2.5, S())"))
def zeta_(x, q=None):
    q: -x * zeta(x + 1.0, q)


# ------------------------------------------------------------------------------------------------------ degrees


@elementwise(special.sindg, **REAL)
def sindg(x, /):
    x: 0.017453292519943295 * cosdg(x)


@elementwise(special.cosdg, **REAL)
def cosdg_(x, /):
    x: -0.017453292519943295 * sindg(x)


@elementwise(special.tandg, **REAL)
def tandg(x, /, *, y):
    x: 0.017453292519943295 * (1.0 + y * y)


@elementwise(special.cotdg, **REAL, domain=(20.0, 70.0))
def cotdg(x, /, *, y):
    x: -0.017453292519943295 * (1.0 + y * y)


@elementwise(special.radian, **REAL, cases=("f(A(3), A(3), A(3))", "f(S(), A(2), S())"))
def radian(d, m, s, /):
    d: 0.017453292519943295
    m: 0.0002908882086657216
    s: 4.84813681109536e-06


@elementwise(special.round, **REAL)
def round_(x, /):
    x: 0


@elementwise(special.diric, kind=of.combined_first_two, cases=("f(A(3), 5)", "f(S(), 4)", "f(A(2, 3), 1)"))
def diric(x, n):
    x: diric_slope(x, n)
