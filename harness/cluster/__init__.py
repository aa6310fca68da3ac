"""Judging on many machines: slots elsewhere, with the judge that a machine alone has.

::

    ClusterJudge ── Dispatcher ── RemoteSlot (an actor) ── Slot ── CodeJudge(slots=1)
                               └─ RemoteNode (an actor) ── Shelf: files by content, once per node

What travels for a submission is its source, one message there and its grade, one message back. Only
``ray_cluster.py`` knows Ray.
"""
