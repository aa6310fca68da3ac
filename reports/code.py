"""Sources in colour: the words of C and C++ found in one pass, and six classes to show them.

One expression finds all of them and never goes back over what it has read, so no source can keep
it busy. A lexer that knows the whole grammar (Pygments) needs ten times as long for the same six
classes, and minutes for 100 kB of empty lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

COLOURED = 200_000
"""Characters up to which a source is coloured: colours can make a page eight times as large."""

_FAMILY = frozenset({"c", "cpp"})
"""Languages that are coloured, without their year: ``cpp17`` is ``cpp``."""

_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    alignas alignof asm auto bool break case catch char char16_t char32_t char8_t class co_await
    co_return co_yield concept const const_cast consteval constexpr constinit continue decltype
    default delete do double dynamic_cast else enum explicit export extern final float for friend
    goto if import inline int long module mutable namespace new noexcept operator override private
    protected public register reinterpret_cast requires restrict return short signed sizeof static
    static_assert static_cast struct switch template this thread_local throw try typedef typeid
    typename typeof union unsigned using virtual void volatile while __int128
    _Alignas _Alignof _Atomic _Bool _Complex _Generic _Noreturn _Static_assert _Thread_local
    """,
    )
)

_TOKEN = re.compile(
    r"""
    (?P<c> // (?: [^\\\n] | \\. )*+
         | /\* [^*]*+ (?: \* (?!/) [^*]*+ )*+ (?: \*/ )?
    )
    | ^ (?P<p> [^\S\n]*+ \# [^\S\n]*+
        (?: include\b [^\S\n]*+ | (?: [^/\\\n] | / (?![/*]) | \\. )*+ )
    ) (?P<file> (?: < [^<>\n]*+ >? | " [^"\n]*+ "? ) )?
    | (?P<s> (?: u8 | [LuU] )? R" (?P<raw> [^()\\\s"]{0,16} ) \(
             [^)]*+ (?: \) (?! (?P=raw) " ) [^)]*+ )*+ (?: \) (?P=raw) " )?
         | (?: u8 | [LuU] )? " (?: [^"\\\n] | \\. )*+ "?
         | (?: u8 | [LuU] )? ' (?: [^'\\\n] | \\. )*+ '?
    )
    | (?P<n> \.? \d (?: [eEpP][+-] | '\w | [\w.] )*+ )
    | (?P<word> [^\W\d] \w*+ )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""What has a class, and every word: comment, directive and the file it names, string, number."""


def pieces(source: str, language: str) -> list[tuple[str, str]]:
    """Return a source as pairs of class and text; the class is empty where there is none."""
    if language.rstrip("0123456789") not in _FAMILY or len(source) > COLOURED:
        return [("", source)]
    joined: list[tuple[str, list[str]]] = []
    for name, text in _tokens(source):
        # White space takes the colour of what it follows: it cannot be seen, and it is short.
        if joined and (joined[-1][0] == name or text.isspace()):
            joined[-1][1].append(text)
        elif text:
            joined.append((name, [text]))
    return [(name, "".join(texts)) for name, texts in joined] or [("", source)]


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Yield the whole source, piece by piece, each with its class."""
    last = 0
    for match in _TOKEN.finditer(source):
        name = match.lastgroup
        start, end = match.span()
        if name == "word":
            if not (match[0] in _KEYWORDS or match[0].endswith("_t")):
                continue
            name = "k"
        yield "", source[last:start]
        if name == "file":
            yield "p", match["p"]
            name, start = "s", match.start("file")
        yield name or "", source[start:end]
        last = end
    yield "", source[last:]
