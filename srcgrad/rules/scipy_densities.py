"""The continuous distributions of `scipy.stats` that the table serves: one line each.

In terms of `z = (x - loc) / scale`, with `log_density` for the logarithm of the density of `z`:

    slope    its derivative by `z`
    shapes   the shape parameters, each with the derivative of `log_density` by it
    cdf      the derivative of the distribution function by each shape; None where there is no closed form, which makes
             that shape static.  `rate` stands for the density of `z`; what has no such factor has the factor `share`,
             as for logarithms and quantiles both are divided by what is small with them
    mean, variance, entropy   of `z`; None where they are not differentiated
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Density:
    """A continuous distribution.

    inside     tells where the density is not zero, with {} for `z`; None for everywhere
    outside    a number at which all can be computed, in place of a `z` where the density is zero
    low, high  an interval of test points
    tested     intervals of the shapes for tests
    tails      the derivatives by `z` of the logarithm of the distribution function, minus that of its complement,
               where the quotient of densities and these loses digits far out; None where it does not
    """

    slope: str
    shapes: tuple[tuple[str, str], ...] = ()
    cdf: tuple[str | None, ...] = ()
    mean: str | None = None
    variance: str | None = None
    entropy: str | None = None
    inside: str | None = None
    outside: str = "harmless({})"
    low: float = -2.0
    high: float = 2.0
    tested: tuple[tuple[float, float], ...] = ()
    tails: tuple[str | None, str | None] = (None, None)


POSITIVE: dict[str, Any] = {"inside": "is_positive({})", "low": 0.5, "high": 3.0}
FROM_ZERO: dict[str, Any] = {"inside": "from_zero({})", "low": 0.5, "high": 3.0}
UNIT: dict[str, Any] = {"inside": "in_unit({})", "low": 0.2, "high": 0.6}
ONE = ((1.5, 3.0),)
TWO = ((1.5, 3.0), (1.5, 3.0))

WITHOUT_SHAPES = {
    "norm": Density("-z", (), (), "0.0", "1.0", "1.4189385332046727", tails=("normal_hazard(z)", "normal_hazard(-z)")),
    "uniform": Density("0.0 * z", (), (), "0.5", "1.0 / 12.0", "0.0", **UNIT),
    "expon": Density("-np.ones_like(z)", (), (), "1.0", "1.0", "1.0", **FROM_ZERO),
    "laplace": Density("-np.sign(z)", (), (), "0.0", "2.0", "1.6931471805599454", low=0.2, high=2.0),
    "logistic": Density("-np.tanh(0.5 * z)", (), (), "0.0", "3.289868133696453", "2.0"),
    "cauchy": Density("-2.0 * z / (1.0 + z * z)", entropy="2.5310242469692907"),
    "gumbel_r": Density("np.expm1(-z)", (), (), "0.5772156649015329", "1.6449340668482264", "1.5772156649015328",
                        tails=("np.exp(-z)", None)),
    "gumbel_l": Density("-np.expm1(z)", (), (), "-0.5772156649015329", "1.6449340668482264", "1.5772156649015328",
                        tails=(None, "np.exp(z)")),
    "halfnorm": Density("-z", (), (), "0.7978845608028654", "0.3633802276324187", "0.7257913526447274",
                        tails=(None, "normal_hazard(-z)"), **FROM_ZERO),
    "halfcauchy": Density("-2.0 * z / (1.0 + z * z)", entropy="1.8378770664093453", **FROM_ZERO),
    "halflogistic": Density("-np.tanh(0.5 * z)", (), (), "1.3862943611198906", "1.3680560780236473",
                            "1.3068528194400546", **FROM_ZERO),
    "rayleigh": Density("1.0 / z - z", (), (), "1.2533141373155001", "0.42920367320510344", "0.9420342421707937",
                        tails=(None, "z"), **POSITIVE),
    "maxwell": Density("2.0 / z - z", (), (), "1.5957691216057308", "0.45352091052967447", "0.9961541981062054",
                       **POSITIVE),
    "levy": Density("(0.5 / z - 1.5) / z", **POSITIVE),
    "wald": Density("(0.5 / z - 1.5) / z - 0.5", (), (), "1.0", "1.0", **POSITIVE),
    "gibrat": Density("-(1.0 + np.log(z)) / z", (), (), "1.6487212707001282", "4.670774270471604", "1.4189385332046727",
                      **POSITIVE),
    "moyal": Density("0.5 * np.expm1(-z)", (), (), "1.2703628454614782", "4.934802200544679"),
    "hypsecant": Density("-np.tanh(z)", (), (), "0.0", "2.4674011002723395", "1.8378770664093453"),
    "cosine": Density("-np.tan(0.5 * z)", inside="within_pi({})"),
    "semicircular": Density("-z / ((1.0 - z) * (1.0 + z))", (), (), "0.0", "0.25", inside="within_one({})",
                            low=-0.5, high=0.7),
    "arcsine": Density("(z - 0.5) / (z * (1.0 - z))", (), (), "0.5", "0.125", inside="inside_unit({})", low=0.2,
                       high=0.6),
}  # fmt: skip

OF_GAMMA = {
    "gamma": Density("ratio(a - 1.0, z) - 1.0", (("a", "np.log(z) - psi(a)"),), ("share * gamma_cdf_slope(z, a)",),
                     "a", "a", "a + gammaln(a) + (1.0 - a) * psi(a)", tested=ONE, **FROM_ZERO),
    "chi2": Density("ratio(0.5 * df - 1.0, z) - 0.5", (("df", "0.5 * (np.log(0.5 * z) - psi(0.5 * df))"),),
                    ("share * 0.5 * gamma_cdf_slope(0.5 * z, 0.5 * df)",), "df", "2.0 * df",
                    "0.5 * df + np.log(2.0) + gammaln(0.5 * df) + (1.0 - 0.5 * df) * psi(0.5 * df)",
                    tested=((2.5, 5.0),), **FROM_ZERO),
    "chi": Density("ratio(df - 1.0, z) - z", (("df", "np.log(z) - 0.34657359027997264 - 0.5 * psi(0.5 * df)"),),
                   ("share * 0.5 * gamma_cdf_slope(0.5 * z * z, 0.5 * df)",), tested=((2.5, 5.0),), **FROM_ZERO),
    "invgamma": Density("(1.0 / z - a - 1.0) / z", (("a", "-np.log(z) - psi(a)"),),
                        ("-share * gamma_cdf_slope(1.0 / z, a)",), "1.0 / (a - 1.0)",
                        "1.0 / ((a - 1.0) ** 2 * (a - 2.0))", "a + gammaln(a) - (1.0 + a) * psi(a)",
                        tested=((2.5, 4.0),), **POSITIVE),
    "loggamma": Density("c - np.exp(z)", (("c", "z - psi(c)"),), ("share * gamma_cdf_slope(np.exp(z), c)",),
                        "psi(c)", "polygamma_slope(0, c)", "gammaln(c) - c * psi(c) + c", tested=ONE),
    "nakagami": Density("ratio(2.0 * nu - 1.0, z) - 2.0 * nu * z",
                        (("nu", "np.log(nu) + 1.0 - psi(nu) + 2.0 * np.log(z) - z * z"),),
                        ("share * gamma_cdf_slope(nu * z * z, nu) + rate * 0.5 * z / nu",), tested=ONE, **FROM_ZERO),
    "gengamma": Density("ratio(c * a - 1.0, z) - c * z ** (c - 1.0)",
                        (("a", "c * np.log(z) - psi(a)"), ("c", "1.0 / c + np.log(z) * (a - z**c)")),
                        ("share * np.sign(c) * gamma_cdf_slope(z**c, a)", "rate * xlogy(z, z) / c"),
                        tested=TWO, **FROM_ZERO),
    "gennorm": Density("-beta * np.abs(z) ** (beta - 1.0) * np.sign(z)",
                       (("beta", "1.0 / beta + psi(1.0 / beta) / beta**2 - xlogy(np.abs(z) ** beta, np.abs(z))"),),
                       ("rate * xlogy(z, np.abs(z)) / beta - share * 0.5 * np.sign(z)"
                        " * gamma_cdf_slope(np.abs(z) ** beta, 1.0 / beta) / beta**2",), "0.0 * beta",
                       "np.exp(gammaln(3.0 / beta) - gammaln(1.0 / beta))",
                       "1.0 / beta - np.log(0.5 * beta) + gammaln(1.0 / beta)", low=0.2, high=2.0, tested=ONE),
}  # fmt: skip

_BETA_ENTROPY = "betaln(a, b) - (a - 1.0) * psi(a) - (b - 1.0) * psi(b) + (a + b - 2.0) * psi(a + b)"

OF_BETA = {
    "beta": Density(
        "ratio(a - 1.0, z) - ratio(b - 1.0, 1.0 - z)",
        (("a", "np.log(z) - psi(a) + psi(a + b)"), ("b", "np.log1p(-z) - psi(b) + psi(a + b)")),
        ("share * beta_cdf_slope(z, a, b)", "-share * beta_cdf_slope(1.0 - z, b, a)"),
        "a / (a + b)", "a * b / ((a + b) ** 2 * (a + b + 1.0))", _BETA_ENTROPY, tested=TWO, **UNIT,
    ),
    "betaprime": Density(
        "ratio(a - 1.0, z) - (a + b) / (1.0 + z)",
        (("a", "np.log(z) - np.log1p(z) - psi(a) + psi(a + b)"), ("b", "-np.log1p(z) - psi(b) + psi(a + b)")),
        ("share * beta_cdf_slope(z / (1.0 + z), a, b)", "-share * beta_cdf_slope(1.0 / (1.0 + z), b, a)"),
        "a / (b - 1.0)", "a * (a + b - 1.0) / ((b - 2.0) * (b - 1.0) ** 2)", tested=((1.5, 3.0), (2.5, 4.0)),
        **FROM_ZERO,
    ),
    "f": Density(
        "ratio(0.5 * dfn - 1.0, z) - 0.5 * (dfn + dfd) * dfn / (dfd + dfn * z)",
        (("dfn", "0.5 * (np.log(dfn * z / (dfd + dfn * z)) + dfd * (1.0 - z) / (dfd + dfn * z)"
                 " - psi(0.5 * dfn) + psi(0.5 * (dfn + dfd)))"),
         ("dfd", "0.5 * (np.log(dfd / (dfd + dfn * z)) - dfn * (1.0 - z) / (dfd + dfn * z)"
                 " - psi(0.5 * dfd) + psi(0.5 * (dfn + dfd)))")),
        ("share * 0.5 * beta_cdf_slope(dfn * z / (dfd + dfn * z), 0.5 * dfn, 0.5 * dfd) + rate * z / dfn",
         "-share * 0.5 * beta_cdf_slope(dfd / (dfd + dfn * z), 0.5 * dfd, 0.5 * dfn) - rate * z / dfd"),
        "dfd / (dfd - 2.0)", "2.0 * dfd**2 * (dfn + dfd - 2.0) / (dfn * (dfd - 2.0) ** 2 * (dfd - 4.0))",
        tested=((2.5, 4.0), (5.0, 7.0)), **FROM_ZERO,
    ),
    "t": Density(
        "-(df + 1.0) * z / (df + z * z)",
        (("df", "0.5 * (psi(0.5 * df + 0.5) - psi(0.5 * df) - np.log1p(z * z / df) + (z * z - 1.0) / (df + z * z))"),),
        ("share * student_cdf_slope(z, df)",), "0.0 * df", "df / (df - 2.0)",
        "0.5 * (df + 1.0) * (psi(0.5 * df + 0.5) - psi(0.5 * df)) + 0.5 * np.log(df) + betaln(0.5 * df, 0.5)",
        tested=((2.5, 5.0),),
    ),
}  # fmt: skip

OF_POWERS = {
    "lognorm": Density("-(1.0 + np.log(z) / (s * s)) / z", (("s", "((np.log(z) / s) ** 2 - 1.0) / s"),),
                       ("-rate * xlogy(z, z) / s",), "np.exp(0.5 * s * s)", "np.expm1(s * s) * np.exp(s * s)",
                       "1.4189385332046727 + np.log(s)", tested=((0.5, 1.5),), **POSITIVE),
    "weibull_min": Density("ratio(c - 1.0, z) - c * z ** (c - 1.0)", (("c", "1.0 / c + np.log(z) * (1.0 - z**c)"),),
                           ("rate * xlogy(z, z) / c",), "np.exp(gammaln(1.0 + 1.0 / c))",
                           "np.exp(gammaln(1.0 + 2.0 / c)) - np.exp(2.0 * gammaln(1.0 + 1.0 / c))",
                           "0.5772156649015329 * (1.0 - 1.0 / c) - np.log(c) + 1.0", tested=ONE,
                           tails=(None, "c * z ** (c - 1.0)"), **FROM_ZERO),
    "weibull_max": Density("ratio(c - 1.0, z) + c * (-z) ** (c - 1.0)",
                           (("c", "1.0 / c + np.log(-z) * (1.0 - (-z) ** c)"),),
                           ("rate * xlogy(z, -z) / c",), "-np.exp(gammaln(1.0 + 1.0 / c))",
                           "np.exp(gammaln(1.0 + 2.0 / c)) - np.exp(2.0 * gammaln(1.0 + 1.0 / c))",
                           "0.5772156649015329 * (1.0 - 1.0 / c) - np.log(c) + 1.0",
                           inside="to_zero({})", outside="-0.5", low=-3.0, high=-0.5, tested=ONE,
                           tails=("c * (-z) ** (c - 1.0)", None)),
    "invweibull": Density("(c * z**-c - c - 1.0) / z", (("c", "1.0 / c + np.log(z) * (z**-c - 1.0)"),),
                          ("rate * xlogy(z, z) / c",), "np.exp(gammaln(1.0 - 1.0 / c))",
                          "np.exp(gammaln(1.0 - 2.0 / c)) - np.exp(2.0 * gammaln(1.0 - 1.0 / c))",
                          tested=((2.5, 4.0),), tails=("c * z ** (-c - 1.0)", None), **POSITIVE),
    "pareto": Density("-(b + 1.0) / z", (("b", "1.0 / b - np.log(z)"),), ("rate * z * np.log(z) / b",),
                      "b / (b - 1.0)", "b / ((b - 1.0) ** 2 * (b - 2.0))", "1.0 + 1.0 / b - np.log(b)",
                      inside="above_one({})", low=1.6, high=3.0, tested=((2.5, 4.0),)),
    "lomax": Density("-(c + 1.0) / (1.0 + z)", (("c", "1.0 / c - np.log1p(z)"),),
                     ("rate * (1.0 + z) * np.log1p(z) / c",), "1.0 / (c - 1.0)",
                     "c / ((c - 1.0) ** 2 * (c - 2.0))", "1.0 + 1.0 / c - np.log(c)", tested=((2.5, 4.0),),
                     **FROM_ZERO),
    "powerlaw": Density("ratio(a - 1.0, z)", (("a", "1.0 / a + np.log(z)"),), ("rate * xlogy(z, z) / a",),
                        "a / (a + 1.0)", "a / ((a + 2.0) * (a + 1.0) ** 2)", "1.0 - 1.0 / a - np.log(a)",
                        tested=ONE, **UNIT),
    "fisk": Density("ratio(c - 1.0 - 2.0 * c * z**c / (1.0 + z**c), z)",
                    (("c", "1.0 / c + np.log(z) * (1.0 - z**c) / (1.0 + z**c)"),), ("rate * xlogy(z, z) / c",),
                    tested=ONE, **FROM_ZERO),
    "burr12": Density(
        "ratio(c - 1.0 - (d + 1.0) * c * z**c / (1.0 + z**c), z)",
        (("c", "1.0 / c + np.log(z) * (1.0 - d * z**c) / (1.0 + z**c)"), ("d", "1.0 / d - np.log1p(z**c)")),
        ("rate * xlogy(z, z) / c", "rate * (z ** (1.0 - c) + z) * np.log1p(z**c) / (c * d)"), tested=TWO, **FROM_ZERO,
    ),
    "exponweib": Density(
        "ratio(c - 1.0, z) + c * z ** (c - 1.0) * ((a - 1.0) / np.expm1(z**c) - 1.0)",
        (("a", "1.0 / a + log_rest(z**c)"),
         ("c", "1.0 / c + np.log(z) * (1.0 + z**c * ((a - 1.0) / np.expm1(z**c) - 1.0))")),
        ("share * (-np.expm1(-(z**c))) ** a * log_rest(z**c)", "rate * xlogy(z, z) / c"),
        tested=TWO, **POSITIVE,
    ),
    "genpareto": Density("-(1.0 + c) / (1.0 + c * z)", (("c", "-z / (1.0 + c * z) - z * z * log1p_bend(c * z)"),),
                         ("rate * (1.0 + c * z) * z * z * log1p_bend(c * z)",), "1.0 / (1.0 - c)",
                         "1.0 / ((1.0 - c) ** 2 * (1.0 - 2.0 * c))", "1.0 + c", inside="in_pareto({}, c)",
                         outside="0.0", low=0.5, high=3.0, tested=((-0.2, 0.2),)),
    "genextreme": Density("(np.expm1(log1p_ratio(-z, c)) + c) / (1.0 - c * z)",
                          (("c", "(1.0 - c - np.exp(log1p_ratio(-z, c))) * z * z * log1p_bend(-c * z)"
                                 " - log1p_ratio(-z, c)"),),
                          ("-rate * (1.0 - c * z) * z * z * log1p_bend(-c * z)",), inside="in_extreme({}, c)",
                          outside="0.0", low=-1.5, high=1.5, tested=((-0.2, 0.2),),
                          tails=("np.exp(log1p_ratio(-z, c)) / (1.0 - c * z)", None)),
    "loguniform": Density("-1.0 / z", (("a", "1.0 / (a * np.log(b / a))"), ("b", "-1.0 / (b * np.log(b / a))")),
                          ("-share * np.log(b / z) / (a * np.log(b / a) ** 2)",
                           "-share * np.log(z / a) / (b * np.log(b / a) ** 2)"),
                          "(b - a) / np.log(b / a)",
                          "0.5 * (b * b - a * a) / np.log(b / a) - ((b - a) / np.log(b / a)) ** 2",
                          "0.5 * np.log(a * b) + np.log(np.log(b / a))",
                          inside="between({}, a, b)", outside="amid(a, b)", low=0.9, high=1.5,
                          tested=((0.3, 0.5), (3.0, 4.0))),
    "triang": Density("np.where(z < c, ratio(1.0, z), -ratio(1.0, 1.0 - z))",
                      (("c", "np.where(z < c, -ratio(1.0, c), ratio(1.0, 1.0 - c))"),),
                      ("-share * np.where(z < c, ratio(z, c) ** 2, ratio(1.0 - z, 1.0 - c) ** 2)",),
                      "(1.0 + c) / 3.0", "(1.0 - c + c * c) / 18.0", "-0.1931471805599453 + 0.0 * c",
                      tested=((0.7, 0.8),), **UNIT),
}  # fmt: skip

OF_NORMAL = {
    "skewnorm": Density("a * normal_hazard(a * z) - z", (("a", "z * normal_hazard(a * z)"),),
                        ("-share * np.exp(-0.5 * z * z * (1.0 + a * a)) / (3.141592653589793 * (1.0 + a * a))",),
                        "0.7978845608028654 * a / np.sqrt(1.0 + a * a)",
                        "1.0 - 0.6366197723675814 * a * a / (1.0 + a * a)", tested=ONE),
    "exponnorm": Density("normal_hazard(z - 1.0 / K) - 1.0 / K",
                         (("K", "((z + normal_hazard(z - 1.0 / K)) / K - 1.0 - 1.0 / (K * K)) / K"),),
                         ("-rate * (z - 1.0 / K + normal_hazard(z - 1.0 / K)) / K",), "K", "1.0 + K * K", tested=ONE),
    "truncnorm": Density(
        "-z", (("a", "normal_share(a, a, b)"), ("b", "-normal_share(b, a, b)")),
        ("-share * normal_share(a, a, b) * np.exp(log_between(z, b) - log_between(a, b))",
         "-share * normal_share(b, a, b) * np.exp(log_between(a, z) - log_between(a, b))"),
        "normal_share(a, a, b) - normal_share(b, a, b)",
        "1.0 + normal_moment(a, a, b) - normal_moment(b, a, b) - (normal_share(a, a, b) - normal_share(b, a, b)) ** 2",
        "1.4189385332046727 + log_between(a, b) + 0.5 * (normal_moment(a, a, b) - normal_moment(b, a, b))",
        inside="between({}, a, b)", outside="amid(a, b)", low=-0.5, high=0.8, tested=((-1.5, -0.8), (1.2, 2.0)),
    ),
    "foldnorm": Density("c * np.tanh(c * z) - z", (("c", "z * np.tanh(c * z) - c"),), ("-rate * np.tanh(c * z)",),
                        tested=ONE, **FROM_ZERO),
    "invgauss": Density("(0.5 / z - 1.5) / z - 0.5 / mu**2", (("mu", "(z / mu - 1.0) / mu**2"),),
                        ("-share * 2.0 * np.exp(2.0 / mu + log_ndtr(-(z / mu + 1.0) / np.sqrt(z))) / mu**2",),
                        "mu", "mu**3", tested=ONE, **POSITIVE),
    "johnsonsu": Density(
        "-(z / np.sqrt(1.0 + z * z) + (a + b * np.arcsinh(z)) * b) / np.sqrt(1.0 + z * z)",
        (("a", "-a - b * np.arcsinh(z)"), ("b", "1.0 / b - (a + b * np.arcsinh(z)) * np.arcsinh(z)")),
        ("rate * np.sqrt(1.0 + z * z) / b", "rate * np.sqrt(1.0 + z * z) * np.arcsinh(z) / b"), tested=TWO,
    ),
    "rice": Density("1.0 / z - z + b * bessel_ratio(b * z)", (("b", "z * bessel_ratio(b * z) - b"),),
                    ("-rate * bessel_ratio(b * z)",), tested=ONE, **POSITIVE),
    "vonmises": Density("-kappa * np.sin(z)", (("kappa", "np.cos(z) - bessel_ratio(kappa)"),), (None,),
                        entropy="1.8378770664093453 + kappa + np.log(i0e(kappa)) - kappa * bessel_ratio(kappa)",
                        tested=ONE),
}  # fmt: skip

OF_EXPONENTIALS = {
    "gompertz": Density("1.0 - c * np.exp(z)", (("c", "1.0 / c - np.expm1(z)"),), ("-rate * np.expm1(-z) / c",),
                        low=0.2, high=1.2, inside="from_zero({})", tested=ONE, tails=(None, "c * np.exp(z)")),
    "truncexpon": Density("-np.ones_like(z)", (("b", "-1.0 / np.expm1(b)"),),
                          ("share * np.expm1(-z) / (np.expm1(b) * -np.expm1(-b))",), "1.0 - b / np.expm1(b)",
                          inside="between({}, 0.0, b)", outside="0.5 * b", low=0.3, high=1.2, tested=ONE),
    "laplace_asymmetric": Density(
        "np.where(z >= 0.0, -kappa, 1.0 / kappa)",
        (("kappa", "(1.0 - kappa**2) / (kappa * (1.0 + kappa**2)) - np.where(z >= 0.0, z, z / kappa**2)"),),
        ("share * np.exp(np.where(z >= 0.0, -kappa * z, z / kappa))"
         " * (np.where(z >= 0.0, z, -z) + 2.0 * kappa / (1.0 + kappa**2)) / (1.0 + kappa**2)",),
        "1.0 / kappa - kappa", "1.0 / kappa**2 + kappa**2", "1.0 + np.log(kappa + 1.0 / kappa)", tested=ONE,
    ),
}  # fmt: skip

DENSITIES = WITHOUT_SHAPES | OF_GAMMA | OF_BETA | OF_POWERS | OF_NORMAL | OF_EXPONENTIALS
