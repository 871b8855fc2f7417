"""What Metadata API tells of the source: its types and the names of its components."""
