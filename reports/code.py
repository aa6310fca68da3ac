"""Sources in colour: the words of C, C++ and Python found in one pass, in six classes.

One expression a language finds all of them and never goes back over what it has read, so no source
can keep it busy. A lexer that knows the whole grammar (Pygments) needs ten times as long for the
same six classes, and minutes for 100 kB of empty lines.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Set

COLOURED = 200_000
"""Characters up to which a source is coloured: colours can make a page eight times as large."""

_C_KEYWORDS = frozenset(
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

_C = re.compile(
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

_PYTHON = re.compile(
    r"""
    (?P<c> \# [^\n]*+ )
    | (?P<s> (?: [bBfFrRuU]{1,2} (?=["']) )?
        (?: "{3} (?: [^"\\] | \\. | "{1,2} (?!") )*+ (?: "{3} )?
          | '{3} (?: [^'\\] | \\. | '{1,2} (?!') )*+ (?: '{3} )?
          | " (?: [^"\\\n] | \\. )*+ "?
          | ' (?: [^'\\\n] | \\. )*+ '?
        )
    )
    | (?P<n> \.? \d (?: [eE][+-] | [\w.] )*+ )
    | (?P<word> [^\W\d] \w*+ )
    """,
    re.VERBOSE | re.DOTALL,
)
"""The same of Python; what stands in the braces of an f-string is string."""

_PYTHON_KEYWORDS = frozenset(keyword.kwlist)

_LANGUAGES: dict[str, tuple[re.Pattern[str], Set[str]]] = {
    "c": (_C, _C_KEYWORDS),
    "cpp": (_C, _C_KEYWORDS),
    "pypy": (_PYTHON, _PYTHON_KEYWORDS),
    "python": (_PYTHON, _PYTHON_KEYWORDS),
}
"""By language without its year or version: ``cpp17`` is ``cpp``."""


def pieces(source: str, language: str) -> list[tuple[str, str]]:
    """Return a source as pairs of class and text; the class is empty where there is none."""
    found = _LANGUAGES.get(language.rstrip("0123456789"))
    if found is None or len(source) > COLOURED:
        return [("", source)]
    joined: list[tuple[str, list[str]]] = []
    for name, text in _tokens(source, *found):
        # White space takes the colour of what it follows: it cannot be seen, and it is short.
        if joined and (joined[-1][0] == name or text.isspace()):
            joined[-1][1].append(text)
        elif text:
            joined.append((name, [text]))
    return [(name, "".join(texts)) for name, texts in joined] or [("", source)]


def _tokens(source: str, token: re.Pattern[str], keywords: Set[str]) -> Iterator[tuple[str, str]]:
    """Yield the whole source, piece by piece, each with its class."""
    last = 0
    for match in token.finditer(source):
        name = match.lastgroup
        start, end = match.span()
        if name == "word":
            if not (match[0] in keywords or (token is _C and match[0].endswith("_t"))):
                continue
            name = "k"
        yield "", source[last:start]
        if name == "file":
            yield "p", match["p"]
            name, start = "s", match.start("file")
        yield name or "", source[start:end]
        last = end
    yield "", source[last:]
