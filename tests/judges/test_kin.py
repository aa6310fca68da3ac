"""Whether a judge is of the contestant's family, as far as names tell."""

from __future__ import annotations

import pytest

from harness.judges.proofs.kin import akin, families_of
from harness.types import Juror, names_in


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("gpt-5.4", {"openai"}),
        ("openai/gpt-oss-120b", {"openai"}),
        ("o3", {"openai"}),
        ("o4-mini-high", {"openai"}),
        ("chatgpt-4o-latest", {"openai"}),
        ("gemini-31-pro", {"google"}),
        ("Gemini 2.5 Pro (best-of-32)", {"google"}),
        ("google/gemma-3-27b-it", {"google"}),
        ("gemini-deep-think", {"google"}),
        ("opus-4.6", {"anthropic"}),
        ("anthropic_claude_sonnet_4_thinking", {"anthropic"}),
        ("nvidia/Nemotron-Cascade-2-30B-A3B", {"nvidia"}),
        ("nvidia/Llama-3.1-Nemotron-70B", {"nvidia", "meta"}),
        ("OpenReasoning-Nemotron-32B", {"nvidia"}),
        ("deepseek-ai/DeepSeekMath-V2", {"deepseek"}),
        ("DeepSeek-V3.2-Speciale", {"deepseek"}),
        ("DeepSeek-R1-0528-Qwen3-8B", {"deepseek", "qwen"}),
        ("Qwen/QwQ-32B", {"qwen"}),
        ("Qwen3-235B-A22B-Thinking-2507", {"qwen"}),
        ("xai_grok_4", {"xai"}),
        ("meta-llama/CodeLlama-70b", {"meta"}),
        ("mistralai/Magistral-Small-2506", {"mistral"}),
        ("kimi-k2-thinking", {"moonshot"}),
        ("THUDM/chatglm3-6b", {"zhipu"}),
        ("zai-org/GLM-4.6", {"zhipu"}),
        ("bytedance_seed_1.6", {"bytedance"}),
        ("microsoft/phi-4-reasoning", {"microsoft"}),
        ("OPC-R1-8B", {"opc"}),
        ("my-checkpoint", {"my"}),
        ("sapphire-3", {"sapphire"}),
        ("dolphin-2.9", {"dolphin"}),
        ("", {""}),
        ("模型", {"模型"}),
    ],
)
def test_a_family_is_told_by_a_name(name: str, families: set[str]) -> None:
    """Names as vendors, papers and files write them; a distilled model is kin to both."""
    assert families_of(name) == families


def test_no_family_is_found_in_another() -> None:
    """Judges of different vendors are not flagged for each other."""
    apart = ["gpt-5.4", "gemini-31-pro", "opus-4.6", "grok-4", "deepseek-v3.2", "qwen3-32b"]
    for one in apart:
        assert akin([one], [one])
        assert not any(akin([one], [other]) for other in apart if other != one)


def test_an_id_hides_no_family() -> None:
    """A model is known by what its server calls it, whatever it is called here."""
    juror = Juror(
        name="judge-a", backend="openai", args=(("base_url", "http://gpt"), ("model", "gpt-5"))
    )
    assert juror.names == ("judge-a", "gpt-5")
    contestant = ("step-4200", *names_in((("pretrained", "/ckpts/gpt-oss-20b"),)))
    assert akin(contestant, juror.names)
    assert not akin(["step-4200"], juror.names)
