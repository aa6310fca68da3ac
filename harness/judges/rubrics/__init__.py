"""Drafts of marking schemes: a model proposes one, and a person decides whether it counts.

==================  ============================================================
file                noun
==================  ============================================================
prompts/draft.md    what a model is asked
scheme.py           a marking scheme, read out of a reply
draft.py            the scheme that a model proposes, asked until one can be read
==================  ============================================================
"""

from harness.judges.rubrics.draft import PROMPT, Draft, drafted

__all__ = ["PROMPT", "Draft", "drafted"]
