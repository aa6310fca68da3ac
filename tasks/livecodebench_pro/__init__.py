"""LiveCodeBench Pro: problems of contests by quarter and difficulty, solved in C++."""
