"""Server-sent events, in pieces cut anywhere."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harness.backends.openai.events import Event, EventReader

TEXT = st.text(max_size=30)


def read(pieces: list[bytes]) -> list[Event]:
    reader = EventReader()
    found = [event for piece in pieces for event in reader.feed(piece)]
    return [*found, *reader.close()]


@st.composite
def streams_in_pieces(draw: st.DrawFn) -> tuple[list[str], list[bytes]]:
    """Draw texts, a stream that says them in JSON, and the places it is cut at."""
    texts = draw(st.lists(TEXT, max_size=6))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines: list[str] = []
    for text in texts:
        lines += draw(st.lists(st.sampled_from([": ping", "id: 3", "retry: 9", ""]), max_size=2))
        space = draw(st.sampled_from(["", " "]))
        lines += [f"data:{space}{json.dumps(text, ensure_ascii=False)}", ""]
    raw = "".join(line + end for line in lines).encode()
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    edges = [0, *cuts, len(raw)]
    return texts, [raw[a:b] for a, b in pairwise(edges)]


@given(streams_in_pieces())
def test_events_do_not_depend_on_how_the_bytes_arrive(drawn: tuple[list[str], list[bytes]]) -> None:
    """Cut inside a character, a line end or a field: the same texts come out, in order."""
    texts, pieces = drawn
    assert [json.loads(event.data) for event in read(pieces)] == texts


@given(st.lists(st.binary(max_size=40)))
def test_any_bytes_are_read_without_harm(pieces: list[bytes]) -> None:
    """Whatever is sent, reading it in pieces gives what reading it at once gives."""
    assert read(pieces) == read([b"".join(pieces)])


def test_lines_of_one_event_are_joined() -> None:
    """Several data lines are one text with line breaks; other fields do not mix in."""
    raw = b"\xef\xbb\xbfevent: error\ndata: {\ndata:  1}\nnonsense\n\ndata: last"
    assert read([raw]) == [Event("error", "{\n 1}"), Event("", "last")]


def test_a_long_line_in_small_pieces_is_joined_once() -> None:
    """Some megabytes in thousands of pieces are read in one go, not copied with every piece."""
    pieces = [b"data: ", *[b"x" * 1000] * 5000, b"\n\n"]
    (event,) = read(pieces)
    assert event.data == "x" * 5_000_000
