"""Protocol files: read strictly, found by name, held against the contest's rules."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.cli.method import SETTLED, method
from harness.cli.parser import build
from harness.cli.protocols import ceiling, facts, named, whole
from harness.data import DataStore
from harness.errors import ConfigError, HarnessError, TaskDataError, UsageError
from harness.plugins import (
    STRATEGIES,
    check_templates,
    load_strategy,
    load_task,
    names,
    protocol_folders,
)
from harness.protocols import (
    breaches,
    check_protocol,
    exceptions_of,
    find_protocol,
    limit_of,
    places,
)
from harness.protocols import read_protocol as read
from harness.rules import rules_of
from harness.strategies.proofs.questions import PROMPTS
from harness.strategies.vote import Vote
from harness.strategy import Asking, ByProblem
from harness.types import Contest, FeedbackLevel, Protocol, Scope
from tasks.demo.task import Demo
from tests.fakes.protocol_files import write_protocol

SHIPPED = places(protocol_folders())


@pytest.fixture
def demo(tmp_path: Path) -> Contest:
    return Demo().contest(DataStore(tmp_path / "data"))


def contest_of(protocol: Protocol) -> Contest:
    return load_task(protocol.task).contest(DataStore(Path("/no/such/folder")))


def change(path: str, value: object) -> Callable[[Protocol], Protocol]:
    """Return what sets one field of a protocol, named by its path."""

    def changed(struct: Any, words: list[str]) -> Any:
        inner = value if len(words) == 1 else changed(getattr(struct, words[0]), words[1:])
        return msgspec.structs.replace(struct, **{words[0]: inner})

    return lambda protocol: changed(protocol, path.split("."))


# --- reading ----------------------------------------------------------------------------------


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    """What stands in the file is in the protocol; what it leaves out is as documented."""
    found = read(write_protocol(tmp_path))
    assert (found.id, found.aliases, found.prompt.system) == (
        "demo/mine",
        ("m",),
        "You are a test.",
    )
    assert (found.sampling.temperature, found.sampling.max_tokens) == (0.5, 1000)
    assert (found.tools, found.loop.attempts, found.scorer.time_scale) == ("none", 1, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('language = "cpp"', 'langauge = "cpp"', "unknown field `langauge`"),
        ('system = "You are a test."\n', "", "required field `system`"),
        ("temperature = 0.5\n", "", "required field `temperature`"),
        ("temperature = 0.5", "temperature = -1", "temperature"),
        ("temperature = 0.5", "temperature = inf", "temperature"),
        ('strategy = "single"', 'strategy = "single"\nattempts = 4000000000', "attempts"),
        ("nobody's paper", "nobody\udcff", "utf-8"),
        ('aliases = ["m"]', "aliases = " + "[" * 5000, "recursion"),
        ("top_p = 0.9", "top_p = 1.5", "top_p"),
        ("max_tokens = 1000", "max_tokens = 0", "max_tokens"),
        ("limit = 50", "limit = 0", "limit"),
        ('scope = "task"', 'scope = "round"', "round"),
        ('feedback = "oi_restricted"', 'feedback = "everything"', "everything"),
        ('kind = "tests"', 'kind = "luck"', "luck"),
        ("[scorer]", "[scorer", "mine.toml"),
        ('task = "demo"', 'task = "demo"\nsha256 = "0"', "gives a sha256"),
        ('id = "demo/mine"', 'id = "ioi2025/mine"', "is not of demo"),
        ("contest_legal = true", "contest_legal = false", "does not say why"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A file with a mistake is an error that names the file and the mistake."""
    place = write_protocol(tmp_path, (old, new))
    with pytest.raises(ConfigError, match=r"mine\.toml") as caught:
        read(place)
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ('language = "cpp"', 'langauge = "cpp"', "did you mean language?"),
        ('scope = "task"', 'scope = "round"', "scope is one of task, subtask, none"),
        ("temperature = 0.5", 'temperature = "hot"', "temperature is a number"),
        ("max_tokens = 1000", "max_tokens = 1.5", "max_tokens is a whole number"),
        ('system = "You are a test."\n', "", "see tasks/protocols/README.md for its fields"),
    ],
)
def test_what_may_stand_in_its_place_is_told(tmp_path: Path, old: str, new: str, hint: str) -> None:
    """Whoever writes a value that is none learns which there are, or the field that was meant."""
    with pytest.raises(ConfigError) as caught:
        read(write_protocol(tmp_path, (old, new)))
    assert caught.value.hint == hint


def test_a_template_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A protocol without its prompt is no protocol."""
    place = write_protocol(tmp_path)
    (place.parent / "ask.md").unlink()
    with pytest.raises(TaskDataError, match=r"ask\.md"):
        read(place)


@pytest.mark.parametrize(
    "file", ["/etc/passwd", "../secret.md", "link.md", "pipe", ".", "a\\u0000b"]
)
def test_a_prompt_is_a_file_beside_its_protocol(tmp_path: Path, file: str) -> None:
    """What is read goes to the model, so a protocol of someone else's names nothing elsewhere."""
    place = write_protocol(tmp_path, ('"ask.md"', f'"{file}"'))
    (tmp_path / "secret.md").write_text("{{statement}} secret")
    (place.parent / "link.md").symlink_to("../secret.md")
    os.mkfifo(place.parent / "pipe")
    with pytest.raises(ConfigError, match="names the prompt") as caught:
        read(place)
    assert repr(file)[1:-1] in caught.value.message or "u0000" in file


def test_the_hash_is_over_the_file_and_its_templates(tmp_path: Path) -> None:
    """A changed word, in the file or in a template, is another protocol; a copy is the same."""
    first = write_protocol(tmp_path / "1")
    assert read(first).sha256 == read(write_protocol(tmp_path / "2")).sha256
    other = write_protocol(tmp_path / "3", ("0.5", "0.6"))
    assert read(other).sha256 != read(first).sha256
    before = read(first).sha256
    (first.parent / "ask.md").write_text("{{statement}}")
    assert read(first).sha256 != before


# --- finding ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mine", "demo/mine", "m", "demo/m"])
def test_a_protocol_is_found_by_its_names(tmp_path: Path, name: str) -> None:
    """A name, with or without its task, and an alias lead to the file."""
    place = write_protocol(tmp_path)
    assert find_protocol(name, "demo", [tmp_path]) == place


def test_a_protocol_is_found_by_its_path(tmp_path: Path) -> None:
    """A file of one's own needs no folder of protocols; one that is not there is named."""
    place = write_protocol(tmp_path)
    assert find_protocol(str(place), "demo", []) == place
    with pytest.raises(UsageError, match=r"no protocol file .*other\.toml"):
        find_protocol(str(tmp_path / "other.toml"), "demo", [tmp_path])


def test_near_misses_are_offered(tmp_path: Path) -> None:
    """A misspelt name brings the one that was meant, of the task that is run."""
    write_protocol(tmp_path)
    with pytest.raises(UsageError, match="no protocol 'mien' for demo") as caught:
        find_protocol("mien", "demo", [tmp_path])
    assert "did you mean mine" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        find_protocol("mine", "ioi2025", [tmp_path])
    assert "ioi2025 has none" in caught.value.hint


def test_the_command_takes_a_name_of_any_task(tmp_path: Path) -> None:
    """``harness protocols`` shows a task's protocols, or those of a name, and knows near misses."""
    place = write_protocol(tmp_path)
    assert named("m", [tmp_path]) == named("demo", [tmp_path]) == [place]
    with pytest.raises(UsageError) as caught:
        named("dem", [tmp_path])
    assert "did you mean demo" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        named("nothing-like-it", [tmp_path])
    assert caught.value.hint == "`harness protocols` lists what there is"


# --- legality ---------------------------------------------------------------------------------

BREACHES = [
    (change("submission.scope", Scope.NONE), "without a limit"),
    (change("submission.scope", Scope.SUBTASK), "by subtask"),
    (change("submission.limit", 51), "up to 51"),
]


def test_a_protocol_within_the_rules_is_taken(tmp_path: Path, demo: Contest) -> None:
    """What the contest allows needs no label; fewer submissions and less feedback are allowed."""
    found = read(write_protocol(tmp_path))
    assert breaches(found, demo) == ()
    check_protocol(found, demo)
    humble = change("submission.feedback", FeedbackLevel.NONE)(change("submission.limit", 5)(found))
    check_protocol(humble, demo)


@pytest.mark.parametrize(("broken", "said"), BREACHES)
def test_a_breach_is_refused_unless_it_is_labelled(
    tmp_path: Path, demo: Contest, broken: Callable[[Protocol], Protocol], said: str
) -> None:
    """A protocol that breaks the rules and calls itself legal cannot be run; a labelled one can."""
    found = broken(read(write_protocol(tmp_path)))
    with pytest.raises(ConfigError, match=said):
        check_protocol(found, demo)
    labelled = change("legality.contest_legal", False)(found)
    check_protocol(labelled, demo)


def test_more_feedback_than_the_contest_gives_is_a_breach(tmp_path: Path, demo: Contest) -> None:
    """Feedback is compared by how much it tells."""
    found = read(write_protocol(tmp_path))
    quiet = msgspec.structs.replace(demo, feedback=FeedbackLevel.VERDICT)
    with pytest.raises(ConfigError, match="told oi_restricted; the contest tells verdict"):
        check_protocol(found, quiet)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (change("scorer.time_scale", 2.0), "scales time limits"),
        (change("prompt.language", "python3"), "in python3, and demo takes cpp"),
        (change("tools", "python"), "lets the model use python"),
        (change("task", "ioi2025"), "is for ioi2025, not for demo"),
    ],
)
def test_what_cannot_be_done_is_refused_whatever_it_says(
    tmp_path: Path, demo: Contest, broken: Callable[[Protocol], Protocol], said: str
) -> None:
    """A label does not help a protocol that no run could follow."""
    found = change("legality.contest_legal", False)(broken(read(write_protocol(tmp_path))))
    with pytest.raises(HarnessError, match=said):
        check_protocol(found, demo)


def test_a_prompt_that_nobody_asks_with_is_refused(tmp_path: Path) -> None:
    """A misspelt name of a template is told, and not left out in silence."""
    check_templates(read(write_protocol(tmp_path)))
    misspelt = read(write_protocol(tmp_path, ("solve = ", "slove = ")))
    with pytest.raises(ConfigError, match="'slove', with which the strategy single never") as told:
        check_templates(misspelt)
    assert "did you mean solve" in told.value.hint


@pytest.mark.parametrize("strategy", sorted(set(names(STRATEGIES)) - {"recorded"}))
def test_every_prompt_of_a_strategy_may_be_replaced(tmp_path: Path, strategy: str) -> None:
    """What it asks with are the files in its folder and what it names; another name is refused."""
    settings = {"refusals": "model"} if strategy == "filter-longest" else {}
    found = load_strategy(strategy, settings)
    assert isinstance(found, Asking)
    assert {place.stem for place in (PROMPTS / strategy).glob("*.md")} <= found.templates
    assert all(list(PROMPTS.glob(f"*/{name}.md")) for name in found.templates - {"solve"})
    protocol = read(write_protocol(tmp_path))
    for path, value in (("loop.strategy", strategy), ("loop.settings", settings)):
        protocol = change(path, value)(protocol)
    check_templates(change("prompt.files", dict.fromkeys(found.templates, "ask.md"))(protocol))
    with pytest.raises(ConfigError, match="never asks"):
        check_templates(change("prompt.files", {"other": "ask.md"})(protocol))


def test_the_first_question_is_no_prompt_of_whoever_writes_proofs(tmp_path: Path) -> None:
    """A replaced ``solve`` would be lost in silence: proofs are asked for with ``generate``."""
    protocol = change("loop.strategy", "refine")(read(write_protocol(tmp_path)))
    protocol = change("loop.settings", {})(protocol)
    with pytest.raises(ConfigError, match="'solve', with which the strategy refine never asks"):
        check_templates(change("prompt.files", {"solve": "ask.md"})(protocol))


@pytest.mark.parametrize(
    ("scope", "limit", "expected"),
    [
        (Scope.TASK, None, 50),
        (Scope.TASK, 20, 20),
        (Scope.SUBTASK, None, 150),
        (Scope.SUBTASK, 20, 60),
        (Scope.NONE, 20, None),
    ],
)
def test_the_limit_goes_by_its_scope(
    tmp_path: Path, demo: Contest, scope: Scope, limit: int | None, expected: int | None
) -> None:
    """A problem's subtasks share its limit, unless the protocol gives each its own, or none."""
    problem = demo.problems[0]
    assert problem.parts == 3
    found = change("submission.limit", limit)(read(write_protocol(tmp_path)))
    found = change("submission.scope", scope)(found)
    assert limit_of(found, demo, problem) == expected
    assert rules_of(demo, problem, found).submission_limit == expected


# --- the command line -------------------------------------------------------------------------

GIVEN = {
    "strategy": "single",
    "strategy_args": "a=1",
    "system_prompt": "Hello",
    "language": "cpp",
    "temperature": "0",
    "top_p": "1",
    "max_tokens": "9",
}
"""A value for each flag that a protocol settles; 0 is one too."""


def run_args(*words: str) -> Any:
    return build({}).parse_args(["run", "--task", "demo", *words])


def test_a_protocol_says_what_is_asked_and_how(tmp_path: Path) -> None:
    """Strategy, prompts and sampling of a run are the file's; tries and a seed may be given."""
    place = write_protocol(tmp_path)
    said = method(run_args("--protocol", str(place), "-n", "3", "--seed", "7"), Demo(), [])
    assert (said["strategy"], said["system"], said["attempts"]) == ("single", "You are a test.", 3)
    assert (said["sampling"].temperature, said["sampling"].seed) == (0.5, 7)
    assert [template.name for template in said["templates"]] == ["solve"]
    assert said["protocol"] == read(place)


@pytest.mark.parametrize("flag", SETTLED)
def test_a_flag_that_a_protocol_settles_is_refused(tmp_path: Path, flag: str) -> None:
    """A number with a protocol's name must have come from it: no flag changes it in passing."""
    place = write_protocol(tmp_path)
    args = run_args("--protocol", str(place), SETTLED[flag], GIVEN[flag])
    with pytest.raises(UsageError, match="is the protocol's to say") as caught:
        method(args, Demo(), [])
    assert SETTLED[flag] in caught.value.message


# --- problems with settings of their own ----------------------------------------------------------

SMALL = """
[[loop.exceptions]]
problems = ["mult*"]
settings = { samples = 3 }

[[loop.exceptions]]
problems = ["multiples", "calm"]
settings = { samples = 5 }

[submission]
"""
VOTES = ('strategy = "single"', 'strategy = "vote"\nsettings = { samples = 8 }')


def test_some_problems_have_settings_of_their_own(tmp_path: Path, demo: Contest) -> None:
    """A pattern names problems; of two exceptions the first counts; the ceiling adds them up."""
    found = read(write_protocol(tmp_path, VOTES, ("[submission]\n", SMALL)))
    own = exceptions_of(found, demo)
    assert own == {"multiples": {"samples": 3}, "calm": {"samples": 5}}
    strategy = load_strategy("vote", found.loop.settings, own)
    assert isinstance(strategy, ByProblem)
    assert [strategy.of(p) for p in ("multiples", "calm", "luggage")] == [
        Vote(samples=3),
        Vote(samples=5),
        Vote(samples=8),
    ]
    cost = ceiling(found, demo)
    assert cost is not None
    assert cost.generations == 3 + 5 + 8
    assert "samples = 5: for multiples, calm" in whole(found, facts(found, demo))


def test_an_exception_for_no_problem_is_refused(tmp_path: Path, demo: Contest) -> None:
    """A budget that is meant for a problem is not lost because its name is misspelt."""
    found = read(write_protocol(tmp_path, VOTES, ("[submission]\n", SMALL.replace("calm", "clam"))))
    with pytest.raises(ConfigError, match="exception for 'clam', and demo has no such problem"):
        check_protocol(found, demo)


def test_an_exception_with_an_unknown_setting_is_refused(tmp_path: Path, demo: Contest) -> None:
    """It is read as strictly as the settings that it replaces."""
    text = SMALL.replace("{ samples = 5 }", "{ smaples = 5 }")
    found = read(write_protocol(tmp_path, VOTES, ("[submission]\n", text)))
    with pytest.raises(UsageError, match="no setting 'smaples'"):
        load_strategy("vote", found.loop.settings, exceptions_of(found, demo))


# --- what is shipped --------------------------------------------------------------------------


@pytest.fixture(params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> Protocol:
    found = read(SHIPPED[request.param])
    assert found.id == request.param
    return found


def test_a_shipped_protocol_can_be_run(shipped: Protocol) -> None:
    """Its strategy exists and knows its settings, its contest can be judged by it.

    What no run can follow says so: the audit of a printed wording.
    """
    contest = contest_of(shipped)
    if shipped.id.endswith("-audit"):
        with pytest.raises(ConfigError, match="none could be judged"):
            check_protocol(shipped, contest)
    else:
        check_protocol(shipped, contest)
    assert shipped.legality.contest_legal == (not shipped.legality.deviations)
    load_strategy(shipped.loop.strategy, shipped.loop.settings)
    check_templates(shipped)


def test_a_shipped_protocol_says_what_its_source_leaves_open(shipped: Protocol) -> None:
    """Every open choice names a key of the file, once, and how it was decided."""
    assert shipped.source
    assert shipped.open
    keys = [choice.key for choice in shipped.open]
    assert len(keys) == len(set(keys))
    for choice in shipped.open:
        here: Any = msgspec.to_builtins(shipped)
        for word in choice.key.split("."):
            assert word in here, choice.key
            here = here[word]
        assert choice.note


def test_names_of_shipped_protocols_are_their_own() -> None:
    """No name or alias is given twice in a task; what a cheap likeness is like is there."""
    known: dict[str, set[str]] = {}
    for full, place in SHIPPED.items():
        task, _, name = full.partition("/")
        for each in (name, *read(place).aliases):
            assert each not in known.setdefault(task, set()), each
            known[task].add(each)
    for full, place in SHIPPED.items():
        found = read(place)
        assert not (found.lite_of and found.published)
        assert bool(found.lite_of) == full.endswith("-lite")
        assert not found.lite_of or found.lite_of in known[found.task]


@pytest.mark.parametrize(
    ("name", "generations", "questions"),
    [
        ("ioi2025/dsv32-speciale", 3_000, 0),
        ("ioi2025/nc1", 39_000, 0),
        ("ioi2025/nc2", 78_000, 0),
        ("ioi2025/gencluster", 195_000, None),
        ("ioi2025/gencluster-50", 1_950, None),
        ("ioi2024/o3", 6_144, 0),
        ("icpcwf2025/dsv32-speciale", 384, 0),
        ("icpcwf2025/nc2", 12_000, 0),
        ("imo2025/dsm2-nc2", 6_144, 393_216),
        ("imo2025/dsm2-code", 12_288, 786_432),
        ("imo2025/dsm2-paper", 49_536, 3_170_304),
        # 19 problems with 8 rounds of 128 proofs and 64 verifications, 41 with 2 of 32 and 16.
        ("imo_proofbench/nc2", 22_080, 1_287_168),
        ("aime2025/nc2", 30, 0),
        ("imo_answerbench/dsv32-speciale", 400, 0),
    ],
)
def test_what_a_whole_contest_can_cost(name: str, generations: int, questions: int | None) -> None:
    """The ceilings that follow from what the papers say, over all problems and subtasks."""
    found = read(find_protocol(name, "", protocol_folders()))
    cost = ceiling(found, contest_of(found))
    assert cost is not None
    assert cost.generations == generations
    assert questions is None or cost.questions == questions


def test_a_protocol_is_told_whole(shipped: Protocol) -> None:
    """What is printed of a protocol holds its source, every setting, every deviation and choice."""
    told = whole(shipped, facts(shipped, contest_of(shipped)))
    flat = " ".join(told.split())
    for words in (
        shipped.id,
        shipped.published,
        *shipped.aliases,
        *(f"{name} = " for name in shipped.loop.settings),
        *(pattern for one in shipped.loop.exceptions for pattern in one.problems),
        *(f"- {words}" for words in shipped.legality.deviations),
        *(f"- {choice.key}: {choice.note}" for choice in shipped.open),
        shipped.sha256,
    ):
        assert " ".join(words.split()) in flat
    assert max(map(len, told.splitlines())) <= 100


def test_a_task_that_is_not_there_is_told_and_hides_no_other(tmp_path: Path) -> None:
    """A file for a contest of another distribution is listed, and says that it cannot be run."""
    row = facts(read(write_protocol(tmp_path)), None)
    assert (row["cannot_run"], row["generations"]) == ("there is no task named 'demo'", None)


def test_a_strategy_that_is_not_there_is_told_and_hides_no_other(
    tmp_path: Path, demo: Contest
) -> None:
    """A file for a strategy of another distribution is listed, and says that it cannot be run."""
    found = read(write_protocol(tmp_path, ('"single"', '"singel"')))
    row = facts(found, demo)
    assert (row["cannot_run"], row["generations"]) == ("there is no strategy named 'singel'", None)
    assert "no strategy named 'singel'" in whole(found, row)
