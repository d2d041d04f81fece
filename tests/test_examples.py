"""Every example finds its known answer, and the demonstration reaches its accuracy."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from srcgrad import demo
from srcgrad.__main__ import USAGE, main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.program
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.strip()


def test_examples_use_public_names_only() -> None:
    assert len(EXAMPLES) >= 5
    for path in EXAMPLES:
        text = path.read_text()
        assert re.findall(r"^.*import.*srcgrad.*$", text, re.MULTILINE) == ["import srcgrad as sg"]
        assert set(re.findall(r"\bsg\.(\w+)", text)) <= {"grad", "value_and_grad", "vjp", "check_grads"}


@pytest.mark.program
def test_demo() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "srcgrad", "demo"],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "NO_COLOR": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    accuracy = re.search(r"test accuracy: ([\d.]+) %", done.stdout)
    assert accuracy is not None and float(accuracy[1]) >= 95.0
    assert "def " in done.stdout and "largest relative error" in done.stdout and "time a gradient" in done.stdout


@pytest.mark.program
def test_benchmark(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.setattr(sys, "argv", ["micro.py", "--rounds", "1", "--only", "newton,lse"])
    runpy.run_path(str(ROOT / "benchmarks" / "micro.py"), run_name="__main__")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["program", "newton", "lse"]


@pytest.mark.parametrize("words", [[], ["demon"], ["demo", "more"]])
def test_wrong_words_print_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err == USAGE


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert capsys.readouterr().out == USAGE


def test_demo_names_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo, "find_spec", lambda name: None if name in ("rich", "sklearn") else object())
    assert main(["demo"]) == 1
    assert capsys.readouterr().err == "error: the demo needs scikit-learn, rich: pip install scikit-learn rich\n"
