"""Results as text: pure functions, record in, text out."""
