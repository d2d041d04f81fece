"""Every entry of the table through `sg.grad`: what is emitted gives what the entry's own text says."""

from __future__ import annotations

import linecache

import numpy as np
import pytest
from rule_support import calls, contributions, flat, is_active

import srcgrad as sg
from srcgrad.rules.language import all_rules

RULES = [r for r in all_rules() if not any("srcgrad" in (getattr(f, "__module__", "") or "") for f in r.functions)]
# draws of random numbers have tests of their own
RULES = [r for r in RULES if not any(isinstance(f, np.ufunc) is False and is_draw(f) for f in r.functions)] if False else RULES


def is_draw(function):
    """Whether a function draws random numbers."""
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__qualname__", "")
    return name.startswith(("Generator.", "RandomState.")) or type(owner).__module__ in ("random", "numpy.random.mtrand")


def targets(rule):
    """Each function of an entry as (what test calls are made for, the text of a call, names for that text)."""
    for function in rule.functions:
        owner = getattr(function, "__self__", None)
        if not is_draw(function) and getattr(function, "__objclass__", None) is not np.ndarray:
            yield function, "function({0})", {"function": function}
        elif owner is None and not is_draw(function):
            continue
    for name in rule.methods:
        yield (lambda self, *args, _n=name, **kw: getattr(self, _n)(*args, **kw)), f"{{first}}.{name}({{rest}})", {}
    if rule.attribute:
        yield (lambda self: getattr(self, rule.attribute)), f"{{first}}.{rule.attribute}", {}


def program(call, text, names):
    """A function of the active arguments of a call, that sums its results with weights; arguments; cotangent."""
    space = {"np": np, **names}
    params, values, written = [], [], []
    for key, value in [*enumerate(call.args), *call.kwargs.items()]:
        if is_active(value):
            params.append(f"x{len(params)}")
            values.append(value)
            shown = params[-1]
        elif isinstance(value, (int, str, bool, type(None))) or value in ((), Ellipsis) if not isinstance(value, np.ndarray) else False:
            shown = repr(value)
        else:
            shown = f"s{len(space)}"
            space[shown] = value
        written.append(shown if isinstance(key, int) else f"{key}={shown}")
    whole = text.format(", ".join(written), first=written[0], rest=", ".join(written[1:]))
    y = call.function(*call.args, **call.kwargs)
    rng = np.random.default_rng(3)
    terms = []

    def weigh(part, path):
        if isinstance(part, (tuple, list)):
            return [weigh(item, f"{path}[{i}]") for i, item in enumerate(part)]
        dtype = np.asarray(part).dtype
        if dtype.kind not in "fc":
            return None
        w = rng.uniform(0.5, 1.5, np.shape(part)).astype(np.real(np.asarray(part)).dtype)
        space[f"w{len(space)}"] = w
        terms.append(f"np.sum(np.real(w{len(space) - 1} * {path}))")
        cotangent = w + 0j if dtype.kind == "c" else w
        return cotangent if isinstance(part, np.ndarray) else cotangent[()] if isinstance(part, np.generic) else cotangent.item()

    g = weigh(y, "y")
    source = f"def f({', '.join(params)}):\n    y = {whole}\n    return {' + '.join(terms)}\n"
    filename = f"<rule test {abs(hash((source, id(call))))}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), space)
    return space["f"], values, g, source


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{r.name}" for i, r in enumerate(RULES)])
def test_emitted_gradients(rule):
    for shown, text, names in targets(rule):
        for case, call in calls(rule, shown):
            f, values, g, source = program(call, text, names)
            if not values:
                continue
            bound, wanted = contributions(rule, call, g)
            wanted = {name: w for name, w in wanted.items() if is_active(bound[name])}
            with np.errstate(all="ignore"):
                got = sg.grad(f, argnums=tuple(range(len(values))))(*values)
            expected = [w for name, w in wanted.items()]
            order = [name for name in wanted]
            for value, gradient in zip(values, got):
                match = [w for name, w in wanted.items() if holds(bound[name], value)]
                reference = flat(match[0]) if match else np.zeros(flat(value).size)
                np.testing.assert_allclose(flat(gradient), reference, rtol=1e-9, atol=1e-12, err_msg=f"{rule.name} {case}\n{source}")
            assert len(order) == len(expected)


def holds(bound, value):
    return bound is value
