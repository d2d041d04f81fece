"""A generator function written out where its items are used.

    def steps(x):                    x_now = x
        while x > 0.1:               while x_now > 0.1:
            yield x                      v = x_now
            x = 0.5 * x                  total += v * v
                                         x_now = 0.5 * x_now
    for v in steps(x):
        total += v * v

`break` leaves the generator's loops as well, `continue` goes on behind the `yield`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.generators import MOST_YIELDS, Woven, numbers, reader
from srcgrad.analysis.renamed import Renaming
from srcgrad.analysis.rewrite import breaks, continues, copy_statement, leaves_by, taken_return
from srcgrad.analysis.split import block_with, new_name
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def weave_in(inf: Inference, found: Woven, call: Any, use: Any) -> None:
    """Write a generator function out in the function that an inference has for itself."""
    function = inf.function
    if numbers(inf, use):
        use = numbered(function, call, use)
    elif not isinstance(use, (ir.For, ir.With)):
        use = gathered(function, call, use)
    here = block_with(function, call)
    renaming = Renaming(function, found.program, use.span)
    given = renaming.bind(found.values, use)
    result = taken_return(use.body) if found.as_context and not catches(found.program.body) else []
    written = Weaver(renaming, found, use).written(renaming.block(found.program.body))
    at = here.index(call)
    here[at : at + 1] = given
    there = block_with(function, use)
    at = there.index(use)
    there[at : at + 1] = [*written, *result]
    chain = (*inf.woven.get(call, ()), found.program)
    for stmt in ir.walk([*given, *written]):
        if stmt in renaming.made:
            inf.woven[stmt] = chain


def gathered(function: ir.Function, call: Any, use: Any) -> ir.For:
    """The loop that gathers in a list, right before a statement, what the statement takes from the generator."""
    items, item = (new_name(function, f"{call.target}_{role}") for role in ("items", "item"))
    function.temps.update((items, item))
    append = ir.Effect(ir.CallMethod(ir.Var(items), "append", (ir.Var(item),)), use.span)
    loop = ir.For(item, ir.Var(call.target), [append], [], use.span)
    block = block_with(function, use)
    at = block.index(use)
    block[at:at] = [ir.Let(items, ir.Build("list", ()), use.span), loop]
    ir.replace_operand(use, ir.Var(call.target), ir.Var(items))
    return loop


def numbered(function: ir.Function, call: Any, use: Any) -> ir.For:
    """The loop over `enumerate(...)` of the generator, as one over the generator that counts."""
    loop: Any = reader(function, use)
    item, number = (new_name(function, f"{call.target}_{role}") for role in ("item", "number"))
    function.temps.add(item)
    start = use.value.args[1] if len(use.value.args) > 1 else dict(use.value.keywords).get("start", ir.Const(0))
    pair = ir.Build("tuple", (ir.Var(number), ir.Var(item)))
    count = ir.Augment(number, "add", ir.Const(1), loop.span)
    loop.body[:0] = [ir.Let(loop.target, pair, loop.span), count]
    loop.target, loop.iter = item, ir.Var(call.target)
    block = block_with(function, use)
    block[block.index(use)] = ir.Let(number, start, use.span)
    return loop  # type: ignore[no-any-return]


class Weaver:
    """Puts the block that uses the items in the places where a generator yields them.

    left     the variable that says that the generator was left before its end
    asked    whether some statement asks for it
    """

    def __init__(self, renaming: Renaming, found: Woven, use: ir.For | ir.With) -> None:
        self.renaming, self.use, self.span = renaming, use, use.span
        self.left = renaming.fresh("left")
        self.asked = False
        self.copies = 0
        self.breaks = not found.as_context and any(map(breaks, use.body))
        self.continues = not found.as_context and any(map(continues, use.body))
        yields = [stmt for stmt in ir.walk(found.program.body) if isinstance(stmt, ir.Yield)]
        if len(yields) > MOST_YIELDS:
            raise UnsupportedError(f"a generator function with more than {MOST_YIELDS} yields", "yield in a loop")
        if found.as_context:
            check_context(found.program, use)

    def written(self, body: ir.Block) -> ir.Block:
        """The statements that take the place of the one that uses the items."""
        block, _ = self.block(body, 0, True)
        orelse = self.use.orelse if isinstance(self.use, ir.For) else []
        if orelse and self.breaks:
            if any(isinstance(stmt, ir.Return) for stmt in ir.walk(body)):
                raise UnsupportedError(
                    "the else clause of a loop over a generator function that returns early", "set a flag in the loop"
                )
            block.append(self.unless_left(orelse))
        else:
            block += orelse
        if self.asked:
            return [ir.Let(self.left, ir.Const(False), self.span), *block]
        return without(block, self.left)

    def block(self, block: ir.Block, loops: int, last: bool) -> tuple[ir.Block, bool]:
        """A block of the generator's, and whether it may be left before its end.

        loops   how many loops of the generator's it stands in
        last    whether nothing follows it in the turn, or in the generator
        """
        written: ir.Block = []
        leaves = False
        for position, stmt in enumerate(block):
            rest = block[position + 1 :]
            made, left = self.statement(stmt, loops, last and not rest)
            written += made
            leaves |= left
            if left and rest and not loops:
                inner, _ = self.block(rest, 0, last)
                return [*written, self.unless_left(inner)], True
        return written, leaves

    def unless_left(self, block: ir.Block) -> ir.If:
        """What runs only where the generator was not left."""
        self.asked = True
        return ir.If(ir.Var(self.left), [], block, self.span)

    def statement(self, stmt: Any, loops: int, last: bool) -> tuple[ir.Block, bool]:
        """A statement of the generator's, and whether it may leave it."""
        match stmt:
            case ir.Yield():
                return self.used(stmt, loops, last)
            case ir.Return():
                return self.leave(loops), not last or loops > 0
            case ir.For() | ir.While():
                if any(isinstance(inner, (ir.Yield, ir.Return)) for inner in ir.walk(stmt.orelse)):
                    raise UnsupportedError("yield in the else clause of a loop", "yield after the loop")
                stmt.body, left = self.block(stmt.body, loops + 1, True)
                return [stmt, *(self.pass_on(loops) if left else [])], left
            case ir.If():
                stmt.body, one = self.block(stmt.body, loops, last)
                stmt.orelse, other = self.block(stmt.orelse, loops, last)
                return [stmt], one or other
            case ir.Try():
                if any(isinstance(inner, (ir.Yield, ir.Return)) for inner in ir.walk(stmt.final)):
                    raise UnsupportedError("yield in a finally clause", "yield after it")
                stmt.body, left = self.block(stmt.body, loops, False)
                for handler in stmt.handlers:
                    handler.body, other = self.block(handler.body, loops, False)
                    left |= other
                stmt.orelse, other = self.block(stmt.orelse, loops, False)
                return [stmt], left or other
            case ir.With():
                stmt.body, left = self.block(stmt.body, loops, last)
                return [stmt], left
        return [stmt], False

    def leave(self, loops: int) -> ir.Block:
        """Leave the generator."""
        leave: ir.Block = [ir.Let(self.left, ir.Const(True), self.span)]
        return [*leave, ir.Break(self.span)] if loops else leave

    def pass_on(self, loops: int) -> ir.Block:
        """After a loop that was left: leave the one around it."""
        if not loops:
            return []
        self.asked = True
        return [ir.If(ir.Var(self.left), [ir.Break(self.span)], [], self.span)]

    def used(self, stmt: ir.Yield, loops: int, last: bool) -> tuple[ir.Block, bool]:
        """The block that uses an item, in place of the `yield` that gives it."""
        use = self.use
        body: ir.Block = use.body if not self.copies else [copy_statement(inner, {}) for inner in use.body]
        self.copies += 1
        if use.target is not None:
            body = [ir.Let(use.target, stmt.value, self.span), *body]
        if not self.breaks and not self.continues:
            return body, False
        body = [made for inner in body for made in self.leaving(inner)]
        if loops and (last or not self.continues):
            return body, self.breaks
        # a loop of one turn: `continue` goes on behind it
        once, turn = self.renaming.temp("once"), self.renaming.fresh("_")
        made: ir.Block = [
            ir.Let(once.name, ir.Call(ir.Bound("range", range), (ir.Const(1),)), self.span),
            ir.For(turn, once, body, [], self.span),
        ]
        return [*made, *(self.pass_on(loops) if self.breaks else [])], self.breaks

    def leaving(self, stmt: Any) -> ir.Block:
        """A statement of the block that uses the items; what leaves its loop leaves the generator."""
        if isinstance(stmt, ir.Break):
            return [ir.Let(self.left, ir.Const(True), stmt.span), stmt]
        inside = [stmt.orelse] if isinstance(stmt, (ir.For, ir.While)) else ir.blocks(stmt)
        for block in inside:
            block[:] = [made for inner in block for made in self.leaving(inner)]
        return [stmt]


def without(block: ir.Block, name: str) -> ir.Block:
    """A block less what binds a variable that nothing reads."""
    for stmt in block:
        for inner in ir.blocks(stmt):
            inner[:] = without(inner, name)
    return [stmt for stmt in block if name not in ir.targets(stmt)]


# ------------------------------------------------------------------------------------------------------------ contexts


def check_context(program: ir.Function, use: Any) -> None:
    """Refuse a context whose end would not be reached, or that does not yield once."""
    if not yields_once(program.body):
        raise UnsupportedError("a context that may yield more or less than once", "yield once on every way")
    if leaves_by(use.body) and not ends_with_yield(program.body):
        raise UnsupportedError(
            "leaving a with block whose context goes on after its yield",
            "put what comes after the yield into a finally clause, or leave after the block",
        )


def yields_once(block: ir.Block) -> bool:
    """Whether a block yields once, whatever way is taken through it."""
    yielding = [s for s in block if any(isinstance(inner, ir.Yield) for inner in ir.walk([s]))]
    if len(yielding) != 1:
        return False
    match yielding[0]:
        case ir.Yield():
            return True
        case ir.If(body=body, orelse=orelse):
            return yields_once(body) and yields_once(orelse)
        case ir.Try(body=body) as stmt:
            return yields_once(body) and not any(
                isinstance(inner, ir.Yield) for block in list(ir.blocks(stmt))[1:] for inner in ir.walk(block)
            )
        case ir.With(body=body):
            return yields_once(body)
    return False


def catches(block: ir.Block) -> bool:
    """Whether a block catches exceptions around its yield, and may go on behind it."""
    tries = [stmt for stmt in ir.walk(block) if isinstance(stmt, ir.Try) and stmt.handlers]
    return any(isinstance(inner, ir.Yield) for stmt in tries for inner in ir.walk(stmt.body))


def ends_with_yield(block: ir.Block) -> bool:
    """Whether nothing but `finally` clauses comes after the yield of a block that yields once."""
    last = block[-1] if block else None
    match last:
        case ir.Yield():
            return True
        case ir.If(body=body, orelse=orelse):
            return ends_with_yield(body) and ends_with_yield(orelse)
        case ir.Try(body=body, orelse=orelse):
            return ends_with_yield(body) and not orelse
        case ir.With(body=body):
            return ends_with_yield(body)
    return False
