"""The little that emitted code calls."""
