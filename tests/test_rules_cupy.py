"""What formulas call exists in CuPy, with the arguments that they use: the same entry serves arrays on a GPU.

CuPy can be imported without a GPU; nothing is computed here.
"""

from __future__ import annotations

import ast
import inspect

import numpy as np
import pytest

from srcgrad.adjoint.device import missing_in
from srcgrad.rules.language import all_rules
from srcgrad.runtime.words import WORDS

cupy = pytest.importorskip("cupy", reason="CuPy cannot be imported here")

# Functions that CuPy has not, called by formulas of functions that it has: such calls are refused there.
NOT_IN_CUPY: dict[str, str] = {}


def in_cupy(text):
    """The function of CuPy for `np.linalg.solve`, or None."""
    found = cupy
    for part in text.split(".")[1:]:
        found = getattr(found, part, None)
    return found


def public_names(rule):
    """The names under which `np` has the functions of an entry."""
    for function in rule.functions:
        name = getattr(function, "__name__", "")
        for prefix, module in (("np", np), ("np.linalg", np.linalg), ("np.fft", np.fft)):
            if getattr(module, name, None) is function:
                yield f"{prefix}.{name}"


def called(rule):
    """The calls of NumPy's functions in the lines of an entry."""
    lines = [*rule.formulas.values(), *(expression for _, expression in rule.lets)]
    for line in [*lines, *([] if rule.tangent is None else [rule.tangent])]:
        for node in ast.walk(line):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("np."):
                yield ast.unparse(node.func), node


SERVED = [rule for rule in all_rules() if any(in_cupy(name) is not None for name in public_names(rule))]


def test_cupy_has_most_of_the_table():
    assert len(SERVED) > 150


@pytest.mark.parametrize("rule", SERVED, ids=lambda rule: rule.name)
def test_formulas_call_what_cupy_has(rule):
    for text, node in called(rule):
        if text in NOT_IN_CUPY:
            continue
        function = in_cupy(text)
        assert function is not None, f"{rule.name}: CuPy has no {text}"
        if isinstance(function, (cupy.ufunc, type)):
            assert not node.keywords, f"{rule.name}: {ast.unparse(node)}"
            continue
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):  # compiled, without a signature
            continue
        signature.bind(*node.args, **{str(keyword.arg): keyword.value for keyword in node.keywords})


@pytest.mark.parametrize("rule", SERVED, ids=lambda rule: rule.name)
def test_words_call_what_cupy_has(rule):
    lines = [*rule.formulas.values(), *(expression for _, expression in rule.lets)]
    for line in [*lines, *([] if rule.tangent is None else [rule.tangent])]:
        for node in ast.walk(line):
            if isinstance(node, ast.Name) and node.id in WORDS:
                missing = missing_in(WORDS[node.id], cupy)
                assert not missing, f"{rule.name}: {node.id} needs {missing}"
