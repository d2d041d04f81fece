"""Every call that the derivative table is tested with, on tensors: the gradients are those of the rule's own text."""

from __future__ import annotations

import numpy as np
import pytest
from rule_support import calls, contributions, target

import srcgrad as sg
from srcgrad.rules.language import all_rules
from srcgrad.runtime.words import WORDS
from srcgrad.tensors import graph, reads

WORD_FUNCTIONS = {id(word) for word in WORDS.values()}


# what is no function of arrays: it takes numbers, is about leaves, or leaves the graph
MODULES = ("math", "cmath", "builtins", "statistics")
OTHERS = {".__copy__()", ".item()", ".tolist()"}


@pytest.fixture(autouse=True)
def nothing_is_small(monkeypatch):
    """Whatever a reverse does not read is forgotten: who reads it nevertheless gets nan."""
    for module in (graph, reads):
        monkeypatch.setattr(module, "SMALL", -1)


def unseen(name, function):
    """Whether a call is not one that tensors are told about: it draws numbers, or is a word of the rule language."""
    draws = hasattr(np.random, name) and not isinstance(function, np.ufunc)
    own = str(getattr(function, "__module__", "")).startswith("srcgrad")
    return own or draws or id(function) in WORD_FUNCTIONS or getattr(function, "__module__", None) in MODULES


def cases():
    for rule in all_rules():
        for name, function in target(rule):
            if (function.__class__.__module__, name) == ("builtins", "getitem"):
                continue
            if type(function) is type or "scipy" in str(getattr(function, "__module__", "")):
                continue
            if unseen(name, function) or getattr(function, "__objclass__", None) is np.ndarray or name in OTHERS:
                continue
            for text, call in calls(rule, function):
                if "random" not in text:
                    yield pytest.param(rule, call, id=f"{rule.name}-{name}-{text}")


def tracked(rule, name, value):
    """An argument as a leaf, where the rule differentiates by it."""
    if name not in rule.formulas or name in rule.zero:
        return value
    if isinstance(value, (list, tuple)) and rule.star == name:
        return type(value)(tracked(rule, name, item) for item in value)
    if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind in "fc"):
        return sg.tensor(value, requires_grad=True)
    return value


def leaves(value):
    if isinstance(value, sg.Tensor):
        return [value]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, (list, tuple)) else []


def flat(value):
    return [x for item in value for x in flat(item)] if isinstance(value, (list, tuple)) else [value]


def cotangent(value):
    """A generic cotangent of a result."""
    rng = np.random.default_rng(np.size(value))
    g = rng.uniform(0.5, 1.5, np.shape(value)) * (1.0 + (0.5j if np.iscomplexobj(value) else 0.0))
    return g.astype(np.asarray(value).dtype)[()]


@pytest.mark.parametrize(("rule", "call"), list(cases()))
def test_a_rule_on_tensors(rule, call):
    bound = rule.bind(tuple(call.args), call.kwargs)
    names = {id(value): name for name, value in bound.items() if not isinstance(value, tuple) or rule.star != name}
    star = next((n for n, v in bound.items() if isinstance(v, tuple) and rule.star == n), None)
    args = [tracked(rule, names.get(id(a), star), a) for a in call.args]
    keywords = {k: tracked(rule, rule.aliases.get(k, k), v) for k, v in call.kwargs.items()}
    inputs = leaves([*args, *keywords.values()])
    if not inputs or (not isinstance(args[0], (sg.Tensor, list, tuple, str)) and not inputs):
        pytest.skip("nothing to differentiate by")
    with np.errstate(all="ignore"):
        expected = call.function(*call.args, **call.kwargs)
        try:
            result = call.function(*args, **keywords)
        except (RuntimeError, sg.UnsupportedError) as error:
            # NumPy makes an array of what it is given, as `np.full` does
            pytest.skip(str(error))
        several = isinstance(result, (list, tuple))
        parts, values = (result, expected) if several else ([result], [expected])
        assert all(isinstance(part, sg.Tensor) for part in parts) and any(part.requires_grad for part in parts)
        for part, value in zip(parts, values):
            np.testing.assert_array_equal(part.detach().numpy(), value)
        bars = [cotangent(value) for value in values]
        used = [(part, bar) for part, bar in zip(parts, bars) if part.requires_grad]
        sg.autograd.backward([part for part, _ in used], [sg.tensor(bar) for _, bar in used])
        _, wanted = contributions(rule, call, bars if several else bars[0])
    by_name = rule.bind(tuple(args), keywords)
    for name, value in by_name.items():
        mine = leaves(value if not isinstance(value, sg.Tensor) else [value])
        theirs = flat(wanted.get(name, []))
        if mine and len(theirs) == len(flat(value)):
            for leaf, other in zip(flat(value), theirs):
                if isinstance(leaf, sg.Tensor):
                    np.testing.assert_allclose(leaf.grad.numpy(), other, rtol=1e-7, atol=1e-12)
