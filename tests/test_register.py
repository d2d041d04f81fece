"""Emitted text behaves as source: live globals and cells, `inspect`, tracebacks, and no memory left behind."""

from __future__ import annotations

import gc
import inspect
import linecache
import pdb
import subprocess
import sys
import textwrap
import threading
import traceback
import types
import weakref
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from srcgrad.emit.frames import is_user_line, point_at_user_line
from srcgrad.emit.register import bind, unique_filename


def text_of(source: str) -> str:
    return textwrap.dedent(source).lstrip("\n")


def test_globals_are_the_users_and_live() -> None:
    user_globals: dict[str, Any] = {"rate": 2.0, "__name__": "user_module"}
    f = bind("def f(x):\n    return x * rate\n", "f", {}, user_globals, {})["f"]
    assert f.__globals__ is user_globals
    assert f.__module__ == "user_module"
    assert f(3.0) == 6.0
    user_globals["rate"] = 5.0
    assert f(3.0) == 15.0
    del user_globals["rate"]
    with pytest.raises(NameError, match="rate"):
        f(3.0)


def test_helpers_hide_globals_and_are_not_written_there() -> None:
    user_globals: dict[str, Any] = {"scale": 100}
    f = bind("def f(x):\n    return scale(x)\n", "f", {"scale": lambda x: x + 1}, user_globals, {})["f"]
    assert f(1) == 2
    assert user_globals["scale"] == 100
    assert set(user_globals) == {"scale"}


def test_cells_are_shared_both_ways() -> None:
    def make() -> tuple[Callable[[], int], Callable[[], None], dict[str, types.CellType]]:
        count = 0

        def read() -> int:
            return count

        def bump() -> None:
            nonlocal count
            count += 10

        assert bump.__closure__ is not None
        return read, bump, {"count": bump.__closure__[0]}

    read, bump, cells = make()
    text = text_of("""
        def step(by):
            nonlocal count
            count += by
            def inside():
                nonlocal count
                count += 1
            inside()
            return count
        """)
    step = bind(text, "step", {}, {}, cells)["step"]
    assert step(2) == 3 and read() == 3
    bump()
    assert step(2) == 16 and read() == 16


def test_an_empty_cell_stays_empty_until_it_is_filled() -> None:
    cell = types.CellType()
    f = bind("def f():\n    return later\n", "f", {}, {}, {"later": cell})["f"]
    with pytest.raises(NameError, match="later"):
        f()
    cell.cell_contents = 7
    assert f() == 7


def test_functions_see_each_other_and_defaults_see_helpers() -> None:
    text = text_of("""
        def even(n, start=start_value):
            return start if n == 0 else odd(n - 1)


        def odd(n, *, scale=unit):
            return -scale if n == 0 else even(n - 1)
        """)
    made = bind(text, "parity", {"start_value": 1}, {"unit": 1}, {})
    assert list(made) == ["even", "odd"]
    assert made["even"](4) == 1 and made["even"](3) == -1
    assert made["odd"].__qualname__ == "odd"


def test_future_imports_of_this_package_do_not_leak() -> None:
    f = bind("def f(x: unit) -> None: ...\n", "f", {"unit": int}, {}, {})["f"]
    assert f.__annotations__["x"] is int


def test_inspect_linecache_and_pdb_show_the_text() -> None:
    text = text_of("""
        def first(x):
            return x


        def second(x):
            # 3: y = x / 0
            y = x / 0
            return y
        """)
    made = bind(text, "pair", {}, {"__name__": "user_module"}, {})
    second = made["second"]
    linecache.checkcache()
    assert inspect.getsource(second) == text[text.index("def second") :]
    assert inspect.getsource(made["first"]) == "def first(x):\n    return x\n"
    with pytest.raises(ZeroDivisionError) as caught:
        second(1.0)
    shown = "".join(traceback.format_exception(caught.value))
    assert "<srcgrad pair " in shown and "line 7, in second" in shown and "y = x / 0" in shown
    output = StringIO()
    debugger = pdb.Pdb(stdin=StringIO("longlist\nstep\nstep\np x\ncontinue\n"), stdout=output, nosigint=True)
    debugger.use_rawinput = False
    with pytest.raises(ZeroDivisionError):
        debugger.runcall(second, 41.0)
    assert "y = x / 0" in output.getvalue() and "41.0" in output.getvalue()


def test_each_binding_has_its_own_file_name() -> None:
    names = {bind("def f(): ...\n", "f", {}, {}, {})["f"].__code__.co_filename for _ in range(3)}
    names.add(unique_filename("f"))
    assert len(names) == 4
    given = bind("def f(): ...\n", "f", {}, {}, {}, "<srcgrad f given>")["f"]
    assert given.__code__.co_filename == "<srcgrad f given>"


def test_text_is_forgotten_with_its_last_function() -> None:
    text = "def f():\n    def inner():\n        return 1\n    return inner\n\n\ndef g():\n    return f()\n"
    made = bind(text, "f", {}, {}, {})
    inner = made["f"]()
    filename = made["f"].__code__.co_filename
    assert filename in linecache.cache
    made.clear()
    gc.collect()
    assert inspect.getsource(inner) == "    def inner():\n        return 1\n"
    del inner
    gc.collect()
    assert filename not in linecache.cache


def test_binding_often_leaves_nothing_behind() -> None:
    gc.collect()
    before = len(linecache.cache)
    for number in range(200):
        bind(f"def f(x):\n    return g(x) + {number}\n\n\ndef g(x):\n    return x\n", "f", {}, {}, {})
    gc.collect()
    assert len(linecache.cache) <= before


def test_binding_from_many_threads() -> None:
    results: list[int] = []

    def work(number: int) -> None:
        for turn in range(20):
            f = bind(f"def f():\n    return {number} * {turn}\n", "f", {}, {}, {})["f"]
            assert inspect.getsource(f) == f"def f():\n    return {number} * {turn}\n"
            results.append(f() - number * turn)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0] * 160


# ------------------------------------------------------------------------------------------------ the user's line

USER = text_of("""
    def user_function(x):
        y = 2 * x  # line 2
        return y / (x - x)  # line 3
    """)


def emitted_that_raises() -> tuple[types.FunctionType, str]:
    text = text_of("""
        def user_forward(x):
            y = 2 * x
            bottom = x - x
            return y / bottom
        """)
    made = bind(text, "user_forward", {}, {"__name__": "user_module"}, {})["user_forward"]
    return made, made.__code__.co_filename


@pytest.fixture
def user_file(tmp_path: Any) -> str:
    path = tmp_path / "user_model.py"
    path.write_text(USER)
    return str(path)


def call_pointing(user_file: str, kind: str) -> None:
    forward, filename = emitted_that_raises()
    try:
        forward(1.0)
    except ZeroDivisionError as exc:
        emitted = filename if kind == "file" else forward.__code__
        point_at_user_line(exc, [None, 2, 3, 3], user_file, "user_function", emitted)
        raise


@pytest.mark.parametrize("kind", ["file", "code"])
def test_traceback_ends_at_the_users_line(user_file: str, kind: str) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        call_pointing(user_file, kind)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [frame.name for frame in frames[-2:]] == ["user_forward", "user_function"]
    assert (frames[-1].filename, frames[-1].lineno) == (user_file, 3)
    assert frames[-1].line == "return y / (x - x)  # line 3"
    last = "".join(traceback.format_exception(caught.value)).splitlines()[-3:]
    assert last[-1].startswith("ZeroDivisionError") and "line 3" in last[-2] and "user_model.py" in last[-3]
    assert caught.value.__cause__ is None and caught.value.__context__ is None


def test_user_frame_shows_the_variables(user_file: str) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        call_pointing(user_file, "file")
    entry = caught.value.__traceback__
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    assert entry is not None and is_user_line(entry.tb_frame)
    assert dict(entry.tb_frame.f_locals) == {"x": 1.0, "y": 2.0, "bottom": 0.0}


def test_deeper_frames_follow_and_context_is_kept(user_file: str) -> None:
    def deep(x: float) -> float:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise ValueError("deep") from inner

    text = "def forward(x):\n    if x > 0:\n        return forward(x - 1)\n    return deep(x)\n"
    forward = bind(text, "forward", {"deep": deep}, {}, {})["forward"]
    filename = forward.__code__.co_filename
    with pytest.raises(ValueError, match="deep") as caught:
        forward(1)
    for _ in range(2):
        point_at_user_line(caught.value, [1, 2, 2, 3], user_file, "user_function", filename)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[1:] == ["forward", "user_function", "forward", "user_function", "deep"]
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.args == ("deep",)


def test_functions_inside_keep_their_names(user_file: str) -> None:
    text = "def forward(x):\n    def inner(y):\n        return [y / 0 for _ in range(1)]\n    return inner(x)\n"
    forward = bind(text, "forward", {}, {}, {})["forward"]
    with pytest.raises(ZeroDivisionError) as caught:
        forward(1)
    point_at_user_line(caught.value, [1, 2, 2, 3], user_file, "user_function", forward.__code__)
    frames = traceback.extract_tb(caught.value.__traceback__)
    users = [(frame.name, frame.lineno) for frame in frames if frame.filename == user_file]
    comprehension = [] if sys.version_info >= (3, 12) else [("<listcomp>", 2)]
    assert users == [("user_function", 3), ("inner", 2), *comprehension]


def test_lines_without_a_user_line_are_left_alone(user_file: str) -> None:
    forward, filename = emitted_that_raises()
    with pytest.raises(ZeroDivisionError) as caught:
        forward(1.0)
    point_at_user_line(caught.value, [None] * 4, user_file, "user_function", filename)
    point_at_user_line(caught.value, [], user_file, "user_function", filename)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "user_forward"
    point_at_user_line(ValueError("never raised"), [1], user_file, "user_function", filename)


def test_no_reference_cycle_is_left(user_file: str) -> None:
    class OwnError(ZeroDivisionError):
        pass

    def fail() -> None:
        raise OwnError

    forward = bind("def forward():\n    fail()\n", "forward", {"fail": fail}, {}, {})["forward"]
    left: list[weakref.ref[OwnError]] = []

    def catch() -> None:
        try:
            forward()
        except OwnError as exc:
            point_at_user_line(exc, [1, 2], user_file, "user_function", forward.__code__)
            left.append(weakref.ref(exc))

    gc.disable()
    try:
        catch()
        assert left[0]() is None
    finally:
        gc.enable()


def test_an_uncaught_error_prints_no_carets_under_the_users_line(user_file: str) -> None:
    program = text_of(f"""
        from srcgrad.emit.frames import point_at_user_line
        from srcgrad.emit.register import bind
        forward = bind("def forward(x):\\n    return x / 0\\n", "forward", {{}}, globals(), {{}})["forward"]
        try:
            forward(1.0)
        except ZeroDivisionError as exc:
            point_at_user_line(exc, [1, 3], {user_file!r}, "user_function", forward.__code__)
            raise
        """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    place = next(number for number, line in enumerate(lines) if user_file in line)
    assert lines[place].endswith("line 3, in user_function")
    assert lines[place + 1 :] == ["    return y / (x - x)  # line 3", lines[-1]]
