"""Every entry of the derivative table against central differences, by its own text."""

from __future__ import annotations

import numpy as np
import pytest
from rule_support import calls, contributions, flat, is_active, numeric, target

from srcgrad.rules.language import all_rules

RULES = list(all_rules())
IDS = [f"{i}-{r.name}" for i, r in enumerate(RULES)]


def cotangent(y, rng):
    """A generic cotangent of a result, in its structure."""
    if isinstance(y, (list, tuple)):
        return [cotangent(part, rng) for part in y]
    if isinstance(y, bool):
        return None
    shape = np.shape(y)
    g = np.asarray(rng.uniform(0.5, 1.5, shape))
    if np.iscomplexobj(y):
        g = g + 1j * rng.uniform(0.5, 1.5, shape)
    if isinstance(y, (np.ndarray, np.generic)) and y.dtype.kind in "fc":
        g = g.astype(y.dtype)
    return g if isinstance(y, np.ndarray) else g[()] if isinstance(y, np.generic) else g[()].item()


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_formulas_match_differences(rule):
    tried = 0
    for _, function in target(rule):
        if function in (np.float32, np.complex64):  # too coarse for differences
            continue
        for text, call in calls(rule, function):
            y = call.function(*call.args, **call.kwargs)
            g = cotangent(y, np.random.default_rng(7))
            before = [flat(x).copy() for x in call.args if is_active(x)]
            bound, result = contributions(rule, call, g)
            after = [flat(x) for x in call.args if is_active(x)]
            unchanged = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after))
            assert unchanged, f"{rule.name}: {text} wrote into its arguments"
            for name, value in result.items():
                if not is_active(bound[name]):
                    continue
                wanted = numeric(rule, call, bound, name, flat(g))
                np.testing.assert_allclose(
                    flat(value), wanted, rtol=2e-5, atol=2e-6, err_msg=f"{rule.name}: {text}, {name}"
                )
                tried += 1
    assert tried, f"rule {rule.name} has no test calls"


# rules that ask for another dtype themselves, and those whose arguments count the bytes of numbers in double precision
OF_DOUBLES = {"item", "astype", "cast", "interp", "linspace", "as_strided", "strided_tangent_"}


@pytest.mark.parametrize("rule", [r for r in RULES if r.name not in OF_DOUBLES])
def test_float32_stays_float32(rule):
    for _, function in target(rule):
        if getattr(function, "__module__", "") in ("math",) or function is float:
            continue
        for text, call in calls(rule, function, bits=32):
            if any(isinstance(x, float) for x in flat_items(call.args)):
                continue
            with np.errstate(all="ignore"):
                y = call.function(*call.args, **call.kwargs)
            if not np.all([d == np.float32 for d in dtypes_of(y)]):
                continue
            bound, result = contributions(rule, call, cotangent(y, np.random.default_rng(7)))
            for name, value in result.items():
                if is_active(bound[name]) and name not in rule.zero:
                    assert set(dtypes_of(value)) <= {np.dtype(np.float32)}, f"{rule.name}: {text}, {name}"


def flat_items(values):
    """The leaves of nested lists and tuples."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from flat_items(value)
        else:
            yield value


def dtypes_of(value):
    """The dtypes of the leaves of a nested value."""
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, (list, tuple)):
        return [d for part in value for d in dtypes_of(part)]
    return [np.asarray(value).dtype]
