# Leaves files where Python keeps its own: in its folder, the cache, the folder for temporary ones.
# verdict: contained clean
import os
import tempfile

for make in (
    lambda: os.makedirs("__pycache__/deep/er"),
    lambda: open("sitecustomize.py", "w").write("print('LEAK')"),
    lambda: tempfile.NamedTemporaryFile(delete=False).write(b"note"),
    lambda: open("/tmp/note", "w").write("note"),
):
    try:
        make()
    except OSError:
        pass
