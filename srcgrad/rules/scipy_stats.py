"""Rules for the distributions of `scipy.stats`.

A continuous distribution is one line of the table below: its shape parameters and, in terms of `z = (x - loc) / scale`,
the derivatives of the logarithm of its density by `z` and by each shape.  The rest follows from these, for each of
the methods, as text in the language of rules:

    logpdf    x: slope / scale                loc: -slope / scale      scale: -(1 + z slope) / scale
    pdf       y times those of logpdf
    cdf       x: pdf                          loc: -pdf                scale: -z pdf
    logcdf    x: exp(logpdf - logcdf), which holds far out in the tail    ...
    ppf       q: 1 / pdf(y)                   loc: 1                   scale: z of the result
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import linecache
from dataclasses import dataclass
from functools import partial

from scipy import stats

from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules import scipy_special  # noqa: F401 - the words of its formulas
from srcgrad.rules.language import Rule, elementwise
from srcgrad.rules.stand_ins import METHODS, WRITTEN
from srcgrad.runtime import words, words_scipy_stats
from srcgrad.written.scipy_frozen import frozen_class

words.WORDS.update(words.words_of(words_scipy_stats))


@dataclass(frozen=True)
class Density:
    """A continuous distribution.

    slope    the derivative of the log density of `z` by `z`
    shapes   shape parameters, with the derivative of the log density by each
    cdf      the derivative of the distribution function by each shape
    inside   the word that tells where the density is not zero; None for everywhere
    low, high  an interval of test points; values of the shapes for tests
    """

    slope: str
    shapes: tuple[tuple[str, str], ...] = ()
    cdf: tuple[str, ...] = ()
    inside: str | None = None
    low: float = -2.0
    high: float = 2.0
    tested: tuple[tuple[float, float], ...] = ()


POSITIVE = {"inside": "is_positive", "low": 0.5, "high": 3.0}
MIDDLE = ((1.5, 3.0),)

DENSITIES = {
    "norm": Density("-z"),
    "uniform": Density("0.0 * z", inside="in_unit", low=0.2, high=0.6),
    "expon": Density("-np.ones_like(z)", **POSITIVE),
    "laplace": Density("-np.sign(z)", low=0.2, high=2.0),
    "logistic": Density("-np.tanh(0.5 * z)"),
    "cauchy": Density("-2.0 * z / (1.0 + z * z)"),
    "gumbel_r": Density("np.exp(-z) - 1.0"),
    "gumbel_l": Density("1.0 - np.exp(z)"),
    "halfnorm": Density("-z", **POSITIVE),
    "rayleigh": Density("1.0 / z - z", **POSITIVE),
    "gamma": Density("(a - 1.0) / z - 1.0", (("a", "np.log(z) - psi(a)"),), ("gamma_cdf_slope(z, a)",),
                     tested=MIDDLE, **POSITIVE),
    "chi2": Density("(0.5 * df - 1.0) / z - 0.5", (("df", "0.5 * (np.log(0.5 * z) - psi(0.5 * df))"),),
                    ("0.5 * gamma_cdf_slope(0.5 * z, 0.5 * df)",), tested=((2.5, 5.0),), **POSITIVE),
    "invgamma": Density("(1.0 / z - a - 1.0) / z", (("a", "-np.log(z) - psi(a)"),), ("-gamma_cdf_slope(1.0 / z, a)",),
                        tested=MIDDLE, **POSITIVE),
    "beta": Density(
        "(a - 1.0) / z - (b - 1.0) / (1.0 - z)",
        (("a", "np.log(z) - psi(a) + psi(a + b)"), ("b", "np.log1p(-z) - psi(b) + psi(a + b)")),
        ("beta_cdf_slope(z, a, b)", "-beta_cdf_slope(1.0 - z, b, a)"),
        inside="in_unit", low=0.2, high=0.6, tested=((1.5, 3.0), (1.5, 3.0)),
    ),
    "t": Density(
        "-(df + 1.0) * z / (df + z * z)",
        (("df", "0.5 * (psi(0.5 * df + 0.5) - psi(0.5 * df) - np.log1p(z * z / df) + (z * z - 1.0) / (df + z * z))"),),
        ("student_cdf_slope(z, df)",), tested=((2.5, 5.0),),
    ),
    "lognorm": Density("-(1.0 + np.log(z) / (s * s)) / z", (("s", "((np.log(z) / s) ** 2 - 1.0) / s"),),
                       ("-pdf * scale * z * np.log(z) / s",), tested=((0.5, 1.5),), **POSITIVE),
    "weibull_min": Density("(c - 1.0 - c * z**c) / z", (("c", "1.0 / c + np.log(z) * (1.0 - z**c)"),),
                           ("pdf * scale * z * np.log(z) / c",), tested=MIDDLE, **POSITIVE),
    "pareto": Density("-(b + 1.0) / z", (("b", "1.0 / b - np.log(z)"),), ("pdf * scale * z * np.log(z) / b",),
                      inside="above_one", low=1.6, high=3.0, tested=MIDDLE),
}  # fmt: skip


def text_of(name: str, density: Density, method: str) -> str:
    """The rule of a distribution's method, written out."""
    shapes = [shape for shape, _ in density.shapes]
    params = ", ".join(["x", *shapes, "loc=0", "scale=1"])
    passed = ", ".join(["x", *shapes, "loc", "scale"])
    lines = [f"def {name}_{method}_({params}, *, y):" if method != "logpdf" else f"def {name}_{method}_({params}):"]
    lines.append("    ratio_ = (x - loc) / scale" if density.inside else "    z = (x - loc) / scale")
    if density.inside:
        lines.append(f"    inside = {density.inside}(ratio_)")
        lines.append("    z = np.where(inside, ratio_, harmless(ratio_))")

    def line(target: str, value: str) -> None:
        lines.append(f"    {target}: np.where(inside, {value}, 0.0)" if density.inside else f"    {target}: {value}")

    if method in ("logpdf", "pdf"):
        times = "y * " if method == "pdf" else ""
        lines.append(f"    slope = ({density.slope}) / scale")
        line("x", f"{times}slope")
        line("loc", f"-{times}slope")
        line("scale", f"-{times}(1.0 / scale + z * slope)")
        for shape, slope in density.shapes:
            line(shape, f"{times}({slope})")
    else:
        sign = "-" if method in ("sf", "logsf") else ""
        relative = f" * np.exp(-{'y'})" if method.startswith("log") else ""
        lines.append(f"    pdf = {name}_pdf({passed})")
        if method.startswith("log"):
            lines.append(f"    hazard = np.exp({name}_logpdf({passed}) - y)")
        rate = "hazard" if method.startswith("log") else "pdf"
        line("x", f"{sign}{rate}")
        line("loc", f"{'' if sign else '-'}{rate}")
        line("scale", f"{'' if sign else '-'}{rate} * z")
        for (shape, _), slope in zip(density.shapes, density.cdf):
            line(shape, f"{sign}({slope}){relative}")
    return "\n".join([*lines, ""])


def quantile_text(name: str, density: Density, method: str) -> str:
    """The rule of `ppf` or `isf`, the inverses of `cdf` and `sf`."""
    shapes = [shape for shape, _ in density.shapes]
    lines = [
        f"def {name}_{method}_({', '.join(['q', *shapes, 'loc=0', 'scale=1'])}, *, y):",
        "    z = (y - loc) / scale",
        f"    pdf = {name}_pdf({', '.join(['y', *shapes, 'loc', 'scale'])})",
        f"    q: {'-' if method == 'isf' else ''}1.0 / pdf",
        "    loc: np.ones_like(z)",
        "    scale: z",
    ]
    lines += [f"    {shape}: -({slope}) / pdf" for (shape, _), slope in zip(density.shapes, density.cdf)]
    return "\n".join([*lines, ""])


QUANTILES = ("ppf", "isf")
METHOD_NAMES = ("logpdf", "pdf", "logcdf", "cdf", "logsf", "sf", *QUANTILES)
RULES: list[Rule] = []


def define(name: str, density: Density) -> None:
    """Put a distribution's methods into the table."""
    distribution = getattr(stats, name)
    for method in ("logpdf", "pdf"):
        words.WORDS[f"{name}_{method}"] = getattr(distribution, method)
    for method in METHOD_NAMES:
        text = (quantile_text if method in QUANTILES else text_of)(name, density, method)
        function = getattr(distribution, method)
        filename = f"<srcgrad rule of scipy.stats.{name}.{method}>"
        source = f"@elementwise\n{text}"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        shapes = len(density.shapes)
        low, high = (0.3, 0.7) if method in QUANTILES else (density.low, density.high)
        cases = tuple(case_of(density, (low, high), shape) for shape in ("(3,)", "(2, 3)", "()", "(0,)"))
        decorate = elementwise(function, kind=of.density, holomorphic=False, cases=cases)
        namespace = {"elementwise": decorate}
        exec(compile(source, filename, "exec"), namespace)
        RULES.append(namespace[f"{name}_{method}_"])
        METHODS[type(distribution), method] = partial(_same_method, function)
        assert shapes == len(density.tested)
    parameters = (*[shape for shape, _ in density.shapes], "loc=0", "scale=1")
    WRITTEN[distribution] = frozen_class(name, distribution, parameters, METHOD_NAMES)


def case_of(density: Density, points: tuple[float, float], shape: str) -> str:
    """A test call: points of a shape from an interval, parameters that broadcast."""

    def drawn(interval: tuple[float, float], what: str) -> str:
        middle, half = (interval[0] + interval[1]) / 2, (interval[1] - interval[0]) / 2
        return f"{middle} + {half / 2} * A(*{what})"

    rest = (*density.tested, (-0.1, 0.1), (0.9, 1.3))
    parameters = [drawn(interval, "(1,)" if position % 2 else "()") for position, interval in enumerate(rest)]
    return f"f({', '.join([drawn(points, shape), *parameters])})"


def _same_method(function, owner):
    """The method of the distribution that SciPy offers, for another instance of its class."""
    return function


for _name, _density in DENSITIES.items():
    define(_name, _density)

from srcgrad.rules import scipy_stats_more, scipy_summaries  # noqa: E402, F401 - reads the other parts
