"""Attacks that a model could write into a proof, by kind."""

from __future__ import annotations

PAYLOADS: dict[str, str] = {
    "script in a text of a formula": r"$\text{<script>alert(1)</script>}$",
    "script in a tag": r"\[ x \tag{<script>alert(1)</script>} \]",
    "script in a name of an operator": r"$\operatorname{<img src=x onerror=alert(1)>}$",
    "script in an error": r"$\<script>alert(1)</script>$",
    "script in an environment's name": r"\begin{<script>}x\end{<script>}",
    "script beside a formula": r"$x$<script>alert(1)</script>$y$",
    "script out of an element": r"$\text{</mtext></math><script>alert(1)</script>}$",
    "script in HTML of MathML": r"$\text{<annotation-xml encoding='text/html'><script>}$",
    "script in a block": "<div><script>\nalert(1)\n</script></div>\n",
    "handler": r"<svg onload=alert(1)><math href='javascript:alert(1)'>x</math>",
    "address in a formula": r"$\href{javascript:alert(1)}{x}$ $\url{javascript:alert(1)}$",
    "address in Markdown": "[x](javascript:alert(1)) <javascript:alert(1)> ![x](http://127.0.0.1/x)",
    "address behind a name": "[x][y]\n\n[y]: javascript:alert(1)\n",
    "style": r"$\style{position:fixed}{x} \class{evil}{x} \cssId{top}{x} \color{#fff}{x}$",
    "id of a line": r"\begin{align} x \label{top\" onload=\"alert(1)} \end{align}",
    "picture": r"$\includegraphics{http://127.0.0.1/x} \unicode{x3c}script\unicode{x3e}$",
    "entities": "&lt;script&gt; &#60;script&#62; &#x202e; &#xE000;0&#xE001; &amp;lt;",
    "attribute of code": '```"><script>alert(1)</script>\nx\n```\n~~~ onload=alert(1)\nx\n~~~\n',
    "holes of our own": "\ue0000\ue001 <b>\ue000</b> $x$",
    "hidden characters": "\u202egnp\u202c \u200b\x00\x1b[31m $\u202ex$ \\(\u2066a\\)",
    "a formula that moves": r"$\hspace{-900em}x \kern-900em \raisebox{900em}{x} \mskip900mu x$",
    "a formula that hides": r"$\phantom{secret}\hphantom{secret}\vphantom{secret}$",
    "definitions without an end": r"$\def\a{\a\a}\a$ $\newcommand{\b}{\b\b}\b$ $\let\c\c\c$",
    "braces": "$" + "{" * 900 + "x" + "}" * 900 + "$ $" + "{" * 30_000 + "$",
    "roots": "$" + r"\sqrt" * 20_000 + "x$ $" + r"\frac" * 600 + "x$",
    "scripts of scripts": "$" + "x^{" * 900 + "}" * 900 + "$",
    "left without right": "$" + r"\left(" * 20_000 + "$",
    "delimiters that never close": r"\(" * 5_000 + r"\[" * 5_000 + "$$x\n\n" * 2_000,
    "brackets and stars": "[" * 5_000 + "*" * 5_000 + "`" * 3_001 + "_a" * 3_000,
    "quotes of quotes": "> " * 3_000
    + "\n"
    + "- " * 3_000
    + "\n"
    + "\n".join("  " * 500 for _ in "ab"),
}
