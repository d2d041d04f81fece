"""Print emitted text for people: coloured where the terminal has colours, beside the user's own lines."""

from srcgrad.show.beside import side_by_side
from srcgrad.show.highlight import highlight, in_colour

__all__ = ["highlight", "in_colour", "side_by_side"]
