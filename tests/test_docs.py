"""Every page is true: its Python blocks run in order, and a text block after one is what that block prints.

Numbers of lines are those of the block that a function stands in.

`...` in a text block stands for anything.  Setting SRCGRAD_UPDATE_GOLDEN writes what shows emitted text
and lines anew.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OF_TEXTS = re.compile(r"^def |line \d|^program\.py:\d", re.MULTILINE)  # shows emitted text, or tells lines
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> Iterator[tuple[str, str, str | None, int]]:
    """The Python blocks of a page: language, code, expected output, first line."""
    found = list(FENCE.finditer(text))
    for match, after in zip(found, [*found[1:], None]):
        if match[1] == "python":
            follows = after is not None and after[1] == "text" and not text[match.end() : after.start()].strip()
            expected = after[2] if after is not None and follows else None
            yield match[1], match[2], expected, text[: match.start()].count("\n") + 2


@pytest.mark.program
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("__main__")  # functions are named as they are in a script
    monkeypatch.setitem(sys.modules, "__main__", module)
    for _, code, expected, first in blocks(page.read_text()):
        # A file of its own, as a notebook's cells are: lines are counted as readers count them who copy a block.
        file = tmp_path / str(first) / "program.py"
        file.parent.mkdir()
        file.write_text(code)
        module.__file__ = str(file)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(file), "exec", dont_inherit=True), module.__dict__)
        if expected is not None:
            got = re.sub(rf"{re.escape(str(tmp_path))}/\d+/", "", printed.getvalue().rstrip() + "\n")
            emitted = OF_TEXTS.search(expected) and "..." not in expected
            if "SRCGRAD_UPDATE_GOLDEN" in os.environ and emitted:
                page.write_text(page.read_text().replace(expected, got))
                expected = got
            same = doctest.OutputChecker().check_output(expected.rstrip() + "\n", got, doctest.ELLIPSIS)
            assert same, f"{page.name}, block at line {first} printed:\n{got}\nwanted:\n{expected}"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_architecture_names_files_that_exist() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text()
    for pattern in re.findall(r"`([\w/*]+\.py)`", table):
        assert list((ROOT / "srcgrad").glob(pattern)), f"architecture.md names {pattern}"


def test_readme_has_the_two_commands() -> None:
    commands = [match[2].strip() for match in FENCE.finditer((ROOT / "README.md").read_text()) if match[1] == "sh"]
    assert len(commands) == 2
    assert commands[0].endswith("-m srcgrad demo") and "pytest" in commands[1]
