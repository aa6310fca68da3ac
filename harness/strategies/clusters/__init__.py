"""What ``cluster-tournament`` is made of, a stage each.

==============  ====================================================================
candidates.py   programs for a subtask, those that compile
inputs.py       inputs that the model's generators write and its validators accept
clusters.py     programs that print the same, put together
behaviour.py    the candidates of a problem run on those inputs, and so clustered
duels.py        who meets whom, what a model said of it, and who won how often
judges.py       a model asked about two programs, or about one
ranking.py      clusters in order, by wins, marks, size or trace
round_robin.py  whose turn it is to be handed in
fences.py       how another text stands in a prompt without being part of it
==============  ====================================================================
"""
