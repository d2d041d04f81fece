"""The arguments that NumPy's functions take, by position and by name, written out and known when the call runs.

A line of a table is a call. `A(2, 3)` in it is an active array, `C(...)` a complex one, `S()` an active number; what
stands before `;` is done first. Derivatives of first and second order are compared with differences, on tensors too.
"""

from __future__ import annotations

import ast
import copy

import numpy as np
import pytest
from argument_calls import REFUSED, TENSORS_REFUSE, calls
from table_checker import defined

import srcgrad as sg

MAKERS = ("A", "C", "P", "R", "S")


class Program(ast.NodeTransformer):
    """A call as a function: its active values are parameters; `late`, so are the settings that are not."""

    def __init__(self, text, late=False):
        self.rng = np.random.default_rng(len(text))
        self.late = late
        self.values, self.settings = [], []
        *before, call = [self.visit(ast.parse(part.strip())) for part in text.split(";")]
        params = [f"x{i}" for i in range(len(self.values))] + [f"o{i}" for i in range(len(self.settings))]
        lines = [ast.unparse(part) for part in before] + [f"y = {ast.unparse(call)}"]
        head = f"def f({', '.join(params)}):\n" + "".join(f"    {line}\n" for line in lines)
        whole = defined(f"{head}    return y\n", {"np": np})["f"](*copy.deepcopy(self.values + self.settings))
        space, terms = {"np": np}, []
        for i, (path, part) in enumerate(floating(whole)):
            space[f"w{i}"] = self.rng.uniform(0.5, 1.5, np.shape(part))
            square = f"np.imag({path}) * np.real({path})" if np.iscomplexobj(part) else f"{path} ** 2"
            terms.append(f"np.sum(w{i} * np.real({path}) + 0.3 * {square})")
        self.loss = defined(f"{head}    return {' + '.join(terms)}\n", space)["f"]

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            self.values.append(self.made(node.func.id, *[ast.literal_eval(arg) for arg in node.args]))
            return ast.Name(f"x{len(self.values) - 1}", ast.Load())
        node.func = self.visit(node.func)
        node.args = [self.argument(arg) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = self.argument(keyword.value)
        return node

    def argument(self, node):
        """An argument; a setting that is written out becomes a parameter, `late`."""
        if self.late:
            try:
                self.settings.append(ast.literal_eval(node))
            except ValueError:
                return self.visit(node)
            return ast.Name(f"o{len(self.settings) - 1}", ast.Load())
        return self.visit(node)

    def made(self, maker, *shape):
        draw = self.rng.uniform(-2.0, 2.0, shape)
        if maker == "C":
            return draw + 1j * self.rng.uniform(-2.0, 2.0, shape)
        if maker in "PR":
            draw = self.rng.uniform(-1.0, 1.0, (*shape, shape[-1])) + 3.0 * np.eye(shape[-1])
            return draw @ np.swapaxes(draw, -1, -2) if maker == "P" else draw
        return float(abs(draw) + 0.3) if maker == "S" else draw

    def ways(self):
        """A generic direction for each active value."""
        found = [self.rng.normal(size=np.shape(v)) for v in self.values]
        found = [
            d + 1j * self.rng.normal(size=d.shape) if np.iscomplexobj(v) else d for d, v in zip(found, self.values)
        ]
        return [float(d) if type(v) is float else d for d, v in zip(found, self.values)]

    def along(self, f, ways, step):
        """The central difference of a function of the active values and the settings."""
        sides = [f(*self.fresh([v + s * d for v, d in zip(self.values, ways)])) for s in (step, -step)]
        return (sides[0] - sides[1]) / (2.0 * step)

    def fresh(self, values=None):
        """Copies of the active values, and of the settings."""
        return copy.deepcopy((self.values if values is None else values) + self.settings)


def floating(value, path="y"):
    """The parts of a result that are floating numbers, with the text that reads each."""
    if isinstance(value, (list, tuple)):
        return [found for i, part in enumerate(value) for found in floating(part, f"{path}[{i}]")]
    return [(path, value)] if np.asarray(value).dtype.kind in "fc" else []


def paired(values, ways):
    """The real inner product of derivatives and directions."""
    return sum(np.sum(np.real(np.conj(value) * way)) for value, way in zip(values, ways))


def close(got, wanted):
    np.testing.assert_allclose(got, wanted, rtol=5e-5, atol=5e-5)


@pytest.mark.parametrize("text", calls())
def test_written_out(text):
    program = Program(text)
    ways, others = program.ways(), program.ways()
    gradient = sg.grad(program.loss, argnums=tuple(range(len(ways))))
    wanted = program.along(program.loss, ways, 1e-6)
    close(paired(gradient(*program.fresh()), ways), wanted)
    close(sg.jvp(program.loss, tuple(program.fresh()), tuple(ways))[1], wanted)
    second = program.along(lambda *args: paired(gradient(*args), others), ways, 1e-5)
    names = ", ".join(f"x{i}" for i in range(len(ways)))
    terms = [f"np.sum(np.real(np.conj(d{i}) * g[{i}]))" for i in range(len(ways))]
    source = f"def h({names}):\n    g = gradient({names})\n    return {' + '.join(terms)}\n"
    space = {"np": np, "gradient": gradient, **{f"d{i}": other for i, other in enumerate(others)}}
    again = sg.grad(defined(source, space)["h"], argnums=tuple(range(len(ways))))
    close(paired(again(*program.fresh()), ways), second)


@pytest.mark.parametrize("text", calls())
def test_known_when_run(text):
    program = Program(text, late=True)
    ways = program.ways()
    nothing = [None] * len(program.settings)
    gradient = sg.grad(program.loss, argnums=tuple(range(len(ways))))
    wanted = program.along(program.loss, ways, 1e-6)
    close(paired(gradient(*program.fresh()), ways), wanted)
    close(sg.jvp(program.loss, tuple(program.fresh()), (*ways, *nothing))[1], wanted)


@pytest.mark.parametrize("text", [text for text in calls() if ";" not in text])
def test_on_tensors(text):
    program = Program(text)
    ways, others = program.ways(), program.ways()
    leaves = [sg.tensor(value, requires_grad=True) for value in program.fresh()]
    if any(name in text for name in TENSORS_REFUSE):
        with pytest.raises((sg.UnsupportedError, RuntimeError)):
            sg.autograd.grad(program.loss(*leaves), leaves, create_graph=True)
        return
    loss = program.loss(*leaves)
    first = sg.autograd.grad(loss, leaves, create_graph=True, allow_unused=True)
    values = [0.0 if g is None else g.detach().numpy() for g in first]
    close(paired(values, ways), program.along(program.loss, ways, 1e-6))
    along = paired([0.0 if g is None else g for g in first], others)
    gradient = sg.grad(program.loss, argnums=tuple(range(len(ways))))
    second = program.along(lambda *args: paired(gradient(*args), others), ways, 1e-5)
    found = [None] * len(ways)
    if isinstance(along, sg.Tensor) and along.requires_grad:
        found = sg.autograd.grad(along, leaves, allow_unused=True)
    close(paired([0.0 if g is None else g.numpy() for g in found], ways), second)


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_refused_by_name(text, words):
    program = Program(text)
    with pytest.raises(sg.UnsupportedError, match=words):
        sg.grad(program.loss, argnums=tuple(range(len(program.values))))(*program.fresh())
