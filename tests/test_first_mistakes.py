"""Mistakes of the first hour: each message says what is wrong, where, and what to write, and names nothing of ours."""

from __future__ import annotations

import re
import traceback
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pytest

import srcgrad as sg

X = np.array([1.0, 2.0, 3.0])


@dataclass
class Result:
    loss: float


def two(x, y):
    return np.sum(x * y)


def with_threads(x):
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(lambda v: v * v, [x, 2.0 * x]))


def wrong_checksum(x):
    return zlib.crc32(x.tobytes()) * np.sum(x)


MISTAKES = {
    "an array as result": (lambda: sg.grad(lambda x: np.tanh(x))(X), r"\.py:\d+: .* an array of shape \(3,\); .*"
                           r"\(sum it, or use srcgrad.jacobian\)"),
    "a list as result": (lambda: sg.grad(lambda x: [np.sum(x)])(X), "returned a list; .*return one number"),
    "a dict as result": (lambda: sg.grad(lambda x: {"loss": np.sum(x)})(X), "returned a dict; .*return one number"),
    "an object as result": (lambda: sg.grad(lambda x: Result(np.sum(x)))(X), "returned a Result; .*return one number"),
    "a pair as result": (lambda: sg.grad(lambda x: (np.sum(x), x))(X), r"\.py:\d+: .* a tuple of 2; .*has_aux=True"),
    "an integer as result": (lambda: sg.grad(lambda x: len(x))(X), r"\.py:\d+: .*an int, which has no derivative"),
    "no aux": (lambda: sg.grad(lambda x: np.sum(x), has_aux=True)(X), r"\.py:\d+: .*must return \(value, aux\)"),
    "an argument missing": (lambda: sg.grad(two)(X), r"two\(x, y\): missing a required argument: 'y'$"),
    "an argument too many": (lambda: sg.grad(two)(X, X, X), r"two\(x, y\): too many positional arguments$"),
    "a keyword misspelt": (lambda: sg.vjp(two, X), r"two\(x, y\): missing"),
    "argnums beyond": (lambda: sg.grad(two, 2)(X, X), r"out of range: the arguments of .*two\(\) are 'x', 'y'"),
    "argnums of one *args": (lambda: sg.grad(lambda *ws: ws[0], (0, 1))(1.0, 2.0), r"<lambda>\(\) are 'ws'"),
    "arguments in place of argnums": (lambda: sg.grad(two, X), r"got an array of shape \(3,\); .* sg.grad\(f\)\(x\)"),
    "a value in place of the function": (lambda: sg.grad(np.sum(X)), r"pass the function itself.* sg.grad\(f\)\(x\)"),
    "a static method": (lambda: sg.grad(staticmethod(two)), "write @staticmethod above the decorator"),
    "a decorator's option without its name": (lambda: sg.grad("x"), r"@sg.grad\(argnums='x'\)"),
    "nothing as result of a Jacobian": (lambda: sg.jacobian(lambda x: None)(X), "returned None, which has no deriv"),
    "a gradient of arrays": (lambda: sg.autograd.grad(np.sum(X), X), r"got a float64: make it with sg.tensor\(x, req"),
    "integers in a list": (lambda: sg.grad(lambda x: x[0])([1, 2]), "a list that holds no floating numbers.*write 1.0"),
    "a text": (lambda: sg.grad(np.sum)("abc"), "it is a str, wanted a floating"),
    "None": (lambda: sg.grad(np.sum)(None), "it is None, wanted a floating"),
    "an array of objects": (lambda: sg.grad(np.sum)(np.array([1.0, None])), r"dtype object.*\.astype\(float\)"),
    "no source": (lambda: sg.grad(eval("lambda x: x * x"))(2.0), "no source, is not supported: write it to a file"),
    "a function without rule": (lambda: sg.grad(zlib.crc32)(2.0), r"^zlib.crc32\(\) on values that depend"),
    "threads": (lambda: sg.grad(with_threads)(2.0), "is not supported: call the function in a loop"),
    "a matrix": (lambda: sg.grad(lambda x: np.matrix(x).sum())(X), r"matrix\(\) .* use an array: x @ y"),
    "a Decimal": (lambda: sg.grad(lambda x: Decimal(x))(2.0), r"Decimal\(\) .*: use a float"),
    "a checksum": (lambda: sg.grad(wrong_checksum)(X), "computing with a number read from a text"),
    "view of PyTorch": (lambda: sg.tensor(X, requires_grad=True).view(3, 1), r": view\(\) .* write x.reshape\(shape\)"),
    "an array as parameter": (lambda: sg.optim.SGD([X], lr=0.1), r"sg.tensor\(w, requires_grad=True\); got a ndarray"),
    "a computed parameter": (lambda: sg.optim.SGD([sg.tensor(X, requires_grad=True) * 2], lr=0.1), "one was computed"),
    "a method of PyTorch's": (lambda: sg.tensor(X).to("cuda"), r"has no attribute 'to': write x.astype"),
    "a name of JAX's": (lambda: sg.vmap, r"has no attribute 'vmap': write the function for arrays"),
    "a name of autograd's": (lambda: sg.elementwise_grad, r"write sg.grad\(lambda x: np.sum\(f\(x\)\)\)"),
    "a function of NumPy's": (lambda: sg.zeros, r"use np.zeros"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_messages(mistake):
    run, wanted = MISTAKES[mistake]
    with pytest.raises((TypeError, ValueError, AttributeError, sg.UnsupportedError)) as caught:
        run()
    assert re.search(wanted, str(caught.value), re.DOTALL)


def test_a_name_that_nobody_has():
    with pytest.raises(AttributeError, match="^module 'srcgrad' has no attribute 'gard'$"):
        sg.gard


def drawn(rng, x):
    return rng.laplace(x, 1.0, None, 2.0)


def test_functions_that_share_an_entry_have_their_own_names():
    with pytest.raises(sg.UnsupportedError, match=r"laplace\(\) with so many positional arguments"):
        sg.grad(drawn, "x")(np.random.default_rng(0), 1.0)


def evaluated(x):
    return eval("x * x")


@pytest.mark.parametrize("f", [evaluated, with_threads])
def test_refusals_come_without_the_way_by_which_they_were_found(f):
    with pytest.raises(sg.UnsupportedError) as caught:
        sg.grad(f)(2.0)
    ours = [frame for frame in traceback.extract_tb(caught.tb) if "srcgrad" in frame.filename.rpartition("tests")[2]]
    assert len(ours) < 8
    assert caught.value.__context__ is None or caught.value.__suppress_context__
