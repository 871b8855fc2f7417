"""From expectations and evidence to verdicts."""
