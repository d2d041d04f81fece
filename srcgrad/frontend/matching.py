"""Lower `match` to branches.

    match p:                        subject = p
        case 0 | 1: ...             if subject == 0 or subject == 1: ...
        case Point(x=2): ...        elif isinstance(subject, Point) and hasattr(subject, 'x') and subject.x == 2: ...

Names are bound once the whole pattern has matched, before the guard.
"""

from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Callable
from typing import Any

import gast

from srcgrad import ir
from srcgrad.frontend.base import Base, Operand
from srcgrad.frontend.patterns import is_mapping, is_sequence

Step = Callable[[], "ir.Atom | None"]
# builtin classes whose one positional pattern is the value itself
_SELF_MATCHING = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


class Matching(Base):
    """The `match` statement."""

    def stmt_Match(self, node: Any) -> None:
        subject = self.let("subject", self.expression(node.subject, "subject"))
        self.cases(node.cases, 0, subject)

    def cases(self, cases: list[Any], index: int, subject: ir.Var) -> None:
        if index == len(cases):
            return
        case = cases[index]
        with self.at(case.pattern if hasattr(case.pattern, "lineno") else case.body[0]):
            captures: list[tuple[str, Callable[[], ir.Atom]]] = []
            steps = self.pattern(case.pattern, subject, captures)

            def bind() -> None:
                for name, value in captures:
                    self.write_name(case.pattern, name, value())

            if case.guard is not None:

                def guard() -> ir.Atom:
                    bind()
                    return self.atom(case.guard, "guard", "")

                steps = [*steps, guard]
            test = self.all_of(steps)
            with self.writing([]) as body:
                if case.guard is None:
                    bind()
                self.body_of(case.body, body)
            if test is None:
                self.block.extend(body)
                return
            with self.writing([]) as orelse:
                self.cases(cases, index + 1, subject)
            self.emit(ir.If(test, body, orelse, self.span))

    def all_of(self, steps: list[Step]) -> ir.Atom | None:
        """A value that is true when every step's test is; None when there is nothing to test."""
        for index, step in enumerate(steps):
            test = step()
            if test is None:
                continue
            rest = steps[index + 1 :]
            if not rest:
                return test
            name = self.temp("matched")
            with self.writing([]) as body:
                value = self.all_of(rest)
                self.emit(ir.Let(name, ir.Const(True) if value is None else value, self.span))
            self.emit(ir.If(test, body, [ir.Let(name, test, self.span)], self.span, "and"))
            return ir.Var(name)
        return None

    def pattern(self, node: Any, subject: ir.Atom, captures: list[tuple[str, Callable[[], ir.Atom]]]) -> list[Step]:
        """The steps that test a pattern; what it captures is added to `captures`."""
        steps: list[Step] = getattr(self, "pattern_" + type(node).__name__)(node, subject, captures)
        return steps

    def pattern_MatchValue(self, node: Any, subject: ir.Atom, captures: Any) -> list[Step]:
        def test() -> ir.Atom:
            value = self.atom(node.value, "case", "value")
            return self.let("matches", ir.Prim("eq", (subject, value)))

        return [test]

    def pattern_MatchSingleton(self, node: Any, subject: ir.Atom, captures: Any) -> list[Step]:
        return [lambda: self.let("matches", ir.Prim("is_", (subject, ir.Const(node.value))))]

    def pattern_MatchAs(self, node: Any, subject: ir.Atom, captures: Any) -> list[Step]:
        steps = [] if node.pattern is None else self.pattern(node.pattern, subject, captures)
        if node.name is not None:
            captures.append((node.name, lambda: subject))
        return steps

    def pattern_MatchOr(self, node: Any, subject: ir.Atom, captures: Any) -> list[Step]:
        inner: list[list[tuple[str, Callable[[], ir.Atom]]]] = [[] for _ in node.patterns]
        alternatives = [self.pattern(p, subject, found) for p, found in zip(node.patterns, inner)]
        names = {name: self.namer.fresh(f"{name}_match") for name, _ in inner[0]}
        captures += [(name, lambda own=own: ir.Var(own)) for name, own in names.items()]

        def steps_of(index: int) -> list[Step]:
            def keep() -> None:
                for name, value in inner[index]:
                    self.emit(ir.Let(names[name], value(), self.span))

            return [*alternatives[index], keep] if names else alternatives[index]

        def test(index: int) -> ir.Atom:
            found = self.all_of(steps_of(index)) or ir.Const(True)
            if index + 1 == len(alternatives):
                return found
            name = self.temp("matched")
            with self.writing([]) as orelse:
                self.emit(ir.Let(name, test(index + 1), self.span))
            self.emit(ir.If(found, [ir.Let(name, found, self.span)], orelse, self.span, "or"))
            return ir.Var(name)

        return [lambda: test(0)]

    def pattern_MatchSequence(self, node: Any, subject: ir.Atom, captures: Any) -> list[Step]:
        patterns = node.patterns
        star = next((i for i, p in enumerate(patterns) if isinstance(p, gast.MatchStar)), None)
        least = len(patterns) - (star is not None)
        steps: list[Step] = [lambda: self.call_helper(is_sequence, subject)]

        def length() -> ir.Atom:
            found = self.let("length", ir.Call(self.helper(len), (subject,)))
            return self.let("matches", ir.Prim("eq" if star is None else "ge", (found, ir.Const(least))))

        steps.append(length)
        for index, pattern in enumerate(patterns):
            if isinstance(pattern, gast.MatchStar):
                if pattern.name is not None:
                    stop = index - len(patterns) + 1
                    captures.append((pattern.name, self.rest_of_sequence(subject, index, stop)))
                continue
            place = index if star is None or index < star else index - len(patterns)
            steps += self.part(pattern, ir.Item(subject, ir.Const(place)), captures)
        return steps

    def rest_of_sequence(self, subject: ir.Atom, start: int, stop: int) -> Callable[[], ir.Atom]:
        def rest() -> ir.Atom:
            bounds = ir.Slice(ir.Const(start), ir.Const(stop or None), ir.Const(None))
            items = self.let("rest", ir.Item(subject, self.let("rest_index", bounds)))
            return self.let("rest_items", ir.Build("list", (ir.Star(items),)))

        return rest

    def part(self, pattern: Any, read: ir.Expr, captures: Any) -> list[Step]:
        """Steps for a pattern inside another: the part is read when its turn comes."""
        if isinstance(pattern, gast.MatchAs) and pattern.pattern is None and pattern.name is None:
            return []
        name = self.temp("part")

        def load() -> None:
            self.emit(ir.Let(name, read, self.span))

        return [load, *self.pattern(pattern, ir.Var(name), captures)]

    def pattern_MatchMapping(self, node: Any, subject: ir.Atom, captures: Any) -> list[Step]:
        steps: list[Step] = [lambda: self.call_helper(is_mapping, subject)]
        keys: list[ir.Atom] = []
        for key_node, pattern in zip(node.keys, node.patterns):
            name = self.temp("key")
            key: ir.Atom = ir.Const(key_node.value) if isinstance(key_node, gast.Constant) else ir.Var(name)
            keys.append(key)

            def present(node: Any = key_node, key: ir.Atom = key) -> ir.Atom:
                if isinstance(key, ir.Var):
                    self.emit(ir.Let(key.name, self.expression(node, "key"), self.span))
                return self.let("matches", ir.Prim("in_", (key, subject)))

            steps.append(present)
            steps += self.part(pattern, ir.Item(subject, key), captures)
        if node.rest is not None:

            def rest() -> ir.Atom:
                others = self.let("rest", ir.BuildDict(((None, subject),)))
                for key in keys:
                    self.emit(ir.Delete(others, self.span, index=key))
                return others

            captures.append((node.rest, rest))
        return steps

    def pattern_MatchClass(self, node: Any, subject: ir.Atom, captures: Any) -> list[Step]:
        holder: list[ir.Atom] = []

        def is_instance() -> ir.Atom:
            (cls,) = self.sequence(Operand(lambda: self.atom(node.cls, "case", "class")))
            holder.append(cls)
            return self.let("matches", ir.Call(self.helper(isinstance), (subject, cls)))

        steps: list[Step] = [is_instance]
        cls = self.class_value(node.cls)
        named = list(zip(node.kwd_attrs, node.kwd_patterns))
        if node.patterns:
            if cls is None:
                construct = "a positional pattern of a class that is not a global name"
                self.refuse(node.cls, construct, "name the attributes")
            if issubclass(cls, _SELF_MATCHING) and not hasattr(cls, "__match_args__") and len(node.patterns) == 1:
                steps += self.pattern(node.patterns[0], subject, captures)
            else:
                fields = getattr(cls, "__match_args__", ())
                if len(fields) < len(node.patterns):
                    self.refuse(node.cls, f"{len(node.patterns)} positional patterns for {cls.__name__}", "use fewer")
                named = [*zip(fields, node.patterns), *named]
        sure = {field.name for field in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else set()
        for attribute, pattern in named:
            if attribute not in sure:
                has = ir.Call(self.helper(hasattr), (subject, ir.Const(attribute)))
                steps.append(lambda has=has: self.let("matches", has))  # type: ignore[misc]
            steps += self.part(pattern, ir.Attr(subject, attribute), captures)
        return steps

    def class_value(self, node: Any) -> Any:
        """The class that a pattern names, if it can be told now."""
        if isinstance(node, gast.Attribute):
            owner = self.class_value(node.value)
            return None if owner is None else getattr(owner, node.attr, None)
        if isinstance(node, gast.Name) and self.is_global(node.id):
            found = self.namespace.get(node.id)
            return found if found is not None else getattr(builtins, node.id, None)
        return None

    def helper(self, function: Any) -> ir.Atom:
        """A builtin or a helper of this package, under a name that is free."""
        name = function.__name__
        if getattr(builtins, name, None) is function:
            if self.is_global(name) and name not in self.namespace:
                return ir.Global(name)
            name = f"builtin_{name}"
        for atom in self.helpers:
            if atom.value is function:
                return atom
        self.helpers.append(ir.Bound(self.namer.fresh(name), function))
        return self.helpers[-1]

    def call_helper(self, function: Any, subject: ir.Atom) -> ir.Atom:
        return self.let("matches", ir.Call(self.helper(function), (subject,)))
