"""The HMMT February tournament, as one set of its three individual rounds."""
