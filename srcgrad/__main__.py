"""The command line: `python -m srcgrad demo`, `python -m srcgrad covers np.linalg.svd`."""

from __future__ import annotations

import sys

from srcgrad.errors import SrcgradError

USAGE = """\
usage: python -m srcgrad demo
       python -m srcgrad covers NAME ...

  demo      train a small neural network on handwritten digits with an emitted gradient
  covers    say what is known of the derivatives of functions: np.linalg.svd, scipy.stats.gamma.logpdf, math.hypot
"""


def main(words: list[str]) -> int:
    """Run the command that `words` name; the exit code."""
    match words:
        case ["demo"]:
            from srcgrad import demo

            try:
                return demo.main()
            except SrcgradError as problem:
                print(f"error: {problem}", file=sys.stderr)
                return 1
        case ["covers", _, *_]:
            from srcgrad.rules.covered import NotFound, answer

            try:
                for name in words[1:]:
                    print(answer(name), end="")
            except NotFound as problem:
                print(f"error: {problem}", file=sys.stderr)
                return 1
            return 0
        case ["-h" | "--help" | "help"]:
            print(USAGE, end="")
            return 0
        case _:
            print(USAGE, end="", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
