"""Any model class of lm-eval as a backend: ``--model lm-eval:local-chat-completions``.

Their classes are called as lm-eval calls them, with the samples of our runs. What the interface
does not give is said of every generation: why it ended, how many tokens it took, and, where the
class takes no seed with a request, which seed it was drawn with.
"""

from __future__ import annotations

from harness.backend import Backend, BackendContext, Opener
from harness.backends.lm_eval.backend import LmEvalBackend
from harness.backends.lm_eval.models import Models, is_remote, model_class
from harness.backends.lm_eval.options import read_options
from harness.errors import UsageError


class LmEval:
    """The backends of lm-eval, of which one is named behind a colon."""

    def named(self, name: str) -> Opener:
        """Return the opener of a model class."""

        def opener(context: BackendContext) -> Backend:
            kind = model_class(name)
            options = read_options(name, context.args, remote=is_remote(kind))
            return LmEvalBackend(name, options, Models(kind, options))

        return opener

    def __call__(self, context: BackendContext) -> Backend:  # noqa: ARG002
        """Refuse to open none in particular."""
        raise UsageError(
            "--model lm-eval does not say which model class of lm-eval",
            hint="say it behind a colon: --model lm-eval:local-chat-completions",
        )


LM_EVAL = LmEval()
