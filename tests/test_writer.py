"""The printer: exact constants, needed parentheses only, f-strings for every Python, comments, line numbers."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from srcgrad.emit.writer import CommentLine, to_source, write

EXPRESSIONS = [
    "-y ** 2", "(-y) ** 2", "2.0 / n * x", "2.0 / (n * x)", "a - (b - c)", "a - b - c", "(a, b)[0]", "x[a, b:c, ::2]",
    "x[()]", "x[a,]", "(a if b else c) + 1", "a if b else c if d else e", "(a if b else c) if d else e",
    "not a", "not (a and b)", "(not a) == b", "a and (b or c)", "a and b or c", "-a @ b", "(a + b) @ c", "a ** b ** c",
    "(a ** b) ** c", "2 ** -x", "(lambda x, /, y=1, *a, z, k=2, **q: x + y)(1)", "lambda: 0", "lambda *, k: k",
    "f(*a, *b, c=1, **d)", "f(x for x in y)", "[x for x in y if x if not x]", "{x: y for (x, y) in z}", "{*a, b}",
    "{'a': 1, **b}", "(a < b) < c", "a < b < c", "a < (b < c)", "a in (b, c)", "~a & b | c ^ d << 1", "(a | b) & c",
    "x.y.z[0](1)", "(1).real", "1.5.hex()", "(-1).real", "f((yield_ := 3))", "(a, *b)", "()", "(a,)", "{}", "[]",
    "f'{a}'", "f'{a!r:>{w}.3f} {{}}'", "f\"{d['k']}\"", "f'{(lambda: 1)}'", "f'{ {1: 2}[1]}'", "(a := 1)",
    "'it\\'s \"x\"\\n'", "b'\\x00'", "...", "None", "(-2.0) ** x", "-2.0 * x", "x * -2.0", "not -x", "x[lambda: 0]",
    "(a + b).T", "(a or b)(c)", "a if (lambda: b) else c", "-(a + b)", "- -a", "a % (b // c)", "(await_)[1]",
]  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_round_trip(text):
    tree = ast.parse(text, mode="eval").body
    printed = to_source(tree)
    again = ast.parse(printed, mode="eval").body
    assert ast.dump(again) == ast.dump(tree), printed
    assert printed.count("(") <= text.count("(") + 1


@pytest.mark.parametrize(
    "text", ["-y ** 2", "2.0 / n * x", "(2.0 / (n * x)) ** 2", "a and (b or c)", "x[a, b:c, ::2]", "a if b else c",
             "(-2.0) ** x", "not a < b", "f(*a, c=1)", "(a, b)[0]", "a - (b - c)"],
)  # fmt: skip
def test_no_needless_parentheses(text):
    assert to_source(ast.parse(text, mode="eval").body) == text


@pytest.mark.parametrize(
    "value", [0.1, 1e-323, 1e400, -1e400, -0.0, 2j, complex(-0.0, 2), complex(1, -0.0), complex(math.inf, 1), 10**4000,
              -3, True, "a'\"\\\n\t\x00é", b"\xff", ..., 1e22]
)  # fmt: skip
def test_constants_are_exact(value):
    printed = to_source(ast.Constant(value))
    again = eval(printed)
    assert type(again) is type(value)
    if type(value) is int:
        assert again == value
    else:
        assert repr(again) == repr(value)
    assert ast.literal_eval("1") == 1


def test_nan():
    assert math.isnan(eval(to_source(ast.Constant(math.nan))))


@pytest.mark.parametrize(
    "text",
    ["f\"{d['k']} it's\"", "f'''{d[\"k\"]}{e['k']}'''", "f'{chr(10)!r}'", "f'\\n{a}\\\\'", "f'{a:%H:%M}'",
     "f\"{a:>{d['k']}}\"", "f'{{{a}}}'", "f'é\\x00{a}'", "f'''{f\"{d['k']}\"} \"'''"],
)  # fmt: skip
def test_f_strings(text):
    class Value:
        def __format__(self, spec):
            return f"<{spec}>"

    names = {"a": Value(), "d": {"k": 12}, "e": {"k": "E"}}
    printed = to_source(ast.parse(text, mode="eval").body)
    assert eval(printed, dict(names)) == eval(text, dict(names)), printed


def test_nested_quotes_of_every_kind():
    inner = ast.Subscript(ast.Name("d"), ast.Constant("a'b\"c\n"))
    node = ast.JoinedStr([ast.Constant("{x}"), ast.FormattedValue(inner, -1, None)])
    assert eval(to_source(node), {"d": {"a'b\"c\n": 5}}) == "{x}5"


def test_statements():
    text = textwrap.dedent("""\
        def f(a, b=1, *c, d, **e):
            'Doc.'
            nonlocal_ = 1
            for i, (j, k) in enumerate(a):
                if i:
                    continue
                elif j:
                    break
                else:
                    pass
            else:
                del a[0], b.c
            while True:
                x += 1
            try:
                import a.b as c
                from ..d import e as f
            except (A, B) as err:
                raise X from err
            except C:
                raise
            finally:
                assert a, 'm'
            with a as (b, c), d:
                x[0], y.z = 1, 2
            return 1, 2
        """)
    tree = ast.parse(text)
    assert ast.dump(ast.parse(to_source(tree))) == ast.dump(tree)


def test_comments_and_lines():
    def at(stmt, line):
        stmt.lineno = stmt.end_lineno = line
        return stmt

    loop = at(ast.While(ast.Name("a", ast.Load()), [at(CommentLine("two\nlines"), 7), at(ast.Break(), 8)], []), 5)
    text, lines = write(ast.Module([at(CommentLine("start"), 3), loop], []))
    assert text == "# start\nwhile a:\n    # two\n    # lines\n    break\n"
    assert lines == [3, 5, 7, 7, 8]
    compile(ast.fix_missing_locations(ast.Module([loop], [])), "x", "exec")


def test_without_the_removed_tree_classes():
    """The printer works on a Python that has dropped the deprecated tree classes, and warns nowhere."""
    program = """
        import ast, sys
        for name in ("Str", "Num", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice"):
            if name in vars(ast):
                delattr(ast, name)
        if hasattr(ast, "__getattr__"):
            del ast.__getattr__
        from srcgrad.emit.writer import to_source
        text = "def f(a, b=1):\\n    x = f'{a!r:>{b}} {{}}' + 's'\\n    return a[1:2, ..., None][b], 1.5, b'x', True\\n"
        assert to_source(ast.parse(text)) == text, to_source(ast.parse(text))
    """
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
