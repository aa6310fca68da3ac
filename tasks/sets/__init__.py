"""Problem sets: many problems of one kind, in papers that come in whole from published files."""
