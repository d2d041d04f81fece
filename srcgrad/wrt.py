"""Gradients with respect to what a function does not take as an argument: captured variables, globals, attributes.

    def loss(x):                          wrt="weights"         the variable of the enclosing function, or the global
        return np.sum((weights @ x) ** 2)

    Net.loss(self, x)                     wrt="self.bias"       an attribute of an argument
    model.loss                            wrt="self.layers[0].w"

For such a gradient the function is compiled with the variable as one more parameter, which is given what the variable
holds when the gradient is called.
"""

from __future__ import annotations

import ast
import dis
import types
from dataclasses import replace
from typing import Any

from srcgrad import arguments, ir
from srcgrad.analysis.rewrite import copy_function
from srcgrad.custom import place_of
from srcgrad.errors import UnsupportedError, a_type
from srcgrad.frontend import programs
from srcgrad.runtime.draws import reached

Steps = tuple[tuple[str, Any], ...]


class Wanted:
    """One name of `wrt`: its root, and the attributes and items on the way from there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root, self.steps = taken_apart(text)

    def found_in(self, value: Any) -> Any:
        """What the name stands for, from what its root holds."""
        for kind, key in self.steps:
            try:
                value = getattr(value, key) if kind == "attribute" else value[key]
            except (AttributeError, LookupError, TypeError) as error:
                raise ValueError(f"wrt={self.text!r}: {error}") from None
        return value

    def gradient_in(self, gradient: Any) -> Any:
        """The part of a root's gradient that was asked for."""
        for kind, key in self.steps:
            gradient = gradient[key] if kind == "item" or isinstance(gradient, dict) else getattr(gradient, key)
        return gradient


def taken_apart(text: Any) -> tuple[str, Steps]:
    """`net.layers[0].w` as a root and steps; ValueError for anything else than names, attributes and literal items."""
    wrong = ValueError(f"wrt={text!r}: wanted a name such as 'weights', 'self.bias' or 'params[\"w\"]'")
    if not isinstance(text, str):
        raise TypeError(f"wrt is a name, or a tuple of names; got {a_type(text)}")
    try:
        node: Any = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise wrong from None
    steps: list[tuple[str, Any]] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            steps.insert(0, ("attribute", node.attr))
            node = node.value
        elif isinstance(node, ast.Subscript):
            try:
                steps.insert(0, ("item", ast.literal_eval(node.slice)))
            except ValueError:
                raise wrong from None
            node = node.value
        else:
            raise wrong
    return node.id, tuple(steps)


class Wrt:
    """What a gradient is taken with respect to, for one function.

    program   the function with the captured variables and globals among the roots as further parameters
    outside   those variables
    """

    def __init__(self, function: Any, names: Any) -> None:
        self.single = not isinstance(names, (tuple, list))
        self.wanted = [Wanted(name) for name in ((names,) if self.single else names)]
        if not self.wanted:
            raise ValueError("wrt=(): name at least one variable")
        texts = [wanted.text for wanted in self.wanted]
        if len(set(texts)) != len(texts):
            raise ValueError(f"wrt={names!r} names a variable twice")
        self.function = function
        program = programs.program_of(function)
        params = {p.name for p in program.params}
        self.roots = list(dict.fromkeys(wanted.root for wanted in self.wanted))
        self.outside = [root for root in self.roots if root not in params]
        for root in self.outside:
            self.value_of(root)
            if root in program.shared:
                raise UnsupportedError(
                    f"wrt={root!r}, a variable that an inner function rebinds", "give the value as an argument"
                )
        self.program = with_parameters(program, self.outside) if self.outside else program

    def value_of(self, root: str) -> Any:
        """What a captured variable or a global holds now."""
        code = self.function.__code__
        if root in code.co_freevars:
            try:
                return self.function.__closure__[code.co_freevars.index(root)].cell_contents
            except ValueError:
                raise ValueError(f"wrt={root!r}: the variable has no value yet") from None
        if root in self.function.__globals__:
            return self.function.__globals__[root]
        known = ", ".join((*code.co_varnames[: code.co_argcount], *code.co_freevars))
        raise ValueError(
            f"wrt={root!r}: {place_of(self.function)} has no such parameter, captured variable or global ({known})"
        )

    def values(self) -> dict[str, Any]:
        """The further parameters of the program with what they are given."""
        return {root: self.value_of(root) for root in self.outside}

    def check(self, values: dict[str, Any]) -> None:
        """TypeError or ValueError where a name stands for nothing that has a derivative."""
        for wanted in self.wanted:
            arguments.check_active(wanted.found_in(values[wanted.root]), wanted.text, self.function)

    def check_others(self, entry: Any, values: dict[str, Any]) -> None:
        """Refuse functions called on the way that read one of the variables themselves: that part would be missed."""
        world = entry.inf.world
        for root in self.outside:
            place = (id(self.function.__globals__), root)
            code = self.function.__code__
            captured = root in code.co_freevars
            cell = self.function.__closure__[code.co_freevars.index(root)] if captured else None
            missed = id(cell) in world.cells_read if captured else place in world.globals_used
            if captured or world.opaque:
                # functions that are only seen when they run
                missed = missed or any(
                    self.reads(other, root, cell) for other in reached((self.function, *values.values()))
                )
            if missed:
                raise UnsupportedError(
                    f"wrt={root!r} where a function that {self.function.__name__}() calls reads it too",
                    "hand it over as an argument",
                    entry.program.source.filename,
                    entry.program.span.line,
                )

    def reads(self, other: Any, root: str, cell: Any) -> bool:
        """Whether something is another function that captured the same variable, or reads the same global."""
        if not isinstance(other, types.FunctionType) or other is self.function:
            return False
        if cell is not None:
            return any(c is cell for c in other.__closure__ or ())
        return other.__globals__ is self.function.__globals__ and reads_global(other.__code__, root)

    def gradients(self, by_root: dict[str, Any]) -> Any:
        """The gradients in the form that was asked for."""
        found = tuple(wanted.gradient_in(by_root[wanted.root]) for wanted in self.wanted)
        return found[0] if self.single else found


def reads_global(code: types.CodeType, name: str) -> bool:
    """Whether code, or that of a function inside it, reads a global of this name."""
    if any(op.opname in ("LOAD_GLOBAL", "LOAD_NAME") and op.argval == name for op in dis.get_instructions(code)):
        return True
    return any(isinstance(const, types.CodeType) and reads_global(const, name) for const in code.co_consts)


def with_parameters(program: ir.Function, names: list[str]) -> ir.Function:
    """A copy of a program in which variables from outside are parameters."""
    made, _ = copy_function(program)

    def change(atom: Any) -> Any:
        return ir.Var(atom.name) if isinstance(atom, (ir.Free, ir.Global)) and atom.name in names else atom

    for stmt in ir.walk(made.body):
        ir.change_operands(stmt, change)
        inner = getattr(stmt, "value", None)
        if isinstance(inner, ir.MakeFunction) and reads_outside(inner.function, names):
            raise UnsupportedError(
                f"wrt={names[0]!r} where a function inside {program.name}() reads it",
                "hand it over as an argument",
                program.source.filename,
                stmt.span.line,
                program.source.line(stmt.span.line),
            )
    params = list(program.params)
    place = next((i for i, p in enumerate(params) if p.kind in ("var", "kwonly", "varkw")), len(params))
    # those after a parameter with a default would need one; they are always given, so none has any
    params[place:place] = [ir.Param(name) for name in names]
    return replace(made, params=tuple(params), free=program.free - set(names))


def reads_outside(function: ir.Function, names: list[str]) -> bool:
    """Whether a nested function, or one inside it, reads one of the variables."""
    for stmt in ir.walk(function.body):
        if any(isinstance(a, (ir.Free, ir.Global)) and a.name in names for a in ir.all_operands(stmt)):
            return True
        inner = getattr(stmt, "value", None)
        if isinstance(inner, ir.MakeFunction) and reads_outside(inner.function, names):
            return True
    return False
