"""Every entry of the derivative table on CuPy arrays, in both modes, through emitted text, against central differences.

This is the checker of the table itself (`table_checker`), with another library's arrays.  On a machine without a GPU a
stand-in takes CuPy's place; with `pytest --cupy` it is CuPy.
"""

from __future__ import annotations

import ast

import numpy as np
import pytest
from rule_support import calls, target
from table_checker import Library, check_call, checked, program

import srcgrad as sg
from srcgrad.dispatch import forget_entries
from srcgrad.rules.language import all_rules, lookup
from srcgrad.rules.twins import twins_of

# what the stand-in has not
NOT_ON_THE_STAND_IN = {"__copy__", "mT", "fftfreq", "rfftfreq"}
LACKING = "which this CuPy does not have"


def served():
    """The entries, by each function and method of NumPy's that CuPy may have under the same name."""
    named = {id(f) for area in (np, np.linalg, np.fft) for f in vars(area).values()}
    for rule in all_rules():
        if not set(rule.formulas) - rule.zero:
            continue
        for name, function in target(rule):
            # draws of random numbers differ from call to call
            if name.startswith(".") or id(function) in named or getattr(function, "__module__", "") == "_operator":
                yield pytest.param(rule, name, function, id=f"{rule.name}-{name}")


def twin(cupy, function):
    """The function of CuPy for one of NumPy's; methods and operators are what they are. None where there is none."""
    if getattr(function, "__module__", "") in ("_operator", "rule_support"):
        return function
    return next((theirs for theirs, ours in twins_of(cupy).items() if ours is function), None)


def library_of(cupy):
    return Library(cupy.ndarray, cupy.asarray, cupy.asnumpy)


def takes(f, values):
    """Whether CuPy has a call at all, as it stands."""
    try:
        with np.errstate(all="ignore"):
            f(*values)
    except Exception:
        return False
    return True


@pytest.mark.parametrize(("rule", "name", "function"), list(served()))
@pytest.mark.filterwarnings("ignore")
def test_the_table_on_cupy(rule, name, function, cupy, request):
    theirs, library = twin(cupy, function), library_of(cupy)
    if theirs is None:
        pytest.skip(f"CuPy has no {name}")
    count, lacking = 0, []
    for text, call in calls(rule, function):
        f, values = program(rule, name, theirs, call)
        if not takes(f, library.placed(values)):
            continue
        try:
            count += check_call(rule, name, theirs, call, text, library, reverse=True)
        except sg.UnsupportedError as error:
            if LACKING not in str(error):
                raise
            lacking.append(str(error))
    if not request.config.getoption("--cupy"):
        assert not lacking
        assert count or name.strip(".()") in NOT_ON_THE_STAND_IN
    if not count:
        pytest.skip(lacking[0] if lacking else f"CuPy takes none of the calls of {name}")


# ------------------------------------------------------------------------------------------ what the checker catches


def twice(formula):
    return ast.fix_missing_locations(ast.BinOp(ast.Constant(2.0), ast.Mult(), formula))


WRONG = [np.sin, np.matmul, np.mean, np.reshape, np.linalg.det, np.linalg.inv]


@pytest.mark.parametrize("function", WRONG, ids=lambda function: function.__name__)
@pytest.mark.filterwarnings("ignore")
def test_a_wrong_formula_is_caught(function, cupy, monkeypatch):
    rule = lookup(function)
    param = next(iter(rule.formulas))
    monkeypatch.setitem(rule.formulas, param, twice(rule.formulas[param]))
    with pytest.raises(AssertionError, match="Not equal"):
        checked(rule, function.__name__, twin(cupy, function), library_of(cupy), reverse=True, cases_of=function)


@pytest.mark.filterwarnings("ignore")
def test_a_wrong_tangent_is_caught(cupy):
    rule = lookup(np.linalg.det)
    right = rule.tangent
    object.__setattr__(rule, "tangent", twice(right))
    try:
        with pytest.raises(AssertionError, match="forward"):
            checked(rule, "det", cupy.linalg.det, library_of(cupy), reverse=True, cases_of=np.linalg.det)
    finally:
        object.__setattr__(rule, "tangent", right)


def test_it_is_cupy_that_is_called(cupy, monkeypatch):
    monkeypatch.setattr(cupy, "cos", cupy.sin)
    forget_entries()
    with pytest.raises(AssertionError, match="sin .*forward"):
        checked(lookup(np.sin), "sin", cupy.sin, library_of(cupy), reverse=True, cases_of=np.sin)
