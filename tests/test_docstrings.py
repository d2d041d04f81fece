"""Every public name says what it takes and gives, with an example that runs; text that emitted code never sees."""

from __future__ import annotations

import doctest
import inspect

import numpy as np
import pytest

import srcgrad as sg

WITHOUT_EXAMPLE = {"Gradient", "Jvp", "NotFiniteError", "SrcgradError", "UnsupportedError", "Tensor"}
PUBLIC = {name: getattr(sg, name) for name in sg.__all__ if not inspect.ismodule(getattr(sg, name))}
PUBLIC |= {f"autograd.{f.__name__}": f for f in (sg.autograd.grad, sg.autograd.backward)}
PUBLIC |= {f"optim.{cls.__name__}": cls for cls in (sg.optim.SGD, sg.optim.Adam)}


@pytest.mark.parametrize("name", PUBLIC)
def test_examples_run(name):
    if name == "sparse_jacobian":
        pytest.importorskip("scipy")
    text = inspect.getdoc(PUBLIC[name]) or ""
    assert text
    test = doctest.DocTestParser().get_doctest(text, {"np": np, "sg": sg}, name, None, None)
    assert test.examples or name in WITHOUT_EXAMPLE
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    told: list[str] = []
    assert runner.run(test, out=told.append).failed == 0, "".join(told)


def test_lines_fit_a_terminal():
    for name, thing in PUBLIC.items():
        assert max(map(len, (inspect.getdoc(thing) or "").splitlines())) <= 116, name
