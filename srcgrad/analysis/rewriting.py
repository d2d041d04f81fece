"""What an inference asks to be written otherwise, and who does it: the program is interpreted again afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad.analysis.by_rows import NeedRows, insert_rows
from srcgrad.analysis.contexts import NeedsWriting, write_with
from srcgrad.analysis.driven import Driven, write_steps
from srcgrad.analysis.flat import FlatUse, write_out
from srcgrad.analysis.generators import Woven
from srcgrad.analysis.split import SplitStore, split_store
from srcgrad.analysis.woven import weave_in
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

REWRITES = (NeedRows, SplitStore, FlatUse, Woven, NeedsWriting, Driven)


def rewrite(inf: Inference, need: Any) -> None:
    """Write what is asked for in the function that an inference has for itself."""
    became = inf.start_again()

    def now(stmt: Any) -> Any:
        return became.get(stmt, stmt)

    match need:
        case NeedRows():
            insert_rows(inf.function, now(need.stmt), need.atom, need.function)
        case SplitStore():
            split_store(inf.function, now(need.stmt))
        case FlatUse():
            write_out(inf.function, now(need.stmt), need.single)
        case Woven():
            try:
                weave_in(inf, need, now(need.call), now(need.use))
            except UnsupportedError as error:
                raise inf.refuse(now(need.call), error.construct, error.advice) from None
        case NeedsWriting():
            write_with(inf, now(need.stmt), need.looks)
        case Driven():
            write_steps(inf, now(need.stmt), need.same)
    if isinstance(need, (Woven, NeedsWriting, Driven)) or (isinstance(need, NeedRows) and need.earlier):
        inf.forget_versions()
