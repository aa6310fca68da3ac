"""The code judge: languages, limits, checkers and boxes; knows no models."""
