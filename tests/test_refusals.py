"""What is not supported is refused: the message has the file, the line, the construct and what to write instead."""

from __future__ import annotations

import asyncio
import functools
import inspect
import linecache
import pickle
import subprocess
import sys
import types
from typing import Any

import numpy as np
import pytest

import srcgrad as sg

COUNT = 0
COUNTS: list[int] = []


def mutates_global(x):
    global COUNT  # refused
    COUNT += 1  # refused
    return x * COUNT


def yields(x):
    yield x  # refused


def sends_into_a_generator(x):
    def values():
        got = yield x  # refused
        yield got * x

    taken = values()
    return next(taken) * taken.send(x)


def keeps_a_generator_with_a_try(x):
    def values():
        try:
            yield x  # refused
        finally:
            COUNTS.append(1)

    taken = values()
    return next(taken) * x


def yields_from(x):
    yield from [x]  # refused


async def coroutine(x):  # refused
    return x * x


def awaits_inside(x):
    async def inner():  # refused
        return x * x

    return asyncio.run(inner())


def evaluates(x):
    return eval("x * x")  # refused


def executes(x):
    scope = {"x": x}
    exec("y = x * x", scope)  # refused
    return scope["y"]


def reads_locals(x):
    y = x * x
    return locals()["y"] * y  # refused


def unknown_function(x):
    return pickle.loads(pickle.dumps(x * x)) * x  # refused


def no_source(x):
    return WITHOUT_SOURCE(x)  # refused


def found_by_value(x):
    if (x, 2) not in KEPT:  # refused
        KEPT[x, 2] = x**2
    return KEPT[x, 2]


def got_by_value(x):
    return KEPT.get(x, x)  # refused


def found_in_a_set(x):
    return x * x if x in SEEN else x  # refused


@functools.cache
def keeps_and_calls_itself(x, n=4):
    return x if n == 0 else x * keeps_and_calls_itself(x, n - 1)


def calls_what_keeps(x):
    return keeps_and_calls_itself(x)


KEPT: dict[Any, float] = {}
SEEN = {0.5}
WITHOUT_SOURCE: Any = eval("lambda x: x * x")

REFUSED = [
    (mutates_global, 0.7),
    (yields, 0.7),
    (sends_into_a_generator, 0.7),
    (keeps_a_generator_with_a_try, 0.7),
    (yields_from, 0.7),
    (coroutine, 0.7),
    (awaits_inside, 0.7),
    (evaluates, 0.7),
    (executes, 0.7),
    (reads_locals, 0.7),
    (unknown_function, 0.7),
    (no_source, 0.7),
    (found_by_value, 0.7),
    (got_by_value, 0.7),
    (found_in_a_set, 0.7),
]


def marked_lines(f: Any) -> list[int]:
    """The lines of the function that carry the mark."""
    lines, first = inspect.getsourcelines(f)
    return [first + i for i, line in enumerate(lines) if line.endswith("# refused\n")]


@pytest.mark.parametrize(("f", "x"), [pytest.param(f, x, id=f.__name__) for f, x in REFUSED])
def test_refused_with_location(f, x):
    with pytest.raises(sg.UnsupportedError) as caught:
        sg.grad(f)(x)
    error = caught.value
    assert error.filename == __file__
    assert error.line in marked_lines(f)
    assert error.construct and error.advice
    message = str(error)
    assert f"{__file__}:{error.line}: " in message
    assert error.construct in message and error.advice in message


@pytest.mark.parametrize(("f", "x"), [pytest.param(f, x, id=f.__name__) for f, x in REFUSED])
def test_refused_again_and_by_every_entry(f, x):
    for _ in range(2):
        with pytest.raises(sg.UnsupportedError):
            sg.value_and_grad(f)(x)
        with pytest.raises(sg.UnsupportedError):
            sg.vjp(f, x)


def test_a_cache_that_calls_itself_is_refused_where_it_does():
    with pytest.raises(sg.UnsupportedError, match="which keeps its results between calls and calls itself") as caught:
        sg.grad(calls_what_keeps)(0.7)
    assert caught.value.filename == __file__ and "keeps_and_calls_itself(x, n - 1)" in caught.value.text


def test_results_kept_by_value_are_no_constants_for_another_entry():
    class Model:
        def __init__(self):
            self.kept = {}

        def run(self, x):
            if x not in self.kept:
                self.kept[x] = x * x
            return self.kept[x]

    model = Model()
    for f in (model.run, lambda x: model.run(x)):
        model.run(0.7)
        with pytest.raises(sg.UnsupportedError, match="there before the call"):
            sg.grad(f)(0.7)
        with pytest.raises(sg.UnsupportedError, match="there before the call"):
            sg.jvp(f, (0.7,), (1.0,))


def test_refused_before_anything_ran():
    log = []

    def f(x):
        log.append(x)
        global COUNT
        COUNT = 1
        return x

    with pytest.raises(sg.UnsupportedError):
        sg.grad(f)(0.7)
    assert log == []


def test_function_without_source_says_how_to_pass_it():
    f = eval("lambda x: x * x")
    with pytest.raises(sg.UnsupportedError) as caught:
        sg.grad(f)(0.7)
    assert "source" in str(caught.value)


def test_function_compiled_from_text_without_lines():
    scope: dict[str, Any] = {}
    exec(compile("def f(x):\n    return x * x\n", "<nowhere to be found>", "exec"), scope)
    with pytest.raises(sg.UnsupportedError) as caught:
        sg.grad(scope["f"])(0.7)
    assert "source" in str(caught.value)


def test_text_that_python_keeps_lines_of():
    """What a notebook does with a cell."""
    text = "import numpy as np\ndef f(x):\n    return np.sin(x) * x\n"
    filename = "<cell 1>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, filename, "exec"), scope)
    np.testing.assert_allclose(sg.grad(scope["f"])(0.7), np.cos(0.7) * 0.7 + np.sin(0.7))


def test_command_line_text_works_or_says_how_to_pass_it():
    text = "import srcgrad as sg\ndef f(x):\n    return x * x\nprint(float(sg.grad(f)(3.0)))\n"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=100)
    if done.returncode == 0:
        assert done.stdout == "6.0\n"
    else:
        assert "UnsupportedError" in done.stderr and "source" in done.stderr


def test_not_a_function():
    for thing in (3, "text", None):
        with pytest.raises((TypeError, sg.UnsupportedError)):
            sg.grad(thing)(0.7)


def test_inactive_use_of_unknown_functions_is_fine():
    def f(x, values):
        k = float(np.unwrap(values).sum()) + WITHOUT_SOURCE(2.0)
        return x * x * k

    values = np.array([0.1, 0.2])
    np.testing.assert_allclose(sg.grad(f)(0.7, values), 1.4 * (0.3 + 4.0))


def test_errors_are_of_one_family_and_pickle():
    assert issubclass(sg.UnsupportedError, sg.SrcgradError)
    assert issubclass(sg.SrcgradError, Exception)
    with pytest.raises(sg.UnsupportedError) as caught:
        sg.grad(mutates_global)(0.7)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.line == caught.value.line


def test_users_own_exceptions_pass_through_unchanged():
    class Mine(Exception):
        pass

    def f(x):
        if x > 0.5:
            raise Mine("as it was")
        return x * x

    gradient = sg.grad(f)
    assert float(gradient(0.25)) == 0.5
    with pytest.raises(Mine, match="as it was"):
        gradient(0.7)
    assert float(gradient(0.25)) == 0.5


def test_writes_into_active_arrays_are_right_or_refused():
    def f(v):
        w = v * v
        w[0] = 3.0
        return np.sum(w * v)

    v = np.array([0.3, 0.4])
    try:
        gradient = sg.grad(f)(v)
    except sg.UnsupportedError as error:
        assert error.filename == __file__ and error.line
    else:
        np.testing.assert_allclose(gradient, [3.0, 3.0 * 0.16])


def test_own_iterator_class_over_active_values_is_right_or_refused():
    class Twice:
        def __init__(self, x):
            self.left = [x, x * x]

        def __iter__(self):
            return self

        def __next__(self):
            if not self.left:
                raise StopIteration
            return self.left.pop()

    def f(x):
        return sum(Twice(x))

    try:
        slope = sg.grad(f)(0.7)
    except sg.UnsupportedError:
        return
    np.testing.assert_allclose(slope, 2.4)


def test_module_type_is_not_differentiated():
    with pytest.raises((TypeError, sg.UnsupportedError)):
        sg.grad(types.ModuleType("nothing"))(0.7)
