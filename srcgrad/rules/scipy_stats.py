"""Rules for the distributions of `scipy.stats`.

`scipy_densities` has a line for each continuous distribution: its shape parameters and, in terms of
`z = (x - loc) / scale`, the derivatives of the logarithm of its density by `z` and by each shape.  The rest follows
from these, for each of the methods, as text in the language of rules:

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
from functools import partial

from scipy import stats

from srcgrad.analysis import shapes
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules import scipy_special  # noqa: F401 - the words of its formulas
from srcgrad.rules.language import Rule, elementwise
from srcgrad.rules.scipy_densities import DENSITIES, Density
from srcgrad.rules.scipy_special import named
from srcgrad.rules.stand_ins import METHODS, WRITTEN
from srcgrad.runtime import words, words_scipy_multivariate, words_scipy_stats
from srcgrad.written.scipy_frozen import frozen_class
from srcgrad.written.scipy_moments import MOMENTS, moments_of

words.WORDS.update(words.words_of(words_scipy_stats))
words.WORDS.update(words.words_of(words_scipy_multivariate))
named("xlogy", "gammaln", "betaln", "log_ndtr", "i0e")

# words whose derivatives are not those of their source, which loses digits


@elementwise(words_scipy_stats.log1p_ratio, kind=shapes.unknown_array, domain=((0.2, 2.0), (0.2, 0.5)))
def log1p_ratio_(x, c, /):
    x: 1.0 / (1.0 + c * x)
    c: x * x * log1p_bend(c * x)


@elementwise(words_scipy_stats.log_between, kind=shapes.unknown_array, domain=((-2.0, -0.5), (0.5, 2.0)))
def log_between_(a, b, /):
    a: -normal_share(a, a, b)
    b: normal_share(b, a, b)


QUANTILES = ("ppf", "isf")
METHOD_NAMES = ("logpdf", "pdf", "logcdf", "cdf", "logsf", "sf", *QUANTILES)
RULES: list[Rule] = []


def text_of(name: str, density: Density, method: str) -> str:
    """The rule of a distribution's method, written out."""
    names = [shape for shape, _ in density.shapes]
    passed = ", ".join(["x", *names, "loc", "scale"])
    result = "" if method == "logpdf" else ", *, y"
    lines = [f"def {name}_{method}_({', '.join(['x', *names, 'loc=0', 'scale=1'])}{result}):"]
    if density.inside:
        lines.append("    ratio_ = (x - loc) / scale")
        lines.append(f"    inside = {density.inside.format('ratio_')}")
        lines.append(f"    z = np.where(inside, ratio_, {density.outside.format('ratio_')})")
    else:
        lines.append("    z = (x - loc) / scale")

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
        tail = density.tails[method == "logsf"] if method.startswith("log") else None
        if tail:
            lines.append(f"    density = ({tail}) / scale")
        elif method.startswith("log"):
            # of z: far out, the logarithm of the scale is lost beside the others
            lines.append(f"    density = np.exp({name}_logpdf({', '.join(['z', *names])}) - y) / scale")
            lines.append("    share = np.exp(-y)")
        else:
            lines.append(f"    density = {name}_pdf({passed})")
        lines.append("    rate = density * scale")
        line("x", f"{sign}density")
        line("loc", f"{'' if sign else '-'}density")
        line("scale", f"{'' if sign else '-'}density * z")
        for (shape, _), slope in zip(density.shapes, density.cdf):
            if slope is not None:
                line(shape, f"{sign}({slope if method.startswith('log') else slope.replace('share * ', '')})")
    return "\n".join([*lines, ""])


def quantile_text(name: str, density: Density, method: str) -> str:
    """The rule of `ppf` or `isf`, the inverses of `cdf` and `sf`."""
    names = [shape for shape, _ in density.shapes]
    lines = [
        f"def {name}_{method}_({', '.join(['q', *names, 'loc=0', 'scale=1'])}, *, y):",
        "    z = (y - loc) / scale",
        f"    share = 1.0 / {name}_pdf({', '.join(['y', *names, 'loc', 'scale'])})",
        "    rate = scale",
        f"    q: {'-' if method == 'isf' else ''}share",
        "    loc: np.ones_like(z)",
        "    scale: z",
    ]
    lines += [f"    {shape}: -({slope})" for (shape, _), slope in zip(density.shapes, density.cdf) if slope]
    return "\n".join([*lines, ""])


def define(name: str, density: Density) -> None:
    """Put a distribution's methods into the table."""
    distribution = getattr(stats, name)
    assert len(density.shapes) == len(density.tested) == len(density.cdf), name
    for method in ("logpdf", "pdf"):
        words.WORDS[f"{name}_{method}"] = getattr(distribution, method)
    for method in METHOD_NAMES:
        text = (quantile_text if method in QUANTILES else text_of)(name, density, method)
        low, high = (0.3, 0.7) if method in QUANTILES else (density.low, density.high)
        cases = tuple(case_of(density, (low, high), shape) for shape in ("(3,)", "(2, 3)", "()", "(0,)"))
        add(getattr(distribution, method), text, cases)
    parameters = (*[shape for shape, _ in density.shapes], "loc=0", "scale=1")
    known = moments_of(name, distribution, parameters, density.mean, density.variance, density.entropy, "ppf")
    WRITTEN[distribution] = frozen_class(name, distribution, parameters, METHOD_NAMES, (*known, *MOMENTS))


def add(function, text: str, cases: tuple[str, ...]) -> None:
    """Put a rule, given as text, of a distribution's method into the table."""
    owner = function.__self__
    filename = f"<srcgrad rule of scipy.stats.{owner.name}.{function.__name__}>"
    source = f"@elementwise\n{text}"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace = {"elementwise": elementwise(function, kind=of.density, holomorphic=False, reals=True, cases=cases)}
    exec(compile(source, filename, "exec"), namespace)
    RULES.append(namespace[f"{owner.name}_{function.__name__}_"])
    METHODS[type(owner), function.__name__] = partial(same_method, function)


def same_method(function, owner):
    """The method of the distribution that SciPy offers, for another instance of its class."""
    return function


def case_of(density: Density, points: tuple[float, float], shape: str) -> str:
    """A test call: points of a shape from an interval, parameters that broadcast."""

    def drawn(interval: tuple[float, float], what: str) -> str:
        middle, half = (interval[0] + interval[1]) / 2, (interval[1] - interval[0]) / 2
        return f"{middle} + {half / 2} * A(*{what})"

    static = [place for place, slope in enumerate(density.cdf) if slope is None]
    rest = (*density.tested, (-0.1, 0.1), (0.9, 1.3))
    parameters = [drawn(interval, "(1,)" if position % 2 else "()") for position, interval in enumerate(rest)]
    for place in static:
        parameters[place] = str(sum(density.tested[place]) / 2)
    return f"f({', '.join([drawn(points, shape), *parameters])})"


for _name, _density in DENSITIES.items():
    define(_name, _density)

from srcgrad.rules import scipy_discrete, scipy_stats_more, scipy_summaries  # noqa: E402, F401 - reads the other parts
