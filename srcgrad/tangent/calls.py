"""Calls of functions that are differentiated themselves: the callee gives the tangent of its result as well.

    y = helper(x, w)        y, y_dot = helper_jvp(x, w, x_dot, w_dot)
    m = Model(w)            m = Model.__new__(Model);  init_jvp(m, w, w_dot, dots=dots)
    z = fn(x)               z = dots.call(fn, x)

The tangents of numbers follow the arguments; those of what objects hold go by identity, in `dots`.
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.callsites import called, callee_name, function_name, make, name_of_made
from srcgrad.adjoint.relevance import plain_tuple
from srcgrad.adjoint.unseen import quiet
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import ByCall, Dynamic
from srcgrad.frontend import programs
from srcgrad.runtime.powers import of_one_operand
from srcgrad.tangent.rules import Rules
from srcgrad.tangent.writing import RESULT, Tan


class Calls(Rules):
    """Writes calls; `dispatch(meaning, expected)` gives the callee's dispatcher for a call site."""

    def __init__(self, inf: Any, facts: Any, names: Any, dispatch: Any, fields: Any) -> None:
        super().__init__(inf, facts, names)
        self.dispatch = dispatch
        self.fields = fields
        self.bound: dict[Any, ir.Bound] = {}
        # loops over the rows of an array: the tangent of the array
        self.rows: dict[Any, Any] = {}
        # unpackings of a call's result: what holds the tangent of the result
        self.pairs: dict[Any, ir.Var] = {}
        self.unpackings = {
            call: unpacking
            for unpacking, call in facts.unpacked_call.items()
            if isinstance(unpacking, ir.Unpack) and isinstance(inf.meanings[call], ByCall)
        }

    def call(self, stmt: Any, meaning: Any) -> None:
        """A statement that calls something."""
        target = stmt.target if isinstance(stmt, (ir.Let, ir.Augment)) else None
        self.target = target or "value"
        self.flush()
        if isinstance(meaning, Dynamic):
            receiver = (meaning.func.obj,) if isinstance(meaning.func, ir.Attr) else ()
            self.tell(stmt, [*receiver, *meaning.args, *(value for _, value in meaning.keywords)])
            self.place(self.bind_call(stmt, target, self.dynamic_call(meaning)), moves=False)
        else:
            self.by_call(stmt, target, meaning)
            return
        if target is not None:
            self.result(stmt, target)

    def result(self, stmt: Any, target: str) -> None:
        """The tangent of what a call gave that told its tangents by identity."""
        version = self.inf.defs[stmt][target]
        self.state.pop(target, None)
        if self.numeric(version):
            got = self.asked("get", ir.Var(RESULT), f"{target}_dot_held")
            self.bind(target, Tan(got), version)
        else:
            self.zero(target, version, ir.Var(RESULT))
        for made in self.now:
            ir.replace_operand(made, ir.Var(RESULT), ir.Var(target))
        self.place([], moves=False)

    def bind_call(self, stmt: Any, target: str | None, call: ir.Expr) -> ir.Block:
        return [ir.Effect(call, stmt.span) if target is None else ir.Let(target, call, stmt.span)]

    def dynamic_call(self, meaning: Dynamic) -> ir.Expr:
        """The call that resolves an operation when it runs."""
        self.uses_dots = True
        meaning = of_one_operand(meaning)
        func = meaning.func
        if isinstance(func, ir.Attr):
            return ir.CallMethod(self.dots, "method", (func.obj, ir.Const(func.name), *meaning.args), meaning.keywords)
        atom = func if isinstance(func, (ir.Var, ir.Free, ir.Global, ir.Const, ir.Bound)) else None
        if atom is None:
            atom = ir.Bound(function_name(func), func)
        return ir.CallMethod(self.dots, "call", (atom, *meaning.args), meaning.keywords)

    def by_call(self, stmt: Any, target: str | None, meaning: ByCall) -> None:
        """A call of a function with source."""
        version = self.inf.defs[stmt][target] if target is not None else None
        unpacking = self.unpackings.get(stmt)
        by_value = unpacking is not None or (isinstance(meaning.result, Num) and self.numeric(version))
        args: list[Any] = list(meaning.args)
        if meaning.callee is not None:
            args.insert(0, meaning.callee)
        after: ir.Block = []
        if meaning.construct is not None:
            made = name_of_made(self.inf.function, target, meaning, self.names) if target else self.names.fresh("made")
            self.out.append(make(meaning, made, stmt.span))
            args.insert(0, ir.Var(made))
            after = [ir.Let(target, ir.Var(made), stmt.span)] if target not in (None, made) else []
        for atom, mode in zip(self.facts.call_args(meaning), meaning.modes):
            if mode == "v":
                args.append(self.handed(stmt, atom))
        letters = (*meaning.modes, *(mode for _, mode in meaning.keyword_modes))
        given = (*self.facts.call_args(meaning), *(value for _, value in meaning.keywords))
        self.tell(stmt, [atom for atom, mode in zip(given, letters) if mode == "i"])
        keywords = list(meaning.keywords)
        for (key, atom), (_, mode) in zip(meaning.keywords, meaning.keyword_modes):
            if mode == "v":
                keywords.append((f"{key}_dot", self.handed(stmt, atom)))
        if self.hands_over(stmt, meaning, by_value):
            self.uses_dots = True
            keywords.append(("dots", self.dots))
        call = ir.Call(self.dispatcher(meaning, by_value), tuple(args), tuple(keywords))
        self.out += self.now
        self.now = []
        if not by_value:
            done = meaning.construct is not None
            self.place([*self.bind_call(stmt, None if done else target, call), *after], moves=False)
            if target is not None:
                self.result(stmt, target)
            return
        assert target is not None and version is not None
        dot = self.names.dot(target) if unpacking is None else self.names.temp(f"{target}_dot")
        pair = self.names.temp(f"{target}_and_tangent")
        self.state.pop(target, None)
        self.out.append(ir.Let(pair, call, stmt.span))
        self.out.append(ir.Unpack((target, dot), None, ir.Var(pair), stmt.span))
        if unpacking is not None:
            self.pairs[unpacking] = ir.Var(dot)
        else:
            self.keep(target, ir.Var(target))
        self.place([], moves=False)

    def tell(self, stmt: Any, atoms: list[Any]) -> None:
        """Numbers whose tangent goes to a call by identity: what it is, where that was not said when they were made."""
        for atom in atoms:
            if isinstance(atom, (ir.Var, ir.Free)) and atom.name not in self.held:
                tan = self.full(stmt, atom)
                if tan is not None:
                    self.effect("set", atom, tan.atom)
        self.out += self.now
        self.now = []

    def handed(self, stmt: Any, atom: Any) -> Any:
        """The tangent of an argument."""
        tan = self.full(stmt, atom)
        if tan is not None:
            return tan.atom
        version = self.version(stmt, atom)
        # a global has no version: what it is of shows when it runs
        unknown = None if isinstance(atom, ir.Const) else Num(None, None, None)
        made = self.zeros(unknown if version is None else version.kind, atom)
        return made if isinstance(made, ir.Const) else self.emit(made)

    def hands_over(self, stmt: Any, meaning: ByCall, by_value: bool) -> bool:
        """Whether a call needs the tangents that go by identity, or may add to them."""
        if meaning.callee is not None or not by_value or "i" in meaning.modes:
            return True
        if any(mode == "i" for _, mode in meaning.keyword_modes):
            return True
        child = self.inf if is_recursion(self.inf, meaning) else self.inf.children.get(stmt)
        return asks_for_tangents(child, set())

    def dispatcher(self, meaning: ByCall, by_value: bool) -> ir.Bound:
        """The callee's dispatcher, one for all calls of one form."""
        form = meaning.modes, meaning.keyword_modes, meaning.callee is not None, by_value
        key = (called(meaning), form, quiet(meaning))
        if key not in self.bound:
            name = self.names.fresh(f"{callee_name(meaning)}_jvp")
            self.bound[key] = ir.Bound(name, self.dispatch(meaning, by_value))
            self.bound[key].value.quiet = quiet(meaning)
        return self.bound[key]


def asks_for_tangents(inf: Any, seen: set[Any]) -> bool:
    """Whether a function may leave values with tangents where others find them, or find such values itself."""
    if inf is None or inf.mutates or inf.free or inf.world.opaque:
        return True
    if inf in seen:
        return False
    seen.add(inf)
    if not (isinstance(inf.return_kind, Num) or plain_tuple(inf.return_kind)):
        return True
    for stmt in ir.walk(inf.function.body):
        if isinstance(stmt, ir.Raise) and any(v.active for v in inf.reads.get(stmt, {}).values()):
            return True
        meaning = inf.meanings.get(stmt)
        if isinstance(meaning, ByCall):
            child = inf.children.get(stmt)
            if child is None and not is_recursion(inf, meaning):
                return True
            if child is not None and asks_for_tangents(child, seen):
                return True
    return any(is_active(kind) for *_, kind in inf.world.globals_used.values())


def is_recursion(inf: Any, meaning: ByCall) -> bool:
    """Whether a call is one of the function that it stands in."""
    code = getattr(meaning.function, "__code__", None)
    return code is not None and programs.known_program(code) is inf.program
