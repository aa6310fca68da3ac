"""Each published regime, played by a scripted mathematician: counts, order, what is shown, stop."""

from __future__ import annotations

import re
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from harness.strategy import Ceiling
from tests.fakes.proofs import Asked, Mathematician, Said, boxed, cut, paper, play
from tests.strategies.regimes import (
    CASCADE_2,
    CASCADE_2_REDUCED,
    DEEPSEEK_CODE,
    DEEPSEEK_SEARCH,
    DEEPSEEK_SEQUENTIAL,
    IMO_TTS,
    LITE,
    MATHARENA,
    regime,
)


def number_of(proof: str) -> int:
    found = re.search(r"proof (\d+)", proof)
    assert found
    return int(found[1])


def scores_of(shown: tuple[str, ...]) -> list[str]:
    return [re.findall(r"\\boxed\{(.*?)\}", critique)[-1] for critique in shown]


def critique(score: str, nth: int) -> str:
    return boxed(score, f"critique {nth}")


def numbered(own: str = "1") -> Mathematician:
    """Return a model that numbers its proofs and finds nothing good in any."""
    fresh = count()
    return Mathematician(write=lambda _: paper(f"proof {next(fresh)}", own))


def ones(of: int, *, among: int, rest: tuple[str, ...] = ("0", "0.5")) -> list[str]:
    """Return so many scores of 1 among some, the rest taken in turn from the others."""
    return ["1"] * of + [rest[n % len(rest)] for n in range(among - of)]


# --- DeepSeekMath-V2, released code, and Nemotron-Cascade 2 -----------------------------------


@pytest.mark.long
def test_the_code_refines_the_32_best_four_times_and_stops_above_the_threshold(
    tmp_path: Path,
) -> None:
    """128 proofs x 64; the 32 best by (mean, self-evaluation) x 4; one that all pass ends it."""
    fresh = count()

    def write(asked: Asked) -> Said:
        n = next(fresh)
        # In each group of five equals the self-evaluations are 0, 0.5, 1, none, 1.
        own = ("0", "0.5", "1", "a lot", "1")[n % 5]
        text = paper(f"proof {n}", own)
        return text if n < 128 or n % 50 == 0 else cut("too long")

    def verify(proof: str, nth: int) -> str:
        n = number_of(proof)
        if n == 200:
            return critique("1", nth)
        group = n // 5 if n < 128 else 0
        scores = ones(
            56 if group == 25 else 2 * group, among=64, rest=("0",) if group == 25 else ("0", "0.5")
        )
        return critique(scores[nth], nth)

    model = Mathematician(write, verify)
    task = play(tmp_path / "run", model, regime(DEEPSEEK_CODE))
    assert model.stages == [("generate", 128), ("verify", 8192), ("refine", 128), ("verify", 192)]
    assert {a.max_tokens for a in model.of("refine")} == {131072}
    assert {a.max_tokens for a in model.of("verify")} == {65536}

    refined = [number_of(asked.proof) for asked in model.of("refine")]
    chosen = refined[::4]
    assert refined == [n for n in chosen for _ in range(4)]
    assert [n // 5 for n in chosen] == [25] * 3 + [
        g for g in (24, 23, 22, 21, 20) for _ in "12345"
    ] + [19] * 4
    for start in range(3, 28, 5):  # of equals the author's own score decides, then chance
        assert {n % 5 for n in chosen[start : start + 2]} == {2, 4}
        assert [n % 5 for n in chosen[start + 2 : start + 5]] == [1, 0, 3]
    assert {n % 5 for n in chosen[-4:]} == {0, 1, 2, 4}  # whose score cannot be read is left out

    for asked in model.of("refine"):
        expected = ["0"] * 4 + (["1"] * 4 if number_of(asked.proof) >= 125 else ["0.5"] * 4)
        assert scores_of(asked.shown) == expected
    same = {asked.shown for asked in model.of("refine")[:4]}
    assert len(same) == 1, "the four samples are of one prompt"
    assert task.papers == ["proof 200"]


def test_the_code_gives_up_after_its_rounds_and_hands_in_the_best_of_the_pool(
    tmp_path: Path,
) -> None:
    """Nemotron-Cascade 2 stops after 8 rounds; the best proof may be from an earlier one."""
    fresh = count()

    def write(asked: Asked) -> Said:
        n = next(fresh)  # of each later round's 128 proofs four are not cut off
        return paper(f"proof {n}") if n < 128 or n % 32 == 12 else cut("too long")

    def verify(proof: str, nth: int) -> str:
        return boxed(0.5 if number_of(proof) == 300 else 0)

    model = Mathematician(write, verify)
    task = play(tmp_path / "run", model, regime(CASCADE_2, verifications=1))
    assert model.stages == [("generate", 128), ("verify", 128)] + 7 * [
        ("refine", 128),
        ("verify", 4),
    ]
    assert task.papers == ["proof 300"]
    assert Counter(number_of(a.proof) for a in model.of("refine"))[300] == 4 * 5  # rounds 4 to 8


def test_a_critique_of_each_score_is_shown_but_of_one_score_eight(tmp_path: Path) -> None:
    """Where all votes agree, eight of them are shown; the reduced budget has 2 rounds of 32."""
    model = numbered()
    model.verify = lambda proof, nth: critique("0.5" if number_of(proof) < 4 else "0", nth)
    play(tmp_path / "run", model, regime(CASCADE_2_REDUCED))
    assert model.stages == [("generate", 32), ("verify", 512), ("refine", 32), ("verify", 512)]
    refined = [number_of(asked.proof) for asked in model.of("refine")]
    assert len(set(refined)) == 8
    assert set(refined) >= {0, 1, 2, 3}
    for asked in model.of("refine"):
        assert len(set(asked.shown)) == 8
        assert len(set(scores_of(asked.shown))) == 1


def test_the_code_stops_in_the_first_round_and_drops_a_text_without_self_evaluation(
    tmp_path: Path,
) -> None:
    """A proof that passes at once is handed in; in the released code only with both sections."""
    model = numbered()
    model.verify = lambda proof, nth: boxed(1)
    task = play(tmp_path / "run", model, regime(LITE))
    assert model.stages == [("generate", 8), ("verify", 64)]
    assert len(task.papers) == 1
    bare = Mathematician(write=lambda _: "## Solution\n\nIt is clear.")
    assert play(tmp_path / "bare", bare, regime(DEEPSEEK_CODE, proofs=3)).papers == []
    assert bare.stages == [("generate", 3)]


# --- DeepSeekMath-V2, high-compute search -----------------------------------------------------


@pytest.mark.long
def test_the_search_refines_each_pair_of_a_proof_and_an_analysis(tmp_path: Path) -> None:
    """64 x 64; 64 proofs x 8 analyses, faults before praise, one refined proof for each pair."""
    fresh = count()

    def write(asked: Asked) -> Said:
        n = next(fresh)
        whole = paper(f"proof {n}")
        # Of the 512 refined proofs three are not cut off.
        return whole if n < 64 or n in (100, 200, 300) else cut("too long")

    def verify(proof: str, nth: int) -> str:
        n = number_of(proof)
        if n == 200:
            return critique("1", nth)
        if n == 100:  # one vote of it cannot be read
            return critique("1", nth) if nth else "I cannot say."
        return critique(ones(61 if n % 2 else 20, among=64)[nth], nth)

    model = Mathematician(write, verify)
    task = play(tmp_path / "run", model, regime(DEEPSEEK_SEARCH))
    assert model.stages == [("generate", 64), ("verify", 4096), ("refine", 512), ("verify", 192)]
    pairs = [(number_of(asked.proof), asked.shown) for asked in model.of("refine")]
    assert all(len(shown) == 1 for _, shown in pairs)
    assert len(set(pairs)) == 512
    assert Counter(n for n, _ in pairs) == dict.fromkeys(range(64), 8)
    odd = [n % 2 for n, _ in pairs]
    assert odd == sorted(odd, reverse=True), "the better ones come first"
    for n in range(64):
        shown = Counter(scores_of(s)[0] for m, s in pairs if m == n)
        if n % 2:
            assert shown == {"0": 2, "0.5": 1, "1": 5}
        else:
            assert "1" not in shown
    assert len({s for n, s in pairs if not n % 2}) > 8, "which faults are shown is drawn"
    assert task.papers == ["proof 200"]


def test_the_search_is_not_ended_by_a_vote_that_cannot_be_read(tmp_path: Path) -> None:
    """All 64 must pass: 63 of 63 are a mean of 1, and the search goes on to its last iteration."""
    model = numbered()
    model.verify = lambda proof, nth: boxed(1) if nth else "It is right. \\boxed{1} I think."
    task = play(tmp_path / "run", model, regime(DEEPSEEK_SEARCH, proofs=2, best=1, verifications=3))
    assert [n for kind, n in model.stages if kind == "refine"] == [2] * 16
    assert len(task.papers) == 1


# --- DeepSeekMath-V2, sequential refinement ---------------------------------------------------


def test_threads_refine_themselves_until_they_are_content(tmp_path: Path) -> None:
    """32 threads of at most 8 attempts; each stops at self-score 1; 32 votes a proof at the end."""
    attempts: Counter[int] = Counter()

    def write(asked: Asked) -> Said:
        thread = asked.turn if asked.kind == "generate" else number_of(asked.proof)
        if asked.kind == "refine":
            before = f"attempt {attempts[thread]} of proof {thread}"
            assert asked.proof == before
            assert asked.shown == ("It is so.\n\n\\boxed{0.5}",)
        attempts[thread] += 1
        content = attempts[thread] == thread % 10 + 1
        return paper(f"attempt {attempts[thread]} of proof {thread}", "1" if content else "0.5")

    def verify(proof: str, nth: int) -> str:
        n = number_of(proof)
        if n == 17:  # most say 1, though the mean is not the highest
            return boxed(1 if nth < 17 else 0)
        return boxed(0.5 if nth < 16 + n % 5 else 1)

    model = Mathematician(write, verify)
    task = play(tmp_path / "run", model, regime(DEEPSEEK_SEQUENTIAL))
    wanted = {thread: min(thread % 10 + 1, 8) for thread in range(32)}
    assert attempts == wanted
    going = [sum(attempts_of > done for attempts_of in wanted.values()) for done in range(8)]
    assert model.stages[0] == ("generate", 32) == ("generate", going[0])
    assert model.stages[1:] == [("refine", sum(going[1:])), ("verify", 32 * 32)]
    assert {a.max_tokens for a in model.of("refine")} == {131072}
    assert len(task.papers) == 1
    assert task.papers == ["attempt 8 of proof 17"]


def test_a_thread_that_was_cut_off_goes_on_from_what_it_had(tmp_path: Path) -> None:
    """A first attempt that was cut off is made anew; a later one leaves the proof before it."""
    said = iter(["cut", "0.5", "cut", "1"])

    def write(asked: Asked) -> Said:
        own = next(said)
        text = paper(f"proof {asked.turn}", own if own != "cut" else "0")
        return cut(text) if own == "cut" else text

    model = Mathematician(write)
    task = play(
        tmp_path / "run",
        model,
        regime(DEEPSEEK_SEQUENTIAL, proofs=1, final="order", final_votes=0),
    )
    assert model.stages == [("generate", 2), ("refine", 2)]
    assert {asked.proof for asked in model.of("refine")} == {"proof 1"}
    assert task.papers == ["proof 3"]


# --- Nemotron-IMO-TTS -------------------------------------------------------------------------


@pytest.mark.long
def test_a_unanimous_panel_ends_the_search_and_finalists_are_marked(tmp_path: Path) -> None:
    """384 x 16, 192 from the 16 best; finalists get 48 marks, bad ones drawn again; short wins."""
    fresh = count()
    invalid: Counter[str] = Counter()

    def write(asked: Asked) -> Said:
        n = next(fresh)
        words = "and much more " * (n == 400)
        text = paper(f"proof {n} {words}")
        return text if n < 384 or n in (390, 400, 401, 402) else cut("too long")

    def verify(proof: str, nth: int) -> str:
        n = number_of(proof)
        if n in (400, 401, 402):
            return boxed(1)
        if n < 30:  # incomplete panels never reach the pool, however good the rest is
            return boxed(1) if nth < 15 else "no score"
        return boxed(1 if n < 60 and nth < 8 else 0)

    def mark(proof: str, nth: int) -> str:
        n = number_of(proof)
        if n == 402:
            return boxed(6)
        if n == 401 and nth < 48 and nth % 2:
            invalid[proof] += 1
            return "about \\boxed{6} or so, I would say"
        return boxed(7)

    model = Mathematician(write, verify, mark)
    task = play(tmp_path / "run", model, regime(IMO_TTS))
    assert model.stages == [
        ("generate", 384),
        ("verify", 384 * 16),
        ("refine", 192),
        ("verify", 4 * 16),
        ("mark", 3 * 48 + 24),
    ]
    refined = Counter(number_of(asked.proof) for asked in model.of("refine"))
    assert set(refined) == set(range(30, 46)), "of equals, the one found first"
    assert set(refined.values()) == {12}
    assert sum(invalid.values()) == 24
    assert task.papers == ["proof 401"]


def test_without_a_unanimous_panel_the_first_of_the_pool_is_the_finalist(tmp_path: Path) -> None:
    """After the last round the top of the pool is marked alone; a later round wins among equals."""
    model = numbered()
    model.verify = lambda proof, nth: boxed(0.5)
    settings = {"proofs": 2, "best": 1, "samples": 1, "verifications": 2, "votes_needed": 2}
    task = play(tmp_path / "run", model, regime(IMO_TTS, **settings))
    assert model.stages[-1] == ("mark", 48)
    assert Counter(kind for kind, _ in model.stages)["refine"] == 7
    assert task.papers == ["proof 8"]


# --- MathArena, and the small one -------------------------------------------------------------


def test_matharena_shows_the_four_lowest_of_sixteen(tmp_path: Path) -> None:
    """16 proofs and 4 iterations of 16; the four lowest verifications; the best mean at the end."""
    model = numbered()
    model.verify = lambda proof, nth: critique(
        ones(10 if number_of(proof) == 20 else 9, among=16, rest=("0.5", "0.5", "0"))[nth], nth
    )
    task = play(tmp_path / "run", model, regime(MATHARENA))
    assert model.stages == [("generate", 16), ("verify", 256)] + 4 * [
        ("refine", 16),
        ("verify", 256),
    ]
    assert {tuple(scores_of(a.shown)) for a in model.of("refine")} == {("0", "0", "0.5", "0.5")}
    assert task.papers == ["proof 20"]


@pytest.mark.parametrize(
    ("settings", "problems", "proofs", "questions"),
    [
        (CASCADE_2, 6, 6_144, 393_216),
        (DEEPSEEK_SEARCH, 6, 49_536, 3_170_304),
        (DEEPSEEK_CODE, 6, 12_288, 786_432),
        (CASCADE_2_REDUCED, 1, 64, 1_024),
        (DEEPSEEK_SEQUENTIAL, 1, 256, 32 * 32),
        (IMO_TTS, 1, 384 + 7 * 192, 16 * (384 + 7 * 192) + 3 * 48 * 4),
        (MATHARENA, 1, 80, 1_280),
        (LITE, 1, 16, 128),
    ],
)
def test_the_ceiling_is_the_published_budget(
    settings: dict[str, object], problems: int, proofs: int, questions: int
) -> None:
    """What a whole contest can cost is what the notes on the protocols compute."""
    total = Ceiling(generations=0)
    for _ in range(problems):
        total += regime(settings).ceiling(subtasks=1)
    assert total == Ceiling(generations=proofs, questions=questions)
