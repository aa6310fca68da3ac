"""Public sets on a hub: which tables a task can be made of, and how they are fetched."""
