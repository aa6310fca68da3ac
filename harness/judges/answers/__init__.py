"""The judge of final answers: reading them, and telling equal from not equal.

::

    extraction   a final answer out of a text, with a degree of certainty
    tokens       LaTeX or plain text as tokens, without what only sets type
    forms        what an answer can be: a value, several, an interval, words …
    expressions  one expression by a closed grammar
    reading      a whole answer by a closed grammar
    values       exact rationals, in this process
    numerics     anything else with numbers, in a worker
    comparison   equal, not equal, or unresolved, and why
    peer         Math-Verify, asked about what the grammar does not read, in a worker
    pool         the workers: warm, limited, replaced
    question     the same question as a prompt for a model, and its reply

Nothing here evaluates text. What a reader does not know it refuses, so that an answer is
called equal only where every sign of it was understood.
"""
