"""Lowering and printing a function gives a function that does the same."""

from __future__ import annotations

import copy
import types

import frontend_corpus as corpus
import numpy as np
import pytest

from srcgrad.emit.python import bound_names, print_function, to_python
from srcgrad.frontend.lower import lower_function


def rebuilt(fn, keep=frozenset()):
    """The function made of the text that its lowered form prints as."""
    function = lower_function(fn)
    text, lines = print_function(function, keep)
    assert len(lines) == text.count("\n")
    free = fn.__code__.co_freevars
    body = "\n".join("    " + line for line in text.splitlines())
    name = to_python(function).name
    source = f"def factory({', '.join(free)}):\n{body}\n    return {name}\n"
    scope: dict = {}
    namespace = types.SimpleNamespace(**fn.__globals__, **bound_names(function)).__dict__
    exec(compile(source, "<printed>", "exec"), namespace, scope)
    made = scope["factory"](*[cell.cell_contents for cell in fn.__closure__ or ()])
    made.__defaults__, made.__kwdefaults__ = fn.__defaults__, fn.__kwdefaults__
    made.text = text
    if fn.__name__ in ("global_read", "order_of_globals"):
        namespace["set_state"] = types.FunctionType(corpus.set_state.__code__, namespace)
    return made


def outcome(fn, args):
    corpus.LOG.clear()
    args = copy.deepcopy(args)
    try:
        result = ("value", fn(*args))
    except Exception as error:
        result = ("raised", type(error), str(error), type(error.__cause__))
    return result, list(corpus.LOG), args


def same(a, b):
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return type(a) is type(b) and a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (corpus.Box, corpus.Model, corpus.Odd)):
        return type(a) is type(b)
    return type(a) is type(b) and a == b


@pytest.mark.parametrize("fn, calls", corpus.CASES, ids=[fn.__name__ for fn, _ in corpus.CASES])
@pytest.mark.parametrize("nested", [True, False], ids=["nested", "flat"])
def test_same_behaviour(fn, calls, nested, capsys):
    keep = frozenset() if nested else frozenset(lower_function(fn).temps)
    made = rebuilt(fn, keep)
    for args in calls:
        capsys.readouterr()
        expected = outcome(fn, args)
        said = capsys.readouterr().out
        assert same(outcome(made, args), expected), made.text
        assert capsys.readouterr().out == said


def test_corpus_size():
    assert len(corpus.CASES) >= 120


def test_super_and_class_cell():
    made = rebuilt(corpus.Child.doubled)
    child = corpus.Child(3)
    assert child.kind == "Child"
    assert made(corpus.Child(3)) == corpus.Child(3).doubled()
    assert rebuilt(corpus.Child.__init__)(child, 9) is None
    assert child.w == 9
