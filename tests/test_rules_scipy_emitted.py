"""Every entry for SciPy through the emitter: a program of one call, active in one argument at a time.

The formulas themselves are held against differences elsewhere; here what is emitted has to give what they give.
"""

from __future__ import annotations

import linecache

import numpy as np
import pytest

pytest.importorskip("scipy")

from rule_support import calls, contributions, flat, is_active
from test_rules_gradients import cotangent
from test_rules_scipy import FEWER, FOUND, RULES

import srcgrad as sg

# several results of several sizes, or complex results of real arguments: programs test them
OTHERWISE = ("block_diag", "cho_solve", "hilbert", "lambertw", "eig", "eigvals", "h1vp_", "h2vp_", "sph_harm_y_")
TEXT = """def program(x):
    result = f({arguments})
    return {value}
"""


def program(function, call, bound, name, g):
    """A function of one argument of a call, the others constant: the sum of its results times a cotangent."""
    names = list(bound)
    position = names.index(name)
    namespace = {"f": function, "np": np}
    arguments = []

    def written(key, value):
        """A literal as it is, anything else by a global name."""
        if value is None or isinstance(value, (bool, int, str)):
            return repr(value)
        namespace[key] = value
        return key

    for i, value in enumerate(call.args):
        arguments.append("x" if i == position and name not in call.kwargs else written(f"c{i}", value))
    for key, value in call.kwargs.items():
        arguments.append(f"{key}=x" if key == name else f"{key}={written(f'k_{key}', value)}")
    parts = g if isinstance(g, list) else [g]
    terms = []
    for i, part in enumerate(parts):
        if part is None or np.asarray(part).dtype.kind not in "fc":
            continue
        namespace[f"g{i}"] = np.conj(part)
        terms.append(f"np.sum(np.real(g{i} * {'result' if part is g else f'result[{i}]'}))")
    filename = f"<program of {function.__name__} {len(linecache.cache)}>"
    text = TEXT.format(arguments=", ".join(arguments), value=" + ".join(terms))
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), namespace)
    return namespace["program"]


@pytest.mark.parametrize("rule", FEWER, ids=[f"{i}-{rule.name}" for i, rule in enumerate(FEWER)])
def test_emitted_gradients_are_those_of_the_formulas(rule):
    function = rule.functions[0]
    tried = 0
    for _, call in calls(rule, function):
        g = cotangent(call.function(*call.args, **call.kwargs), np.random.default_rng(7))
        bound, wanted = contributions(rule, call, g)
        for name, value in wanted.items():
            if not is_active(bound[name]) or isinstance(bound[name], (tuple, list)) or name in rule.zero:
                continue
            parts = g if isinstance(g, list) else [g]
            if any(p.kind == "var" for p in rule.params) or any(map(np.iscomplexobj, parts)) != np.iscomplexobj(value):
                continue
            got = sg.grad(program(function, call, bound, name, g))(bound[name])
            np.testing.assert_allclose(flat(got), flat(value), rtol=1e-6, atol=1e-9, err_msg=name)
            tried += 1
    assert tried or not set(rule.formulas) - rule.zero or rule.name in OTHERWISE


def test_there_are_entries():
    assert len(RULES) > 250 and len(FOUND) >= len(RULES)
