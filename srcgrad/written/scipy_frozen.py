"""Frozen distributions of `scipy.stats` whose parameters carry derivatives: a class for each distribution.

    stats.gamma(a, scale=s)       SciPy: an object that keeps `a` and `s` out of sight
                                  here: frozen_gamma(a, scale=s), whose methods call stats.gamma.logpdf(x, a, 0, s) ...

Its methods are those that the table has, and mean, variance and the like; what else a frozen distribution offers does
not carry derivatives, and is refused.
"""

from __future__ import annotations

import linecache
from typing import Any

from srcgrad.written import NotKept

HOME = "srcgrad.written.frozen_distributions"


def frozen_class(
    name: str, distribution: Any, parameters: tuple[str, ...], methods: tuple[str, ...], moments: tuple[str, ...] = ()
) -> type:
    """The class that stands in for `distribution(...)`.

    parameters   as text, with defaults: ("a", "loc=0", "scale=1")
    methods      the methods of one argument that have an entry in the table
    moments      what is known of the distribution itself: "mean", "interval"
    """
    names = [parameter.partition("=")[0] for parameter in parameters]
    passed = ", ".join(f"self.{n}" for n in names)
    lines = [f"class frozen_{name}:", f"    def __init__(self, {', '.join(parameters)}):"]
    lines += [f"        self.{n} = {n}" for n in names]
    for method in methods:
        lines += ["", f"    def {method}(self, x):", f"        return {name}.{method}(x, {passed})"]
    for method in moments:
        own = {"moment": "order, ", "interval": "confidence, "}.get(method, "")
        lines += ["", f"    def {method}(self{', ' + own[:-2] if own else ''}):"]
        lines += [f"        return {name}.{method}({own}{passed})"]
    lines += ["", "    def __getattr__(self, attribute):", "        raise not_kept(attribute)", ""]
    text = "\n".join(lines)
    filename = f"<srcgrad: scipy.stats.{name} frozen>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": HOME, name: distribution, "not_kept": not_kept}
    exec(compile(text, filename, "exec"), namespace)
    made: type = namespace[f"frozen_{name}"]
    return made


def not_kept(attribute: str) -> Exception:
    """The error for what a frozen distribution with active parameters does not offer."""
    return NotKept(
        f"'{attribute}' of a frozen distribution whose parameters depend on the input",
        "use densities, distribution functions, quantiles, mean, var, std, median, interval or entropy, as far as the "
        "table has them, or freeze a distribution with constant parameters",
    )
