"""The registry of marks."""
