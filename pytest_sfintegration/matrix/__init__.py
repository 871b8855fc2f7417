"""The permission matrix: declared rights, loaded, checked and expanded into expectations."""
