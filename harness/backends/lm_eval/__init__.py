"""Any model class of lm-eval as a backend: ``--model lm-eval:local-chat-completions``.

Their classes are called as lm-eval calls them, with the samples of our runs. What the interface
does not give is said of every generation: why it ended, how many tokens it took, and, where the
class takes no seed with a request, which seed it was drawn with.
"""

from __future__ import annotations

from harness.backend import Backend, BackendContext, Opener
from harness.backends.arguments import check_names
from harness.backends.lm_eval.backend import LmEvalBackend
from harness.backends.lm_eval.models import Models, arguments_of, is_remote, model_class
from harness.backends.lm_eval.options import SETTINGS, check_places, read_options
from harness.errors import UsageError


class LmEval:
    """The backends of lm-eval, of which one is named behind a colon."""

    def named(self, name: str) -> Opener:
        """Return the opener of a model class."""

        def opener(context: BackendContext) -> Backend:
            kind = model_class(name)
            remote = is_remote(kind)
            check_places(name, context.args)
            if remote:
                check_names(full_name(name), context.args, (*SETTINGS, *arguments_of(kind)))
            options = read_options(name, context.args, remote=remote)
            return LmEvalBackend(name, options, Models(kind, options))

        return opener

    def __call__(self, context: BackendContext) -> Backend:  # noqa: ARG002
        """Refuse to open none in particular."""
        raise UsageError(
            "--model lm-eval does not say which model class of lm-eval",
            hint="say it behind a colon: --model lm-eval:local-chat-completions",
        )


def full_name(name: str) -> str:
    """Return what a backend of this family is called."""
    return f"lm-eval:{name}"


LM_EVAL = LmEval()
