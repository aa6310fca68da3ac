"""Charts as plain SVG: pure functions from numbers to shapes, each with the table it draws.

==============  =======================================================================
file            noun
==============  =======================================================================
figure.py       a chart: shapes, words and its table
axis.py         a scale with its ticks, linear or by powers
curves.py       lines over a budget: submissions, attempts, pass@k
scatter.py      points against tokens, with the line of those that nothing beats
mix.py          verdicts as stacked bars
lengths.py      output tokens of solved and unsolved attempts
dots.py         marks of judges beside each other
differences.py  a comparison, problem by problem
heat.py         contestants by subtasks
==============  =======================================================================

No clock, no random number, no library: the same numbers give the same bytes. What is drawn is in
the table under the chart too; colour never tells anything alone.
"""
