"""Attacks made of attacks: joined, cut, repeated and shuffled, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.reports.payloads import PAYLOADS

CANARY = "globalThis.ran=1;document.title='owned';new Image().src='{address}/x'"
"""What an attack does: it leaves its mark in the page, and calls home."""

CLOSERS = (
    *('"', "'", "`", ">", "-->", "]]>", "</", "/>", "\\", "\n", "\n\n", "\t", "\r", "\x00", "="),
    *("</title>", "</style>", "</script>", "</textarea>", "</noscript>", "</pre>", "</code>"),
    *("</details>", "</table>", "</td>", "</svg>", "</math>", "</mtext>", "</annotation-xml>"),
    *("{{", "}}", "{%", "%}", "$", "$$", r"\(", r"\)", r"\[", r"\]", "```", "~~~", "|", "|-|\n"),
    *("> ", "- ", "# ", "*", "_", "&lt;", "&#60;", "&#x3c;", "&quot;", "&", "{", "}", r"\text{"),
    *("\u202e", "\u200b", "\u2028", "\ue000", "\ue0000\ue001", "\x1b[31m", "\ufeff", "\uff1c"),
)
"""What ends the place that a text stands in, or begins another."""

BOMBS = (
    "<script>{ran}</script>",
    '<img src=x onerror="{ran}">',
    "<img src={address}/image>",
    "<svg onload={ran}>",
    "<svg><script>{ran}</script></svg>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror={ran}></annotation-xml></math>",
    "<math><mtext><style><img src=x onerror={ran}></style></mtext></math>",
    "<body onload={ran}>",
    "<details open ontoggle={ran}>x</details>",
    "<input autofocus onfocus={ran}>",
    "<iframe src={address}/frame></iframe>",
    '<iframe srcdoc="<script>{ran}</script>"></iframe>',
    "<object data={address}/object></object><embed src={address}/embed>",
    "<link rel=stylesheet href={address}/sheet><link rel=dns-prefetch href={address}>",
    "<style>@import '{address}/import';*{{background:url({address}/ground)}}</style>",
    "<meta http-equiv=refresh content='0;url={address}/away'>",
    "<base href='{address}/'><form action={address}/form><button autofocus>x</button></form>",
    "<video src={address}/video onerror={ran}></video><audio src={address}/audio autoplay>",
    '<a href="javascript:{ran}" autofocus onfocus={ran}>x</a>',
    '<template><script>{ran}</script></template><noscript><p title="</noscript><img src=x '
    'onerror={ran}>">',
    '" autofocus tabindex=1 onfocus="{ran}" x="',
    "' style='background:url({address}/style)' onmouseover='{ran}' x='",
    "javascript:{ran}",
    "data:text/html,<script>{ran}</script>",
    "[x](javascript:{ran}) ![x]({address}/picture) <{address}/auto>",
    r"$\href{{javascript:{ran}}}{{x}}$ $\text{{<img src=x onerror={ran}>}}$",
    r"\[ \style{{background:url({address}/tex)}}{{x}} \includegraphics{{{address}/tex}} \]",
)
"""What runs, or calls home, as soon as it is more than text."""

LONGEST = 700
"""Characters of a mutant."""


def armed(text: str, address: str) -> str:
    """Return a payload whose script is the canary, and whose addresses are ``address``."""
    ran = CANARY.format(address=address)
    return text.replace("alert(1)", ran).replace("http://127.0.0.1", address)


def mutants(count: int, address: str, *, seed: int = 0) -> list[str]:
    """Return so many texts, each of them an attack with changes, the same for the same seed.

    The first are the payloads and the bombs as they are; no text is there twice.
    """
    chance = random.Random(seed)
    ran = CANARY.format(address=address)
    bombs = [bomb.format(ran=ran, address=address) for bomb in BOMBS]
    whole = [armed(payload, address)[:LONGEST] for payload in PAYLOADS.values()]
    found = dict.fromkeys([*whole, *bombs])
    while len(found) < count:
        found.setdefault(_mutant([*whole, *bombs], bombs, chance))
    return list(found)[:count]


def _mutant(whole: Sequence[str], bombs: Sequence[str], chance: random.Random) -> str:
    parts = [_piece(whole, chance) for _ in range(chance.randrange(3))]
    parts += [chance.choice(bombs) for _ in range(chance.randrange(1, 3))]
    parts += [chance.choice(CLOSERS) for _ in range(chance.randrange(6))]
    chance.shuffle(parts)
    text = "".join(parts)
    for _ in range(chance.randrange(4)):
        text = _changed(text, chance)
    start = chance.randrange(max(1, len(text) - LONGEST + 1))
    return text[start : start + LONGEST]


def _piece(whole: Sequence[str], chance: random.Random) -> str:
    text = chance.choice(whole)
    start = chance.randrange(len(text))
    return text[start : start + chance.randrange(1, 200)]


def _changed(text: str, chance: random.Random) -> str:
    """Return a text with one thing done to it."""
    at, other = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    other = min(other, at + 12)
    match chance.randrange(7):
        case 0:
            return text[:at] + chance.choice(CLOSERS) + text[at:]
        case 1:
            return text[:at] + text[other:] or "<"
        case 2:
            return text[:at] + text[at:other] * 3 + text[other:]
        case 3:
            return text[:at] + text[at:other].swapcase() + text[other:]
        case 4:
            return text[:at] + "".join(f"&#{ord(c)};" for c in text[at:other]) + text[other:]
        case 5:
            return text.replace(" ", chance.choice(["/", "\n", "\t", "\x0c", "\u00a0"]), 2)
        case _:
            return text[:at] + text[at:other][::-1] + text[other:]
