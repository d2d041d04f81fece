"""Emission: from the normal form to Python text."""
