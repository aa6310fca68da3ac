"""The ICPC World Finals."""
