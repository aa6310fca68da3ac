"""Run a submission as LiveCodeBench runs a program: with its imports, and any exit is an end.

``script.py`` stands beside ``solution.py``; standard input and output are the submission's own.
"""


def run() -> None:
    """Run it in the module ``__main__``, where a program expects its names to be."""
    import contextlib
    import os
    import sys

    import imports

    with open(
        os.path.join(os.path.dirname(os.path.abspath(__file__)), "solution.py"), "rb"
    ) as file:
        code = compile(file.read(), "solution.py", "exec")
    namespace = sys.modules["__main__"].__dict__
    del namespace["run"]
    imports.bring_in(namespace)
    with contextlib.suppress(SystemExit):  # as theirs does, whatever the exit code
        exec(code, namespace)


run()
