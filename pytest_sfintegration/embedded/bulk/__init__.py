"""Bulk API 2.0 and Bulk API: jobs over many records, run by the same writer and query executor as REST."""
