"""Analyses over the IR, a file each."""
