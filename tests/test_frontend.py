"""Reading, names, spans, nesting and refusals of the front end."""

from __future__ import annotations

import inspect
import linecache
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from srcgrad import ir
from srcgrad.emit.python import print_function
from srcgrad.errors import UnsupportedError
from srcgrad.frontend.lower import lower_function
from srcgrad.frontend.read import read_function

ROOT = Path(__file__).resolve().parent.parent


def text_of(fn):
    return print_function(lower_function(fn))[0]


def made(source, name="f", **names):
    """A function made of text that Python keeps."""
    source = textwrap.dedent(source)
    filename = f"<test {len(linecache.cache)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = {"np": np, **names}
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]


def temps_of(source):
    function = lower_function(made(source))
    return [s.target for s in ir.walk(function.body) if isinstance(s, ir.Let) and s.target in function.temps]


# ---------------------------------------------------------------------------------------------- reading


PAIR = (lambda x: x + 1), (lambda x: x * 2)
SAME = [(lambda x: x - 1), (lambda x: x - 1)]
NESTED = lambda x: (lambda y: y * 3)  # fmt: skip
MANY_LINES = [
    lambda x, y: x + y + 1, lambda x, y: (
        x * y
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "fn, expected",
    [(PAIR[0], "x + 1"), (PAIR[1], "x * 2"), (SAME[1], "x - 1"), (NESTED(1), "y * 3"), (MANY_LINES[0], "x + y + 1"),
     (MANY_LINES[1], "x * y")],
)  # fmt: skip
def test_lambdas_are_told_apart(fn, expected):
    assert f"return {expected}\n" in text_of(fn)


def test_lambdas_without_columns():
    """Where the bytecode has no columns, compiled code is compared."""
    for fn, expected in zip(PAIR, ("x + 1", "x * 2")):
        replaced = fn.__code__.replace(**({"co_linetable": b""} if sys.version_info < (3, 11) else {}))
        from srcgrad.frontend import read

        lines = Path(__file__).read_text().splitlines(True)
        assert "lambda" in lines[replaced.co_firstlineno - 1]
        tree = read._parse_file("".join(lines), replaced)
        import ast

        found = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda) and n.lineno == replaced.co_firstlineno]
        assert [ast.unparse(n.body) for n in found if read._compiles_to(n, replaced)] == [expected]


def test_captured_lambdas_on_one_line():
    a, b = 1, 2
    f, g = (lambda x: x + a), (lambda x: x + b)
    assert "x + a" in text_of(f) and "x + b" in text_of(g)


class Owner:
    def method(self, x):
        """Has a
        doc."""
        return self.w * x

    @staticmethod
    def static(x):
        return x

    @classmethod
    def of_class(cls, x):
        return cls.k * x


def test_methods_and_lines():
    function = lower_function(Owner().method)
    lines, first = inspect.getsourcelines(Owner.method)
    assert function.span.line == first
    assert function.source.line(first) == "def method(self, x):"
    assert function.doc == "Has a\ndoc."
    assert lower_function(Owner.static).name == "static"
    assert [p.name for p in lower_function(Owner.of_class).params] == ["cls", "x"]
    _, numbers = print_function(function)
    assert numbers[-1] == first + 3


def test_lines_of_printed_text():
    fn = made("""
        def f(x):
            y = x + 1

            if y > 2:
                y = (y *
                     3)
            elif y:
                y = 4
            return y
        """)
    text, lines = print_function(lower_function(fn))
    assert lines == [2, 3, 5, 6, 8, 9, 10]


def test_string_at_column_zero_in_a_method():
    fn = made('''
        class A:
            def f(self):
                return """a
        b"""
        f = A.f
        ''')
    assert "'a\\nb'" in text_of(fn)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="Python keeps the text of -c since 3.13")
def test_dash_c():
    program = (
        "from srcgrad.frontend.lower import lower_function as l\n"
        "def f(x):\n    return x\n"
        "print(l(f).name, l(lambda q: 1))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True).returncode == 0


def test_no_source():
    namespace = {}
    exec("def f(x):\n    return x", namespace)
    with pytest.raises(UnsupportedError, match="keeps no source.*write it to a file"):
        lower_function(namespace["f"])
    with pytest.raises(UnsupportedError, match="no Python source"):
        lower_function(np.sin)


def test_changed_source():
    fn = made("def f(x):\n    return x\n")
    filename = fn.__code__.co_filename
    linecache.cache[filename] = (1, None, ["def g(y):\n", "    return y\n"], filename)
    with pytest.raises(UnsupportedError, match="reload"):
        lower_function(fn)


def test_read_is_cached():
    assert read_function(Owner.method)[0] is read_function(Owner.method)[0]


# ---------------------------------------------------------------------------------------------- names


def test_names_of_temporaries():
    assert temps_of("""
        def f(x, w, b, y):
            h = np.tanh(x @ w + b)
            return np.mean((h - y) ** 2)
        """) == ["h_arg_term", "h_arg", "value_base", "value_terms", "value"]
    assert temps_of("""
        def f(u, k, p):
            u = u - k * (u - np.mean(u)) ** 3
            z = u[0] / p.scale + u[1:].sum() * p["w"]
            return u
        """) == [
        "u_mean", "u_base", "u_factor", "u_term", "u_first", "p_scale", "z_term", "z_index", "u_part", "z_factor",
        "p_w", "z_term_2",
    ]  # fmt: skip


def test_names_avoid_the_users_and_the_reserved():
    function = lower_function(
        made("""
        def f(value, value_term, x_bar):
            x = np.dot(np.dot(x_bar, value) * value_term, 2) + value
            return np.dot(x, x) + value * value_term
        """)
    )
    assert not function.temps & {"value", "value_term", "x_bar", "x"}
    assert not [n for n in function.temps if n.endswith(("_bar", "_dot", "_call", "_residual"))]


def test_temporaries_are_bound_once():
    import frontend_corpus as corpus

    for fn, _ in corpus.CASES:
        function = lower_function(fn)
        bound: dict[str, int] = {}
        for stmt in ir.walk(function.body):
            for name in ir.targets(stmt):
                bound[name] = bound.get(name, 0) + 1
        twice = {n for n in function.temps if bound.get(n, 0) > 1}
        choices = [s for s in ir.walk(function.body) if isinstance(s, ir.If) and s.sugar in ("ifexp", "and", "or")]
        joined = {s.body[-1].target for s in choices}
        assert twice <= joined, fn.__name__


def test_variables():
    function = lower_function(
        made("""
        def f(x):
            count = 0
            y = x
            def g(z):
                nonlocal count
                count += z + y
                return np.sum(z)
            return g
        """)
    )
    inner = next(s.value.function for s in function.body if isinstance(s, ir.Let) and s.target == "g")
    assert (function.shared, function.captured, function.free) == ({"count"}, {"count", "y"}, frozenset())
    assert (inner.shared, inner.free, inner.captured) == ({"count"}, {"count", "y"}, frozenset())


# ---------------------------------------------------------------------------------------------- printing


SAME_TEXT = [
    "h = np.tanh(x @ w + b)", "u = u - k * (u - np.mean(u)) ** 3", "a, (b, c) = x, y", "x[i - 1:i + 1, 0] += y * 2",
    "z = a if b > c else d", "z = a and b or c", "assert x > 0, 'm'", "x.y, z[0] = f(a), g(b)",
    "z = -x ** 2 + (x - 1) / y",
    "z = f(a, *b, k=c(d), **e)[0].T", "z = [a, (b, {c: d, 'e': {f}})]", "z = lambda q, r=x: q + r * 2",
    "z = f'{a!r:>{w}} {b + 1}'", "z = f(a)(b)(c)", "z = not a == b", "z = x[1:, ::-1][y > 0]", "del x[0]",
    "z = 0 < a < b", "z = a or b or c", "z = f(a) if g(b) else h(c)", "z = f(g(a), h(b), a + i(c))",
]  # fmt: skip


@pytest.mark.parametrize("line", SAME_TEXT)
def test_statements_print_as_they_were(line):
    fn = made(f"def f(x, y, a, b, c, d, e, w, u, k, i, g, h):\n    {line}\n    return x\n")
    assert text_of(fn).splitlines()[1:] == [f"    {line}", "    return x"]


BLOCKS = [
    """
    for i, (a, *b) in enumerate(x):
        if a > 1:
            continue
        elif a < i:
            break
        else:
            y = b
    else:
        y = 0
    return y
    """,
    """
    while np.max(x) > 1.0 and y:
        x = x / 2
        y -= 1
    return x
    """,
    """
    try:
        y = f(x)
    except (ValueError, TypeError) as error:
        raise KeyError(x) from error
    finally:
        print('done')
    with y.open() as (p, q):
        return p
    """,
]


@pytest.mark.parametrize("block", BLOCKS)
def test_blocks_print_as_they_were(block):
    body = textwrap.indent(textwrap.dedent(block).strip(), "    ")
    fn = made(f"def f(x, y):\n{body}\n")
    assert text_of(fn) == f"def f(x, y):\n{body}\n"


def test_kept_names_stay():
    fn = made("def f(x):\n    return np.tanh(x * x + 1)\n")
    text, _ = print_function(lower_function(fn), frozenset({"value_arg"}))
    assert text == "def f(x):\n    value_arg = x * x + 1\n    return np.tanh(value_arg)\n"


def test_wide_lines_become_statements():
    terms = " + ".join(f"np.sin(argument * {i}.5)" for i in range(12))
    text = text_of(made(f"def f(argument):\n    return {terms}\n"))
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) > 3


def test_a_load_does_not_move_past_a_store():
    x, y = ir.Var("x"), ir.Var("y")
    span = ir.Span(1, 1)
    zero = ir.Const(0)
    body = [
        ir.Let("x_item", ir.Item(x, zero), span),
        ir.StoreItem(x, zero, y, span),
        ir.Let("twice", ir.Prim("mul", (ir.Var("x_item"), ir.Const(2))), span),
        ir.Let("x", ir.Var("y"), span),
        ir.Return(ir.Var("twice"), span),
    ]
    function = ir.Function(
        "f", (ir.Param("x"), ir.Param("y")), body, ir.SourceText("", 1, ()), span, {"x_item", "twice"}
    )
    text, _ = print_function(function)
    assert [line.strip() for line in text.splitlines()[1:]] == [
        "x_item = x[0]", "x[0] = y", "twice = x_item * 2", "x = y", "return twice"
    ]  # fmt: skip


def test_calls_keep_their_order():
    span = ir.Span(1, 1)
    f, g = ir.Global("f"), ir.Global("g")
    body = [
        ir.Let("a", ir.Call(f, ()), span),
        ir.Let("b", ir.Call(g, ()), span),
        ir.Return(ir.Var("c"), span),
    ]
    body.insert(2, ir.Let("c", ir.Prim("sub", (ir.Var("b"), ir.Var("a"))), span))
    function = ir.Function("h", (), body, ir.SourceText("", 1, ()), span, {"a", "b", "c"})
    assert print_function(function)[0] == "def h():\n    a = f()\n    return g() - a\n"


# ---------------------------------------------------------------------------------------------- refusals


REFUSED = [
    ("global k\n    k = x", "assignment to the global 'k'"), ("y = yield x", "the value of a yield"),
    ("return eval('x')", "eval()"),
    ("exec('y = 1')", "exec()"), ("return locals()", "locals()"), ("return globals()", "globals()"),
    ("class A: pass", "a class defined inside"), ("return vars()", "vars()"), ("global k\n    k += 1", "global 'k'"),
    ("global k\n    for k in x: pass", "global 'k'"), ("global k\n    def k(): pass", "global 'k'"),
    ("return [(x := (lambda: q)) for q in x]", "':='"), ("x += (x := 2)", "':='"),
    ("async def g(): pass", "async def"), ("g = (lambda: (yield))", "yield"),
]  # fmt: skip


@pytest.mark.parametrize("body, construct", REFUSED)
def test_refusals(body, construct):
    fn = made(f"k = 1\ndef f(x):\n    y = 1\n    {body}\n")
    with pytest.raises(UnsupportedError) as caught:
        lower_function(fn)
    error = caught.value
    assert construct in error.construct
    assert error.filename == fn.__code__.co_filename and error.line >= 2
    assert error.advice and error.text


def test_async_functions_are_refused():
    with pytest.raises(UnsupportedError, match="async def"):
        lower_function(made("async def f(x):\n    return x\n"))


@pytest.mark.skipif(sys.version_info < (3, 11), reason="except* is new in 3.11")
def test_except_star_is_refused():
    with pytest.raises(UnsupportedError, match=r"except\*"):
        lower_function(made("def f(x):\n    try:\n        pass\n    except* ValueError:\n        pass\n"))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type statements are new in 3.12")
def test_type_statements_are_refused():
    with pytest.raises(UnsupportedError, match="type"):
        lower_function(made("def f(x):\n    type A = int\n    return x\n"))


# ---------------------------------------------------------------------------------------------- cost


def test_cost_is_linear():
    def cost(count):
        lines = "\n".join(f"    x = np.tanh(x * {i} + b) - (x + [b, x][0])" for i in range(count))
        fn = made(f"def f(x, b):\n{lines}\n    return x\n")
        calls = 0

        def counted(frame, event, arg):
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(counted)
        try:
            print_function(lower_function(fn))
        finally:
            sys.setprofile(before)
        return calls

    cost(10)
    assert cost(800) < 9 * cost(100)
