"""The flags, in one place; nothing heavy is imported here.

Hyphen and underscore are the same in a flag's name. A flag of ``harness run`` may
also be given as an environment variable: ``--max-tokens`` as ``HARNESS_MAX_TOKENS``.
``harness --task …`` without a verb means ``run``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from harness import __version__
from harness.cli.afterwards_flags import (
    export_flags,
    layer_flag,
    merge_flags,
    pack_flags,
    rejudge_flags,
    view_flags,
)
from harness.cli.argument_parser import Parser
from harness.cli.calibrate_flags import calibrate_flags
from harness.cli.compare_flags import compare_flags, gate_flags
from harness.cli.data_flags import data_flags
from harness.cli.elo_flags import elo_flags
from harness.cli.flag_values import between, part, positive, temperature
from harness.cli.given import take_defaults
from harness.cli.import_flags import import_flags
from harness.cli.jury_flags import jury_flags
from harness.cli.marks_flags import marks_flags
from harness.cli.rubric_flags import rubric_flags
from harness.cli.sandbox_flags import (
    executor_flag,
    isolation_flags,
    sandbox_flags,
    slots_flag,
)
from harness.cli.task_flags import include_flag, tasks_flags
from harness.config import environment as read_environment
from harness.errors import UsageError
from harness.types import MOST_ATTEMPTS

COMMANDS = (
    "run",
    "report",
    "rejudge",
    "view",
    "export",
    "pack",
    "merge",
    "compare",
    "elo",
    "gate",
    "judge",
    "selftest",
    "calibrate",
    "marks",
    "rubric",
    "import",
    "lm-eval-path",
    "data",
    "sandbox",
    "doctor",
    "tasks",
    "protocols",
    "completion",
)

SETTLED = (
    "task",
    "model",
    "model_args",
    "base_url",
    "protocol",
    "jury",
    "judge_model",
    "judge_args",
    "strategy",
    "strategy_args",
    "system_prompt",
    "num_samples",
    "limit",
    "language",
    "temperature",
    "top_p",
    "max_tokens",
    "seed",
    "shard",
    "output_path",
)
"""Flags of ``harness run`` that a run is started with once and for all."""

DESCRIPTION = """\
From model checkpoint to olympiad medal: generate, judge, report.

  harness run --task demo                      a leaderboard from recorded contestants
  harness run --task ioi2025 --model openai --model-args model=…,base_url=…
  harness report RUN... -o DIR                 an HTML leaderboard from run folders
"""


def parse(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> argparse.Namespace:
    """Read a command line; raises :class:`~harness.errors.UsageError`."""
    words = [_hyphens(word) for word in argv]
    if words and words[0].startswith("-") and words[0] not in ("-h", "--help", "--version"):
        words = ["run", *words]
    given = read_environment() if environment is None else environment
    # What a file or a variable says of a run must not keep any other command from its work.
    running = words[:1] == ["run"]
    parser = build(given if running else {}, words if running else ())
    args, rest = parser.parse_known_args(words)
    if getattr(args, "command", None) is None:
        raise UsageError("no command given", hint=f"the commands are {', '.join(COMMANDS)}")
    if rest:
        # Reported by the command's own parser, which knows the near misses.
        args.parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if args.command == "run" and args.phase == "judge" and not args.resume:
        raise UsageError("--phase judge needs a run to judge", hint="name it with --resume RUN")
    if args.command == "run" and args.resume:
        _refuse_settled(args.parser, words)
        if args.dry_run or args.write_out:
            raise UsageError(
                "--dry-run and --write-out are of a new run", hint="leave them out beside --resume"
            )
    return args


def _refuse_settled(run: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """Refuse flags that a run was started with: beside ``--resume`` they could only be ignored.

    The same flags from the environment are meant for new runs, and are passed over.
    """
    settled = {
        flag: action
        for action in run._actions
        if action.dest in SETTLED
        for flag in action.option_strings
    }
    for word in words:
        name = word.partition("=")[0]
        # A short flag may have its value glued to it: -n8.
        if name in settled or (not word.startswith("--") and word[:2] in settled):
            raise UsageError(
                f"{word} cannot be changed in a run that is continued",
                hint=f"leave out {word} beside --resume, or start a new run without --resume",
            )


def build(environment: Mapping[str, str], words: Sequence[str] = ()) -> Parser:
    """Return the parser with all commands; ``words`` may name a file with settings."""
    parser = Parser(
        prog="harness",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _run(_command(commands, "run", "generate, judge and report"), environment, words)
    _report(_command(commands, "report", "write an HTML leaderboard from run folders"))
    rejudge_flags(_command(commands, "rejudge", "judge again what a run handed in"))
    view_flags(_command(commands, "view", "show the report of a run while it goes on"))
    export_flags(_command(commands, "export", "write runs as tables, or as lm-eval's files"))
    pack_flags(_command(commands, "pack", "put runs into one file each"))
    merge_flags(_command(commands, "merge", "put the shards of a run together"))
    compare_flags(_command(commands, "compare", "say what two runs differ in, and how sure it is"))
    elo_flags(_command(commands, "elo", "rate contestants among the humans of rounds"))
    gate_flags(_command(commands, "gate", "say whether a new run fell behind, for CI"))
    _judge(_command(commands, "judge", "judge source files on one problem package"))
    _selftest(_command(commands, "selftest", "show that this machine judges right"))
    calibrate_flags(_command(commands, "calibrate", "measure how a judge of proofs marks"))
    import_flags(_command(commands, "import", "judge what other programs generated"))
    _command(commands, "lm-eval-path", "print the folder in which lm-eval finds our tasks")
    data_flags(_command(commands, "data", "bring official tests in, and carry them elsewhere"))
    rubric_flags(_command(commands, "rubric", "have a model draft what proofs are marked by"))
    marks_flags(_command(commands, "marks", "send proofs to people, and bring their marks back"))
    sandbox_flags(_command(commands, "sandbox", "build the image that programs are judged in"))
    _doctor(_command(commands, "doctor", "say what this machine can judge with"))
    tasks_flags(_command(commands, "tasks", "list tasks, backends and strategies; check one"))
    _protocols(_command(commands, "protocols", "list protocols and what they may spend"))
    shell = _command(commands, "completion", "print a script that completes words in a shell")
    shell.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")
    return parser


def _command(
    commands: argparse._SubParsersAction[Parser], name: str, summary: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    command.set_defaults(parser=command)
    return command


def _run(
    run: argparse.ArgumentParser, environment: Mapping[str, str], words: Sequence[str]
) -> None:
    _asked_for(run)
    _sampled(run)
    _carried_out(run)
    _common(run)
    take_defaults(run, environment, words)


def _asked_for(run: argparse.ArgumentParser) -> None:
    add = run.add_argument
    add("--config", "-C", metavar="FILE", help="settings by the names of flags, in TOML or YAML")
    add("--task", "--tasks", "-t", metavar="NAME", help="task, or several with commas")
    include_flag(run)
    add(
        "--model",
        "-m",
        "-M",
        metavar="KIND",
        help="backend: openai, vllm, replay, oracle, lm-eval:NAME, or a plugin",
    )
    add(
        "--model-args",
        "-a",
        default="",
        metavar="K=V,…",
        help="settings of the backend, also as JSON",
    )
    add("--base-url", "--model-base-url", metavar="URL", help="same as base_url in --model-args")
    add("--protocol", default="", metavar="NAME", help="how a published number was reached")
    add("--strategy", default="", metavar="NAME", help="how generations and submissions are spent")
    add("--strategy-args", default="", metavar="K=V,…", help="settings of the strategy")
    jury_flags(run, "who marks proofs: a jury, a file, or people")
    add("--system-prompt", metavar="TEXT", help="sent before every question (default: none)")
    add(
        "--num-samples",
        "-n",
        "--n",
        "--epochs",
        "--repeats",
        type=_attempts,
        metavar="N",
        help="attempts per problem (default: the task's, mostly 1; of a recording, all)",
    )
    add(
        "--limit",
        "-L",
        "--max-problems",
        type=positive,
        metavar="N",
        help="only the first N problems",
    )


def _sampled(run: argparse.ArgumentParser) -> None:
    add = run.add_argument
    add("--language", default="", metavar="KEY", help="language asked for (default: the task's)")
    add("--temperature", type=temperature, metavar="X", help="default 1.0")
    add("--top-p", type=_share, metavar="X", help="default 0.95")
    add("--max-tokens", type=positive, metavar="N", help="default 131072")
    add("--seed", type=int, default=0, metavar="N", help="seed of the run (default 0)")


def _carried_out(run: argparse.ArgumentParser) -> None:
    add = run.add_argument
    add(
        "--output-path",
        "-o",
        "--output-dir",
        "--log-dir",
        default="runs",
        metavar="DIR",
        help="where run folders are made (default: runs)",
    )
    add("--resume", metavar="RUN", help="continue this run folder; nothing is done twice")
    add(
        "--phase",
        choices=("both", "generate", "judge"),
        default="both",
        help="do only one half, where the model and its judge do not fit at once",
    )
    add(
        "--shard",
        type=part,
        metavar="I/N",
        help="do only the I-th of N shares of the attempts; `harness merge` puts them together",
    )
    add("--no-report", action="store_true", help="do not write the HTML report")
    add(
        "--max-connections",
        "--num-concurrent",
        type=positive,
        default=64,
        metavar="N",
        help="generations in flight (default 64)",
    )
    slots_flag(run)
    executor_flag(run)
    add(
        "--fail-on-error",
        type=_allowance,
        default=0.0,
        metavar="X",
        help="void attempts allowed before exit code 3: a count, or a share under 1 (default 0)",
    )
    isolation_flags(run, "; results are marked")
    add("--dry-run", action="store_true", help="say what would be done, and end")
    add(
        "--write-out",
        type=positive,
        nargs="?",
        const=1,
        metavar="N",
        help="print what a model would be asked of the first N problems (1), and end",
    )


def _report(report: argparse.ArgumentParser) -> None:
    report.add_argument("runs", nargs="+", metavar="RUN", help="run folders, or packed runs")
    layer_flag(report)
    report.add_argument(
        "--output-path",
        "-o",
        "--output-dir",
        default="",
        metavar="DIR",
        help="where the report is written (default: report, or report.html)",
    )
    report.add_argument(
        "--single-file",
        action="store_true",
        help="one HTML file without submissions in place of a folder",
    )


def _judge(judge: argparse.ArgumentParser) -> None:
    judge.add_argument(
        "package", metavar="PACKAGE", help="package folder, or TASK/PROBLEM of the data store"
    )
    judge.add_argument(
        "submissions",
        nargs="*",
        metavar="SUBMISSION",
        help="a source file, or a folder with all the files of one submission; with --expected, "
        "of the package's own, or a folder of them",
    )
    judge.add_argument(
        "--expected",
        action="store_true",
        help="judge the package's own submissions (or those named) and compare with what it "
        "declares of them; exit 1 when one disagrees",
    )
    judge.add_argument(
        "--validate-inputs",
        action="store_true",
        help="run the package's input validators over its tests first; exit 1 when one refuses",
    )
    _judging(judge)
    judge.add_argument("--json", action="store_true", help="one JSON line per submission")


def _selftest(selftest: argparse.ArgumentParser) -> None:
    selftest.add_argument(
        "targets",
        nargs="+",
        metavar="TASK|PACKAGE",
        help="a task, a package folder, or TASK/PROBLEM of the data store",
    )
    selftest.add_argument(
        "--all",
        action="store_true",
        help="every program of the jury, not only the references and one of each other label",
    )
    selftest.add_argument(
        "--again", action="store_true", help="measure a time limit anew that was inferred before"
    )
    include_flag(selftest)
    _judging(selftest)
    selftest.add_argument("--json", action="store_true", help="one JSON line per program")


def _judging(command: argparse.ArgumentParser) -> None:
    """Add what is common to commands that judge submissions on packages."""
    command.add_argument("--language", default="", metavar="KEY", help="default: by the suffix")
    command.add_argument(
        "--time-limit",
        type=_seconds,
        metavar="SECONDS",
        help="CPU seconds in place of the package's own limit",
    )
    command.add_argument(
        "--allow-missing",
        action="store_true",
        help="judge without the tests that are not in this copy of the package",
    )
    slots_flag(command)
    isolation_flags(command)


def _doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--json", action="store_true", help="for machines")


def _protocols(protocols: argparse.ArgumentParser) -> None:
    protocols.add_argument("names", nargs="*", metavar="NAME", help="show these whole")
    protocols.add_argument("--json", action="store_true", help="for machines")


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the result as JSON")
    command.add_argument("--quiet", "-q", action="store_true", help="no progress, no table")
    command.add_argument("--no-progress", action="store_true", help="no progress")


def _hyphens(word: str) -> str:
    if not word.startswith("--"):
        return word
    name, equals, value = word.partition("=")
    return name.replace("_", "-") + equals + value


def _attempts(text: str) -> int:
    if positive(text) > MOST_ATTEMPTS:
        raise argparse.ArgumentTypeError(f"{text} is more than {MOST_ATTEMPTS:,}")
    return int(text)


def _seconds(text: str) -> float:
    return between(text, 0.001, 600.0)


def _share(text: str) -> float:
    return between(text, 0.0, 1.0)


def _allowance(text: str) -> float:
    return between(text, 0.0, 1e9)
