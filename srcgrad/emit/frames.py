"""Show the user's own line in the traceback of an error raised by emitted text.

    before                                              after
      File "<srcgrad layer_forward 3>", line 4            File "<srcgrad layer_forward 3>", line 4
        h = np.tanh(z)                                      h = np.tanh(z)
      File "ops.py", line 90, in tanh                     File "model.py", line 12, in layer
                                                            h = np.tanh(x @ w + b)
                                                          File "ops.py", line 90, in tanh

A frame cannot be made from nothing, so one statement is run in a code object that carries the user's file, line and
name; it raises, and its frame is kept.  The exception itself, its cause and its context stay as they are: only the
chain of traceback entries gets longer.  The frame has the emitted frame's globals and a copy of its locals, so that a
debugger stopped there shows the user's variables.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator, Sequence
from types import CodeType, FrameType, TracebackType
from typing import Any

from srcgrad.emit.register import codes_within, user_lines
from srcgrad.written import is_written

# The name is what marks our frames; it is looked up in the locals handed to `exec` and nowhere else.
_MARK = "__srcgrad_user_line__"
_RAISER = compile(f"raise {_MARK}", "<srcgrad>", "exec", dont_inherit=True)


def point_at_user_line(
    exc: BaseException, line_map: Sequence[int | None], filename: str, name: str, emitted: str | CodeType
) -> None:
    """Put a frame of the user's function after each frame of the emitted text in the traceback of `exc`.

    line_map  for each line of the emitted text, the user's line that it comes from (None: no frame is added)
    filename  the user's file
    name      the user's function; functions and comprehensions inside it keep the names they have
    emitted   the emitted text's file name, or the code of a function in it

    Calling it again for an outer level of a recursion adds nothing twice.
    """
    _extend(exc.__traceback__, line_map, filename, name, emitted)
    # The added frames were called from this one, which they keep: it must not keep the exception in turn.
    del exc


def user_place(trace: TracebackType | None) -> tuple[str, int, str]:
    """File, line and text of the user's that the innermost emitted text of a traceback stands for."""
    place = "", 0, ""
    while trace is not None:
        found = user_lines(trace.tb_frame.f_code.co_filename)
        if found is not None and found[0] and not is_written(found[0]):
            filename, lines = found
            line = lines[trace.tb_lineno - 1] if trace.tb_lineno <= len(lines) else None
            if line is not None:
                place = filename, line, linecache.getline(filename, line).strip()
        trace = trace.tb_next
    return place


def is_user_line(frame: FrameType) -> bool:
    """Whether a frame was added by `point_at_user_line`."""
    return _MARK in frame.f_code.co_names and frame.f_code.co_code == _RAISER.co_code


def _extend(
    first: TracebackType | None, line_map: Sequence[int | None], filename: str, name: str, emitted: str | CodeType
) -> None:
    entries = list(_emitted_entries(first, emitted))
    inner = {code for entry in entries for code in codes_within(entry.tb_frame.f_code)}
    first = None
    while entries:
        entry = entries.pop()
        number, following, code = entry.tb_lineno, entry.tb_next, entry.tb_frame.f_code
        line = line_map[number - 1] if 0 < number <= len(line_map) else None
        if line is not None and not (following is not None and is_user_line(following.tb_frame)):
            frame = _frame_at(entry.tb_frame, filename, line, code.co_name if code in inner else name)
            entry.tb_next = TracebackType(following, frame, frame.f_lasti, line)
            del frame
        del entry, following


def _emitted_entries(entry: TracebackType | None, emitted: str | CodeType) -> Iterator[TracebackType]:
    filename = emitted if isinstance(emitted, str) else emitted.co_filename
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == filename:
            yield entry
        entry = entry.tb_next


def _frame_at(beside: FrameType, filename: str, line: int, name: str) -> FrameType:
    """A frame at the user's line, with the globals of the frame `beside` it and a copy of its locals."""
    code = _RAISER.replace(co_filename=filename, co_name=name, co_firstlineno=line)
    if sys.version_info >= (3, 11):
        code = code.replace(co_qualname=name, co_linetable=_without_columns(code))
    variables: dict[str, Any] = {**beside.f_locals, _MARK: _Here}
    try:
        exec(code, beside.f_globals, variables)
    except _Here as here:
        assert here.__traceback__ is not None and here.__traceback__.tb_next is not None
        made = [here.__traceback__.tb_next.tb_frame]
    del variables[_MARK], beside
    return made.pop()


def _without_columns(code: CodeType) -> bytes:
    """A line table that gives every instruction the first line and no columns.

    The raising statement's own columns would put carets under unrelated text of the user's line.  The format is the
    interpreter's: an entry covers up to eight instructions, its first byte is 0x80 | kind << 3 | length - 1, kind 13
    says "no columns", and the next byte is the difference to the line before.
    """
    table = bytearray()
    left = len(code.co_code) // 2
    while left:
        length = min(left, 8)
        table += bytes((0x80 | 13 << 3 | (length - 1), 0))
        left -= length
    return bytes(table)


class _Here(BaseException):
    """Raised at the user's line to get a frame there; never seen outside this module."""
