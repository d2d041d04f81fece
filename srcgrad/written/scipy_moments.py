"""Mean, variance, entropy and the like of distributions of `scipy.stats`: SciPy gives the value, a formula in terms of
the standard distribution the derivative.

    stats.gamma.mean(a, loc, scale)      loc + scale * a
    stats.gamma.interval(c, a, scale=s)  two quantiles
"""

from __future__ import annotations

import linecache
from functools import partial
from typing import Any

import numpy as np

from srcgrad.rules.stand_ins import METHODS, WRITTEN
from srcgrad.runtime.words import WORDS
from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.written import NotKept

HOME = "srcgrad.written.scipy_moments"
# what quantiles give, of every distribution that has them
MOMENTS = ("median", "interval")


def moments_of(
    name: str, distribution: Any, parameters: tuple[str, ...], mean: str | None, variance: str | None,
    entropy: str | None, quantile: str = "",
) -> list[str]:  # fmt: skip
    """Write a distribution's functions of its parameters, and say which there are.

    parameters   as text, with defaults: ("a", "loc=0", "scale=1")
    mean, variance, entropy   of the standard distribution, as text; None where there is no formula
    quantile     the method that gives quantiles, where the table has it
    """
    names = [parameter.partition("=")[0] for parameter in parameters]
    given, passed = ", ".join(parameters), ", ".join(names)
    scale = "scale" if "scale" in names else "1.0"
    known = {}
    if mean is not None:
        known["mean"] = f"loc + {scale} * ({mean})"
    if variance is not None:
        known["var"] = f"{scale} * {scale} * ({variance}) + 0.0 * loc"
        known["std"] = f"{scale} * np.sqrt({variance}) + 0.0 * loc"
    if entropy is not None:
        known["entropy"] = f"({entropy}) + np.log({scale}) + 0.0 * loc"
    lines = []
    for method, formula in known.items():
        lines += [f"def {method}({given}):", f"    return given_by({formula}, {name}.{method}, ({passed},), {{}})", ""]
    if mean is not None and variance is not None:
        lines += [
            f"def moment(order, {given}):",
            "    if order not in (1, 2):",
            "        raise not_kept(order)",
            f"    first = loc + {scale} * ({mean})",
            f"    again = first if order == 1 else first * first + {scale} * {scale} * ({variance})",
            f"    return given_by(again, {name}.moment, (order, {passed}), {{}})",
            "",
        ]
        known["moment"] = ""
    if quantile:
        lines += [
            f"def median({given}):",
            f"    return {name}.{quantile}(0.5, {passed})",
            "",
            f"def interval(confidence, {given}):",
            f"    low = {name}.{quantile}((1.0 - confidence) / 2, {passed})",
            f"    return low, {name}.{quantile}((1.0 + confidence) / 2, {passed})",
            "",
        ]
    text = "\n".join(lines)
    filename = f"<srcgrad: scipy.stats.{name} moments>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    space: dict[str, Any] = {**WORDS, "__name__": HOME, "np": np, "given_by": given_by, "not_kept": not_kept}
    space[name] = distribution
    exec(compile(text, filename, "exec"), space)
    for method in (*known, *(MOMENTS if quantile else ())):
        WRITTEN[getattr(distribution, method)] = space[method]
        METHODS[type(distribution), method] = partial(_given, space[method])
    return list(known)


def not_kept(order: int) -> Exception:
    """The error for moments that have no formula here."""
    return NotKept(
        f"the moment of order {order} of a distribution whose parameters depend on the input", "use orders 1 and 2"
    )


def _given(function: Any, owner: Any) -> Any:
    """The same function for every instance of a class."""
    return function
