"""From files and markers to pytest items."""
