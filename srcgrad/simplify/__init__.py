"""Passes that make programs shorter or plainer without changing what they do."""
