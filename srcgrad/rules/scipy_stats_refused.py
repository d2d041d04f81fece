"""What distributions of `scipy.stats` offer beyond the table: refused with advice, once all that it has is read."""

# The functions have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from functools import partial

from scipy import stats

from srcgrad.rules.language import lookup
from srcgrad.rules.scipy_stats import METHOD_NAMES, same_method
from srcgrad.rules.stand_ins import METHODS, WRITTEN, refusal

FORMULA = "it has no derivative rule: write its formula with functions that have one"
ADVICE = {
    "stats": "use mean(), var(), entropy()",
    "expect": "integrate the function times pdf(x, ...) with scipy.integrate.quad",
    "fit": "minimise -np.sum(logpdf(x, ...)) with scipy.optimize.minimize",
    "nnlf": "use -np.sum(logpdf(x, ...))",
    "rvs": "draw with NumPy, or take ppf(u, ...) of uniform numbers",
    **dict.fromkeys(("support", "moment", "mean", "var", "std", "entropy", "median", "interval"), FORMULA),
    **dict.fromkeys((*METHOD_NAMES, "logpmf", "pmf"), FORMULA),
}

for _name, _distribution in vars(stats).items():
    if not isinstance(_distribution, (stats.rv_continuous, stats.rv_discrete)):
        continue
    if _distribution not in WRITTEN:
        WRITTEN[_distribution] = refusal(f"scipy.stats.{_name}() of what depends on the input", FORMULA)
    for _method, _advice in ADVICE.items():
        _function = getattr(_distribution, _method, None)
        if _function is None or (type(_distribution), _method) in METHODS or lookup(_function) is not None:
            continue
        METHODS[type(_distribution), _method] = partial(same_method, _function)
        WRITTEN[_function] = refusal(f"scipy.stats.{_name}.{_method}() of what depends on the input", _advice)
