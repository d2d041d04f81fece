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
    if instructions[end].opname == "PRECALL":
        end += 1  # the two are one call in Python 3.11
    if "CALL" not in instructions[end].opname:
        return (), ()
    heights = heights_before(instructions, end)
    if heights is None:
        return (), ()
    start = min(heights)
    path = callee(instructions, heights, start, end) if heights[start] == 0 else ()
    return path, tuple(paths_in(instructions[start:end]))


def heights_before(instructions: list[dis.Instruction], end: int) -> dict[int, int] | None:
    """The height of the stack before each instruction that prepares the call at `end`, counted from what lies below
    the callee; None where the way there cannot be followed."""
    places = {each.offset: number for number, each in enumerate(instructions)}
    heights = {end: 1 - effect(instructions[end])}
    number = end
    while heights[number] > 0:
        if number == 0:
            return None
        height = heights[number]
        number -= 1
        each = instructions[number]
        if each.opname.startswith("JUMP_BACKWARD") or each.opname == "JUMP_ABSOLUTE":
            # the end of a loop: what comes next is where its head jumps to
            number = places.get(each.argval, end)
            each = instructions[number]
            after = heights.get(places.get(each.argval, end)) if each.opname == "FOR_ITER" else None
            if after is None:
                return None
            heights[number] = after - dis.stack_effect(each.opcode, each.arg, jump=True)
            continue
        if each.opname == "JUMP_FORWARD":
            # the end of one arm of a conditional: what comes next is the other arm
            after = heights.get(places.get(each.argval, -1))
            if after is None:
                return None
            height = after
        heights[number] = height - effect(each)
    return heights


def callee(instructions: list[dis.Instruction], heights: dict[int, int], start: int, end: int) -> Path:
    """The path that the instructions before a call leave at the bottom of the stack; () for another expression, as in
    `functions[0](x)`."""
    inside = {each.offset for each in instructions[start + 1 : end + 1]}
    if any("JUMP" in each.opname and each.argval in inside for each in instructions[:start]):
        return ()  # `(f or g)(x)`
    start += instructions[start].opname == "PUSH_NULL"
    if instructions[start].opname not in LOADS:
        return ()
    path: Path = (str(instructions[start].argval),)
    start += 1
    while instructions[start].opname in ATTRIBUTES:
        path = (*path, str(instructions[start].argval))
        start += 1
    for number in range(start + 1, end):
        low = heights.get(number, heights[end]) <= heights[start]
        if low and "JUMP" not in instructions[number - 1].opname:
            return ()  # something is computed with it; after a test, an argument comes
    return path


def effect(instruction: dis.Instruction) -> int:
    """By how much an instruction that does not jump makes the stack grow."""
    return dis.stack_effect(instruction.opcode, instruction.arg, jump=False)


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
