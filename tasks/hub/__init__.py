"""Public sets on a hub, one adapter a file: their tables become what ``add_data`` takes in.

A further set is one more file: a class with ``name``, ``repositories`` and ``convert`` (see
:mod:`harness.hub.public_set`), and its name in ``public`` of the task.
"""
