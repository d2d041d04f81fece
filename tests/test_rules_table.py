"""The table as a whole: binding, refusals, and that what formulas mention has rules itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import math
import pkgutil
from pathlib import Path

import numpy as np
import pytest

import srcgrad.runtime.words as words
from srcgrad import rules
from srcgrad.errors import UnsupportedError
from srcgrad.frontend.programs import program_of
from srcgrad.rules.language import all_rules, is_constant, lookup, lookup_attr, lookup_method, refuses_active

MODULES = {"np": np, "math": math}

# Functions that words call and that have no rule, with the reason why none is needed or possible yet.
WITHOUT_RULE = {
    "np.add.at": "a write into a buffer that the word made itself",
}


def mentioned(tree):
    """The functions of np and math that a tree calls or names, as (text, object)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            text = ast.unparse(node.func)
            root = text.split(".")[0]
            if root in MODULES and text.replace(".", "").replace("_", "").isalnum():
                value = MODULES[root]
                for part in text.split(".")[1:]:
                    value = getattr(value, part)
                yield text, value


def test_formulas_are_closed():
    for rule in all_rules():
        tangent = [] if rule.tangent is None else [rule.tangent]
        for expression in [*rule.formulas.values(), *(e for _, e in rule.lets), *tangent]:
            for text, function in mentioned(expression):
                assert lookup(function) or is_constant(function), f"{rule.name} mentions {text}"


def test_broadcasting_is_declared_and_no_line_mentions_it():
    """What a line gives is summed down to the operand's shape where the entry says that operands are broadcast."""
    for path in Path(str(rules.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                assert "unbroadcast(" not in ast.unparse(ast.Module(node.body, [])), (path.name, node.name)


def test_words_are_closed():
    modules = {inspect.getmodule(word) for word in words.WORDS.values()}
    for module in modules:
        if module is None or not module.__name__.startswith("srcgrad.") or "scipy" in module.__name__:
            continue  # a function of SciPy's, which has an entry of its own, or a word that calls others of SciPy's
        for text, function in mentioned(ast.parse(inspect.getsource(module))):
            assert lookup(function) or is_constant(function) or text in WITHOUT_RULE, f"{module.__name__}: {text}"


@pytest.mark.parametrize("name", words.WORDS)
def test_words_lie_inside_the_language(name):
    """A word has an entry, or source that is differentiated like a user's."""
    word = words.WORDS[name]
    if lookup(word) is None and not is_constant(word):
        program_of(word)


def test_every_rule_is_found_by_its_keys():
    for rule in all_rules():
        assert all(lookup(f) is rule for f in rule.functions)
        assert all(lookup_method(m) is rule for m in rule.methods)
        assert rule.attribute is None or lookup_attr(rule.attribute) is rule
        assert not any(is_constant(f) for f in rule.functions)


def test_rules_name_parameters_as_numpy_does():
    pytest.importorskip("scipy")
    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"srcgrad.rules.{module.name}")
    for rule in all_rules():
        for function in rule.functions:
            if isinstance(function, np.ufunc):
                continue
            try:
                theirs = inspect.signature(function).parameters
            except (TypeError, ValueError):
                continue
            if any(p.kind is p.VAR_KEYWORD for p in theirs.values()):
                continue  # parameters by name that the signature does not tell
            positional = [p.name for p in theirs.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
            for p in rule.params:
                if p.kind == "pos" and theirs and positional:
                    known = p.name in theirs or p.name in rule.aliases.values()
                    assert known, f"{rule.name}: {p.name} is not a parameter of {function}"


@pytest.mark.parametrize(
    "function, args, keywords, words_in_message",
    [
        (np.sum, ("x",), {"out": "buffer"}, ("out=", "assign the result")),
        (np.exp, ("x",), {"where": "mask"}, ("where=", "np.where")),
        (np.add, ("x", "y", "z"), {}, ("so many positional arguments",)),
        (np.add, (), {"x1": "x"}, ("x1=",)),
        (np.sum, ("x",), {"a": "y"}, ("'a' passed twice",)),
        (np.where, ("mask",), {}, ("without argument 'a'",)),
    ],
)
def test_calls_that_a_rule_does_not_cover_are_refused(function, args, keywords, words_in_message):
    with pytest.raises(UnsupportedError) as error:
        lookup(function).bind(args, keywords)
    assert all(text in str(error.value) for text in words_in_message)


def test_binding():
    assert lookup(np.sum).bind(("x",), {"axis": 0}) == {"a": "x", "axis": 0}
    assert lookup(np.einsum).bind(("ij,j", "x", "v"), {}) == {"subscripts": "ij,j", "operands": ("x", "v")}
    assert lookup(np.concatenate).bind((["x", "v"], 1), {}) == {"arrays": ["x", "v"], "axis": 1}
    assert lookup(np.clip).bind(("x",), {"min": 0}) == {"a": "x", "a_min": 0}


def test_functions_that_are_smooth_in_an_argument_refuse_active_ones():
    assert refuses_active(np.random.beta)
    assert not refuses_active(np.zeros_like)


def test_words_write_into_nothing_they_are_given():
    g = np.ones(3)
    g.flags.writeable = False
    x = np.arange(5.0)
    x.flags.writeable = False
    assert words.scatter(g, x, np.array([0, 0, 4])).tolist() == [2.0, 0.0, 0.0, 0.0, 1.0]
    assert words.unbroadcast(2.0, x).tolist() == [2.0] * 5
    assert words.unbroadcast(np.ones((4, 5)), 1.5) == 20.0
