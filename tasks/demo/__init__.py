"""A small contest made for this project, with recorded contestants."""
