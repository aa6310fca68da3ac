"""Data packs: the packages of a task in one file, for a machine that reaches no network."""
