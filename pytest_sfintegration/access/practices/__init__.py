"""Facts about an integration user that are no rights: what the checklist is judged on."""
