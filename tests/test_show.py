"""What is printed for people: colours only where they are wanted, and no text cut at any width."""

from __future__ import annotations

import io
import re
import sys

import pytest

from srcgrad.ir import SourceText
from srcgrad.show import highlight, in_colour, side_by_side

ANSI = re.compile(r"\x1b\[[0-9;]*m")

SOURCE = SourceText(
    "model.py", 9, ("def layer(w, b, x, y):", "    h = np.tanh(x @ w + b)", "    return np.mean((h - y) ** 2)")
)
REVERSE = """\
def layer_reverse(residual, value_bar):
    x, h, miss = residual
    miss_bar = value_bar * (2.0 / miss.size) * miss
    z_bar = miss_bar * (1.0 - h * h)
    w_bar = x.T @ z_bar
    return w_bar
"""
LINES = [None, None, 11, 10, 10, None]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_plain_where_there_is_no_terminal(colours: None) -> None:
    assert not in_colour(io.StringIO())
    assert highlight(REVERSE, io.StringIO()) == REVERSE


def test_coloured_on_a_terminal_and_otherwise_unchanged(colours: None) -> None:
    pytest.importorskip("pygments")
    painted = highlight(REVERSE, Terminal())
    assert painted != REVERSE and ANSI.sub("", painted) == REVERSE


@pytest.mark.parametrize("variable, value", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_plain_when_asked(colours: None, monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    assert highlight(REVERSE, Terminal()) == REVERSE


def test_plain_without_pygments(colours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygments", None)
    assert highlight(REVERSE, Terminal()) == REVERSE
    assert "│ 10" in side_by_side(REVERSE, LINES, SOURCE, width=100, stream=Terminal())


def test_each_line_beside_its_own() -> None:
    assert (
        side_by_side(REVERSE, LINES, SOURCE, width=100, stream=io.StringIO())
        == """\
def layer_reverse(residual, value_bar):
    x, h, miss = residual
    miss_bar = value_bar * (2.0 / miss.size) * miss │ 11  return np.mean((h - y) ** 2)
    z_bar = miss_bar * (1.0 - h * h)                │ 10  h = np.tanh(x @ w + b)
    w_bar = x.T @ z_bar                             │  :
    return w_bar
"""
    )


def test_narrow_pages_put_the_partner_on_the_next_row() -> None:
    assert (
        side_by_side(REVERSE, LINES, SOURCE, width=62, stream=io.StringIO())
        == """\
def layer_reverse(residual, value_bar):
    x, h, miss = residual
    miss_bar = value_bar * (2.0 / miss.size) * miss
                                      │ 11  return np.mean((h
                                      │     - y) ** 2)
    z_bar = miss_bar * (1.0 - h * h)  │ 10  h = np.tanh(x @ w
                                      │     + b)
    w_bar = x.T @ z_bar               │  :
    return w_bar
"""
    )


@pytest.mark.parametrize("width", [1, 20, 40, 62, 80, 200])
def test_no_text_is_cut(width: int) -> None:
    shown = side_by_side(REVERSE, LINES, SOURCE, width=width, stream=io.StringIO())
    for line in REVERSE.splitlines():
        assert line in shown
    rights = " ".join(row.split("│", 1)[1] for row in shown.splitlines() if "│" in row)
    assert "".join(SOURCE.line(10).split()) in "".join(rights.split())


def test_colours_do_not_move_columns(colours: None) -> None:
    pytest.importorskip("pygments")
    plain = side_by_side(REVERSE, LINES, SOURCE, width=90, stream=io.StringIO())
    painted = side_by_side(REVERSE, LINES, SOURCE, width=90, stream=Terminal())
    assert painted != plain and ANSI.sub("", painted) == plain


def test_nothing_to_show() -> None:
    assert side_by_side("", [], SOURCE, width=80) == ""
    assert side_by_side("x = 1\n", [], SOURCE, width=80) == "x = 1\n"
