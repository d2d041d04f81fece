"""Generator functions as functions that make an iterator: what one does up to a `yield` is a step.

    def powers(x):                 def powers(x):
        while True:                    at = 0
            yield x
            x = x * x                  def step():
                                           nonlocal at, x
                                           here, at = at, -1
                                           while True:
                                               if here == 0:
                                                   at = 1
                                                   return x
                                               elif here == 1:
                                                   x = x * x
                                                   here = 0
                                               else:
                                                   return None

                                       def ended():
                                           return at < 0

                                       return Steps(step, ended)

`at` is where the next step begins: -1 once the generator has ended, or an exception left it.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from srcgrad.errors import UnsupportedError
from srcgrad.ir import SourceText
from srcgrad.written.python_iterators import Steps

LEAVING = (gast.FunctionDef, gast.Lambda, gast.ClassDef, gast.AsyncFunctionDef)
YIELDS = (gast.Yield, gast.YieldFrom)
ENDED = -1


def inside(node: Any) -> Any:
    """The nodes of a statement, without those of functions defined in it."""
    yield node
    if not isinstance(node, LEAVING):
        for child in gast.iter_child_nodes(node):
            yield from inside(child)


def yields(node: Any) -> bool:
    """Whether a statement yields."""
    return any(isinstance(inner, YIELDS) for inner in inside(node))


def is_generator(node: Any) -> bool:
    """Whether a function definition is one of a generator function."""
    return isinstance(node, gast.FunctionDef) and any(map(yields, node.body))


def stepping(node: Any, source: SourceText) -> Any:
    """The definition of the function that makes the iterator; or why there is none."""
    try:
        return _Stepping(copy.deepcopy(node), source).function()
    except UnsupportedError as error:
        return error


def unused(base: str, taken: set[str]) -> str:
    """A name that is not taken; it is from now on."""
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


class _Stepping:
    """Takes a generator function apart at its yields.

    Its parts are numbered; one leads to another by `here = number`.
    """

    def __init__(self, node: Any, source: SourceText) -> None:
        self.node, self.source = node, source
        self.place = node
        self.taken = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
        self.taken |= {n.name for n in gast.walk(node) if isinstance(n, gast.FunctionDef)}
        self.at, self.here = self.fresh("at"), self.fresh("here")
        self.parts: list[list[Any]] = [[]]
        self.numbers: list[Any] = []
        # the statements that take the next item of a loop
        self.takes: list[Any] = []

    def fresh(self, base: str) -> str:
        """A name that the generator does not use."""
        return unused(base, self.taken)

    def refuse(self, node: Any, construct: str, advice: str) -> UnsupportedError:
        return UnsupportedError(construct, advice, self.source.filename, node.lineno, self.source.line(node.lineno))

    # ------------------------------------------------------------------ small pieces of text

    def put(self, node: Any) -> Any:
        """A new node, at the place of the statement at hand."""
        return gast.fix_missing_locations(gast.copy_location(node, self.place))

    def name(self, name: str, store: bool = False) -> Any:
        return gast.Name(name, gast.Store() if store else gast.Load(), None, None)

    def let(self, name: str, value: Any) -> Any:
        return self.put(gast.Assign([self.name(name, store=True)], value, None))

    def number(self, part: int) -> Any:
        """The number of a part: it gets its value at the end."""
        node = gast.Constant(part, None)
        self.numbers.append(node)
        return node

    def called(self, name: str, *args: Any) -> Any:
        return gast.Call(self.name(name), list(args), [])

    def go(self, part: int) -> Any:
        """Go on with a part."""
        return self.let(self.here, self.number(part))

    def go_at_once(self, part: int) -> list[Any]:
        return [self.go(part), self.put(gast.Continue())]

    # ------------------------------------------------------------------ parts

    def begin(self, part: int | None = None) -> int:
        """Begin a part; its number."""
        if part is None:
            part = self.reserve()
        self.current = self.parts[part]
        return part

    def reserve(self) -> int:
        self.parts.append([])
        return len(self.parts) - 1

    def block(self, nodes: list[Any], leave: int, again: int) -> None:
        """Statements that may yield, in a loop that is left to the part `leave`, and whose next turn is `again`."""
        for node in nodes:
            self.place = node
            if yields(node):
                self.statement(node, leave, again)
            else:
                self.current.append(_Kept(self, leave, again).visit(node))

    def statement(self, node: Any, leave: int, again: int) -> None:
        value = node.value if isinstance(node, gast.Expr) else None
        if isinstance(value, gast.Yield) and not (value.value is not None and yields(value.value)):
            after = self.reserve()
            result = gast.Constant(None, None) if value.value is None else value.value
            self.current += [self.let(self.at, self.number(after)), self.put(gast.Return(result))]
            self.begin(after)
        elif isinstance(value, gast.YieldFrom) and not yields(value.value):
            item = self.fresh("item")
            inner = self.put(gast.Expr(gast.Yield(self.name(item))))
            self.loop(gast.For(self.name(item, store=True), value.value, [inner], [], None), leave, again)
        elif isinstance(node, gast.If):
            self.branch(node, leave, again)
        elif isinstance(node, gast.While):
            self.while_(node, leave, again)
        elif isinstance(node, gast.For):
            self.loop(node, leave, again)
        elif isinstance(node, (gast.Try, gast.With)):
            what = "try" if isinstance(node, gast.Try) else "with"
            place = next(inner for inner in inside(node) if isinstance(inner, YIELDS))
            advice = "yield outside of it, or go through the generator in a for loop at once"
            raise self.refuse(place, f"a yield inside {what}, in a generator that is kept,", advice)
        else:
            raise self.refuse(node, "the value of a yield", "give the function what it needs as arguments")

    def branch(self, node: Any, leave: int, again: int) -> None:
        otherwise, after = self.reserve(), self.reserve()
        self.current.append(self.put(gast.If(gast.UnaryOp(gast.Not(), node.test), self.go_at_once(otherwise), [])))
        self.block(node.body, leave, again)
        self.current.append(self.go(after))
        self.begin(otherwise)
        self.block(node.orelse, leave, again)
        self.current.append(self.go(after))
        self.begin(after)

    def head(self) -> int:
        """The part that a loop comes back to."""
        if not self.current:
            return next(number for number, part in enumerate(self.parts) if part is self.current)
        head = self.reserve()
        self.current.append(self.go(head))
        return self.begin(head)

    def while_(self, node: Any, leave: int, again: int) -> None:
        head, done, after = self.head(), self.reserve(), self.reserve()
        if not (isinstance(node.test, gast.Constant) and node.test.value):
            self.current.append(self.put(gast.If(gast.UnaryOp(gast.Not(), node.test), self.go_at_once(done), [])))
        self.turn(node, head, done, after, leave, again)

    def turn(self, node: Any, head: int, done: int, after: int, leave: int, again: int) -> None:
        """The body of a loop, and its else clause."""
        self.block(node.body, after, head)
        self.current.append(self.go(head))
        self.begin(done)
        self.block(node.orelse, leave, again)
        self.current.append(self.go(after))
        self.begin(after)

    def loop(self, node: Any, leave: int, again: int) -> None:
        items = self.fresh(f"{node.target.id}_items" if isinstance(node.target, gast.Name) else "items")
        direct = isinstance(node.target, gast.Name)
        item = node.target.id if direct else self.fresh("next_item")
        self.current.append(self.let(items, self.called("iter", node.iter)))
        head, done, after = self.head(), self.reserve(), self.reserve()
        take = self.let(item, self.called("next", self.name(items)))
        stop = gast.ExceptHandler(self.name("StopIteration"), None, self.go_at_once(done))
        self.current.append(self.put(gast.Try([take], [stop], [], [])))
        self.takes.append(self.current[-1])
        if not direct:
            self.current.append(self.put(gast.Assign([node.target], self.name(item), None)))
        self.turn(node, head, done, after, leave, again)

    def sets_at(self, stmt: Any) -> bool:
        """Whether a statement says where the next step begins."""
        return isinstance(stmt.targets[0], gast.Name) and stmt.targets[0].id == self.at

    # ------------------------------------------------------------------ the whole

    def settle(self) -> None:
        """Leave out what is not reached, and parts that only lead to another; number the others in order."""
        for part in self.parts:
            end = next((i for i, stmt in enumerate(part) if isinstance(stmt, (gast.Return, gast.Continue))), len(part))
            del part[end + 1 :]
        leads: dict[int, int] = {}
        for number, part in enumerate(self.parts):
            if len(part) == 1 and isinstance(part[0], gast.Assign) and part[0].value in self.numbers:
                leads[number] = part[0].value.value
        resumed = {id(s.value) for part in self.parts for s in part if isinstance(s, gast.Assign) and self.sets_at(s)}
        for node in self.numbers:
            # what follows the last item still has to find that there is no other
            while node.value in leads and not (id(node) in resumed and leads[node.value] == ENDED):
                node.value = leads[node.value]
        reached = {0}
        queue = [0]
        while queue:
            held = {n.value for s in self.parts[queue.pop()] for n in gast.walk(s) if n in self.numbers} - {ENDED}
            queue += sorted(held - reached)
            reached |= held
        kept = {old: new for new, old in enumerate(sorted(reached))}
        for node in self.numbers:
            node.value = kept.get(node.value, ENDED)
        self.parts = [self.parts[old] for old in sorted(reached)]

    def function(self) -> Any:
        """The definition: the parts in a loop, in a function of its own."""
        node = self.node
        own = {arg.id for arg in self.arguments()}
        outside = {n for s in inside_all(node.body) if isinstance(s, (gast.Nonlocal, gast.Global)) for n in s.names}
        bound = _bound(node.body) - outside
        self.begin(0)
        self.block(node.body, 0, 0)
        self.current.append(self.go(ENDED))
        self.place = node
        self.settle()
        shared = sorted(own | bound | _bound([s for part in self.parts for s in part]) - outside - {self.here})
        shared = [name for name in shared if name not in self.only_inside(own)]
        test = self.put(gast.Return(gast.Constant(None, None)))
        chain: list[Any] = [test]
        for number in range(len(self.parts) - 1, -1, -1):
            reached = gast.Compare(self.name(self.here), [gast.Eq()], [gast.Constant(number, None)])
            chain = [self.put(gast.If(reached, self.parts[number], chain))]
        step, ended, made = self.fresh("step"), self.fresh("ended"), self.fresh("Steps")
        both = gast.Tuple([self.name(self.here, store=True), self.name(self.at, store=True)], gast.Store())
        begin = gast.Assign([both], gast.Tuple([self.name(self.at), gast.Constant(ENDED, None)], gast.Load()), None)
        declared = [s for s in inside_all(node.body) if isinstance(s, (gast.Nonlocal, gast.Global))]
        once = gast.While(gast.Constant(True, None), chain, [])
        body = [self.put(gast.Nonlocal(sorted({*shared, self.at}))), *declared, self.put(begin), self.put(once)]
        left = gast.Compare(self.name(self.at), [gast.Lt()], [gast.Constant(0, None)])
        kind = self.name(made)
        kind.bound = Steps
        whole = [self.let(self.at, gast.Constant(0, None))]
        whole += [self.let(name, gast.Constant(None, None)) for name in shared if name not in {*own, self.at}]
        whole += [self.define(step, body), self.define(ended, [self.put(gast.Return(left))])]
        whole.append(self.put(gast.Return(gast.Call(kind, [self.name(step), self.name(ended)], []))))
        made_node = self.put(gast.FunctionDef(node.name, node.args, whole, [], None, None, []))
        made_node.decorator_list = []
        return made_node

    def define(self, name: str, body: list[Any]) -> Any:
        arguments = gast.arguments([], [], None, [], [], None, [])
        return self.put(gast.FunctionDef(name, arguments, body, [], None, None, []))

    def arguments(self) -> list[Any]:
        a = self.node.args
        return [arg for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg) if arg is not None]

    def only_inside(self, own: set[str]) -> set[str]:
        """The names that one part alone has, where it binds them first of all: no step finds them as they were left."""
        found: set[str] = set()
        where: dict[str, set[int]] = {}
        for number, part in enumerate(self.parts):
            for node in (n for s in part for n in gast.walk(s) if isinstance(n, gast.Name)):
                where.setdefault(node.id, set()).add(number)
        for number, part in enumerate(self.parts):
            seen: set[str] = set()
            for stmt in part:
                mentioned = {n.id for n in gast.walk(stmt) if isinstance(n, gast.Name)}
                stmt = stmt.body[0] if stmt in self.takes else stmt
                if isinstance(stmt, gast.Assign) and len(stmt.targets) == 1 and isinstance(stmt.targets[0], gast.Name):
                    name = stmt.targets[0].id
                    read = {n.id for n in gast.walk(stmt.value) if isinstance(n, gast.Name)}
                    if name not in seen | read | own | {self.at} and where[name] == {number}:
                        found.add(name)
                seen |= mentioned
        return found - self.kept_by_functions()

    def kept_by_functions(self) -> set[str]:
        """The names that functions defined in the generator mention: they may look at them at any time."""
        functions = [n for part in self.parts for s in part for n in gast.walk(s) if isinstance(n, LEAVING)]
        return {n.id for f in functions for n in gast.walk(f) if isinstance(n, gast.Name)}


def inside_all(nodes: list[Any]) -> list[Any]:
    return [inner for node in nodes for inner in inside(node)]


def _bound(nodes: list[Any]) -> set[str]:
    """The names that statements bind, those of comprehensions left out."""
    found: set[str] = set()

    def look(node: Any) -> None:
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load):
            found.add(node.id)
        elif isinstance(node, gast.FunctionDef):
            found.add(node.name)
            return
        elif isinstance(node, LEAVING):
            return
        elif isinstance(node, (gast.Import, gast.ImportFrom)):
            found.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)):
            found.update(n.target.id for n in gast.walk(node) if isinstance(n, gast.NamedExpr))
            return
        elif type(node).__name__ in ("MatchAs", "MatchStar") and node.name is not None:
            found.add(node.name)
        elif type(node).__name__ == "MatchMapping" and node.rest is not None:
            found.add(node.rest)
        for child in gast.iter_child_nodes(node):
            look(child)

    for node in nodes:
        look(node)
    return found


class _Kept(gast.NodeTransformer):  # type: ignore[misc]
    """A statement that does not yield: `return`, and what leaves a loop that yields, go on elsewhere."""

    def __init__(self, steps: _Stepping, leave: int, again: int) -> None:
        self.steps, self.leave, self.again = steps, leave, again
        self.depth = 0

    def visit_loop(self, node: Any) -> Any:
        self.depth += 1
        node.body = [part for inner in node.body for part in self.each(inner)]
        self.depth -= 1
        node.orelse = [part for inner in node.orelse for part in self.each(inner)]
        return node

    visit_For = visit_While = visit_loop

    def each(self, node: Any) -> list[Any]:
        found = self.visit(node)
        return found if isinstance(found, list) else [found]

    def visit_Break(self, node: Any) -> Any:
        return node if self.depth else self.steps.go_at_once(self.leave)

    def visit_Continue(self, node: Any) -> Any:
        return node if self.depth else self.steps.go_at_once(self.again)

    def visit_Return(self, node: Any) -> Any:
        return self.steps.put(gast.Return(gast.Constant(None, None)))

    def visit_function(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_Lambda = visit_function
