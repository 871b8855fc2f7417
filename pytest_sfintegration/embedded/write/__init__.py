"""Writes: records in, changed and out, with the refusals of the platform."""
