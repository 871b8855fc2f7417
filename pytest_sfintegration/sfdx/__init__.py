"""Metadata on disk: SFDX source and Metadata API format, read into one immutable model."""
