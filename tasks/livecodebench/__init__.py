"""LiveCodeBench: problems by the date of their contest, solved in Python."""
