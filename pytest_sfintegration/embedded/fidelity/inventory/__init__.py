"""What the code of the embedded org enumerates by itself, by kind."""
