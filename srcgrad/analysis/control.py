"""Loops and `try`, interpreted: what names hold at the top of a turn, after the loop, in a handler.

    while c:           x at the top: merged from before and from the end of a turn
        x = f(x)       repeated until its kind rests
    print(x)           x after the loop: a version of its own

A handler finds what any statement of the body may have bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import statements, unseen_calls
from srcgrad.analysis.environment import Env
from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import Unknown, loosened

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def loop(inf: Inference, stmt: ir.For | ir.While, env: Env) -> Env | None:
    """A loop: the environment after it, None where that is never reached."""
    mark = inf.marks.setdefault(stmt, Dim.new().number)
    assigned = assigned_names(stmt)
    before = inf.before_env[stmt] = dict(env)
    head = dict(env)
    for name in assigned:
        if name in env:
            head[name] = inf.version(stmt, "top", name, merge=True)
            inf.grow(head[name], [env[name]])
            head[name].maybe_unbound |= env[name].maybe_unbound
        elif (stmt, "top", name) in inf.versions:
            # bound by an earlier turn alone, as a pass before this one saw
            head[name] = inf.versions[stmt, "top", name]
    elem = statements.iterate(inf, stmt, env) if isinstance(stmt, ir.For) else None
    while True:
        outer_changed, inf.changed = inf.changed, False
        breaks: list[Env] = []
        continues: list[Env] = []
        inf.exits.append((breaks, continues))
        inf.scope.append(stmt)
        turn: Env | None = dict(head)
        normal = dict(head)
        assert turn is not None
        if isinstance(stmt, ir.While):
            turn = inf.block(stmt.head, turn)
            normal = dict(turn) if turn is not None else normal
            note_reads_of_test(inf, stmt, normal)
            unseen_calls.of_truth(inf, stmt, inf.whole(stmt.test, normal))
        else:
            assert elem is not None
            inf.bind(stmt, stmt.target, loosened(elem), turn, "target")
        end = inf.block(stmt.body, turn) if turn is not None else None
        inf.scope.pop()
        inf.exits.pop()
        if end is not None:
            inf.fall_env[stmt] = end
        back = continues + ([end] if end is not None else [])
        for other in back:
            for name in assigned:
                if name not in other:
                    continue
                if name not in head:
                    head[name] = inf.version(stmt, "top", name, merge=True)
                    head[name].maybe_unbound = True
                inf.grow(head[name], [other[name]], mark)
        again, inf.changed = inf.changed, inf.changed or outer_changed
        if not again:
            break
    ends: list[Env] = []
    normal_after = after(inf, stmt, "done", normal, assigned, before)
    if not (isinstance(stmt, ir.While) and isinstance(stmt.test, ir.Const) and stmt.test.value):
        done = inf.block(stmt.orelse, normal_after) if stmt.orelse else normal_after
        if done is not None:
            ends.append(done)
    for env_at_break in breaks:
        ends.append(after(inf, stmt, "broken", env_at_break, assigned, before))
    return inf.merge(ends, stmt, "after") if ends else None


def after(inf: Inference, stmt: Any, place: str, env: Env, assigned: set[str], before: Env) -> Env:
    """Names after a loop are versions of their own: nothing of a turn is visible outside it."""
    result = dict(env)
    for name in assigned:
        if name in env:
            version = inf.version(stmt, place, name, merge=True)
            inf.grow(version, [env[name]])
            version.maybe_unbound |= name not in before or env[name].maybe_unbound
            result[name] = version
    return result


def note_reads_of_test(inf: Inference, stmt: ir.While, env: Env) -> None:
    """Remember which version the test of a `while` reads: the one at the end of its head."""
    inf.reads[stmt] = (
        {stmt.test.name: env[stmt.test.name]} if isinstance(stmt.test, ir.Var) and stmt.test.name in env else {}
    )


def try_(inf: Inference, stmt: ir.Try, env: Env) -> Env | None:
    """A `try` statement: the environment after it, None where that is never reached."""
    start = dict(env)
    marks = [len(envs) for envs in inf.exits[-1]] if inf.exits else []
    end = inf.block(stmt.body, dict(env))
    ends = []
    if end is not None:
        done = inf.block(stmt.orelse, end)
        if done is not None:
            ends.append(done)
    assigned = {name for inner in ir.walk(stmt.body) for name in ir.targets(inner)}
    made = [v for (_, _, n), v in list(inf.versions.items()) if n in assigned and v.place != "entry"]
    for handler in stmt.handlers:
        caught = dict(start)
        for name in assigned:
            version = inf.version(handler, "caught", name, merge=True)
            inside = [v for v in made if v.name == name]
            inf.grow(version, ([start[name]] if name in start else []) + inside)
            version.maybe_unbound = name not in start or start[name].maybe_unbound
            caught[name] = version
        after_head = inf.block(handler.head, caught)
        if after_head is None:
            continue
        if handler.name is not None:
            error = ir.Var(handler.name)
            used = any(error in ir.all_operands(inner) for inner in ir.walk(handler.body))
            active = any(v.active for v in (*caught.values(), *made, *inf.free.values()))
            inf.bind(handler, handler.name, Unknown(used and active), after_head)
        done = inf.block(handler.body, after_head)
        if done is not None:
            ends.append(done)
    if not stmt.final:
        return inf.merge(ends, stmt, "after") if ends else None
    # what leaves by break or continue goes through the finally clause too
    leaving = [env for envs, mark in zip(inf.exits[-1], marks) for env in envs[mark:]] if marks else []
    done = inf.block(stmt.final, inf.merge([*ends, *leaving], stmt, "final") if ends or leaving else dict(start))
    for envs, mark in zip(inf.exits[-1], marks) if marks else ():
        envs[mark:] = [dict(done) for _ in envs[mark:]] if done is not None else []
    return done if ends else None


def assigned_names(stmt: Any) -> set[str]:
    """Every name that a loop binds, its target and nested blocks included."""
    names = set(ir.targets(stmt))
    for block in ir.blocks(stmt):
        for inner in ir.walk(block):
            names.update(ir.targets(inner))
            if isinstance(inner, ir.Try):
                names.update(h.name for h in inner.handlers if h.name)
    return names
