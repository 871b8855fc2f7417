"""The hooks of the plugin; each names one function elsewhere."""
