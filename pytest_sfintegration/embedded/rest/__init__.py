"""The REST API of the embedded org."""
