"""To be written.  May import: see docs/architecture.md."""
