"""From facts about the integration user to verdicts, one pure function an item."""
