"""What is being called at a place in running code, read from its instructions, with or without a text.

    math.sin(x)     LOAD_GLOBAL math; LOAD_METHOD sin; LOAD_FAST x; CALL       ("math", "sin")

A call takes what it calls and its arguments from the stack: going back over the instructions, and counting what each
of them leaves there, one comes to the instruction that put the callee there.
"""

from __future__ import annotations

import builtins
import dis
import functools
from types import CodeType, FrameType
from typing import Any

Path = tuple[str, ...]
LOADS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FAST_BORROW"}
LOADS |= {"LOAD_FAST_CHECK", "LOAD_FROM_DICT_OR_DEREF", "LOAD_FROM_DICT_OR_GLOBALS"}
ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD"}
JUMPS = {*dis.hasjrel, *dis.hasjabs}


def instruction_at(code: CodeType, at: int) -> tuple[list[dis.Instruction], int]:
    """The instructions of a piece of code, and the number of the one at an offset."""
    found = [each for each in dis.get_instructions(code) if each.opname not in ("CACHE", "EXTENDED_ARG")]
    # the offset may be that of a cache entry behind the instruction
    return found, sum(each.offset <= at for each in found) - 1


@functools.lru_cache(maxsize=1024)
def operation_at(code: CodeType, at: int) -> str:
    """The name of the instruction at an offset, an operator's with its sign: `CALL`, `BINARY_OP %`."""
    instructions, number = instruction_at(code, at)
    found = instructions[number]
    if found.opname == "BINARY_OP":
        return f"BINARY_OP {found.argrepr.rstrip('=')}"
    return "BINARY_OP %" if found.opname in ("BINARY_MODULO", "INPLACE_MODULO") else found.opname


@functools.lru_cache(maxsize=1024)
def call_at(code: CodeType, at: int) -> tuple[Path, tuple[Path, ...]]:
    """The callee of the call at an offset as it is written, `("np", "random", "normal")`, and all that is read in the
    call's text; an empty callee where the instruction is no call, or calls what an expression gave."""
    instructions, end = instruction_at(code, at)
    if "CALL" not in instructions[end].opname:
        return (), ()
    height = 1
    for start in range(end, -1, -1):
        each = instructions[start]
        if each.opcode in JUMPS:
            return (), ()
        height -= dis.stack_effect(each.opcode, each.arg, jump=False)
        if height <= 0:
            break
    paths = paths_in(instructions[start:end])
    first = start + (instructions[start].opname == "PUSH_NULL")
    named = height == 0 and instructions[first].opname in LOADS
    return (paths[0] if named else ()), tuple(paths)


def paths_in(instructions: list[dis.Instruction]) -> list[Path]:
    """The names, and attributes of names, that instructions read, in order."""
    found: list[Path] = []
    open_path = False
    for each in instructions:
        if each.opname in LOADS:
            found.append((str(each.argval),))
            open_path = True
        elif each.opname in ATTRIBUTES and open_path:
            found[-1] = (*found[-1], str(each.argval))
        else:
            open_path = False
    return found


def value_of(path: Path, frame: FrameType) -> Any:
    """What a path stands for in a frame; None where there is no such name."""
    if not path:
        return None
    scopes = (frame.f_locals, frame.f_globals)
    found = next((scope[path[0]] for scope in scopes if path[0] in scope), getattr(builtins, path[0], None))
    for name in path[1:]:
        found = getattr(found, name, None)
    return found
