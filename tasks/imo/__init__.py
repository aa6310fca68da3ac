"""The International Mathematical Olympiad."""
