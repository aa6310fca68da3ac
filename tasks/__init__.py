"""Task plugins: one folder a contest family."""
