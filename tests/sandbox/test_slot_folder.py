"""A slot's folder is its owner's as long as the owner lives, wherever that is."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.embedded import EmbeddedBox
from sandbox.slot_folder import SlotFolder
from tests.fakes import slots

OPEN_ONE = (
    "import sys\n"
    "from pathlib import Path\n"
    "from sandbox.slot_folder import SlotFolder\n"
    "folder = SlotFolder(Path(sys.argv[1]))\n"
    "(folder.path / 'something').write_text('')\n"
    "print(folder.path, flush=True)\n"
)
ELSEWHERE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
"""Another container, as far as processes go: none of ours can be seen there."""


def names(place: Path) -> list[str]:
    return sorted(item.name for item in place.iterdir() if item.is_dir())


def test_a_folder_of_another_container_is_left_alone(tmp_path: Path) -> None:
    """A slot opened where our process cannot be seen does not remove our folder."""
    folder = SlotFolder(tmp_path)
    command = [*ELSEWHERE, sys.executable, "-c", OPEN_ONE, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert folder.path.is_dir()
    assert Path(done.stdout.strip()) != folder.path
    folder.remove()
    assert not folder.path.exists()


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    """The folder of a process that was killed goes when the next slot is opened."""
    code = OPEN_ONE + "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -9
    left = Path(done.stdout.strip())
    assert (left / "something").exists()
    folder = SlotFolder(tmp_path)
    assert names(tmp_path) == [folder.path.name]
    folder.remove()
    folder.remove()
    assert [place.name for place in tmp_path.iterdir()] == [".lock"]


def test_folders_opened_at_once_do_not_remove_each_other(tmp_path: Path) -> None:
    """Of many slots opened at the same moment each has its folder."""
    found: list[SlotFolder] = []
    threads = [
        threading.Thread(target=lambda: found.append(SlotFolder(tmp_path))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(tmp_path) == sorted(folder.path.name for folder in found)
    assert len(found) == 16
    for folder in found:
        folder.remove()


def test_a_slot_holds_its_folder(cache: Path) -> None:
    """An open slot keeps its folder while others come and go, and takes it along in the end."""
    with EmbeddedBox(cache) as box:
        place = slots.slot_of(box)
        with EmbeddedBox(cache):
            pass
        assert place.is_dir()
        assert box.read(box.put(b"still there")) == b"still there"
    assert not place.exists()


def test_two_threads_may_remove_it_at_once(tmp_path: Path) -> None:
    """Its descriptor is closed once: closed twice, it may be another file's by then."""
    for _ in range(20):
        folder = SlotFolder(tmp_path)
        for name in range(50):
            (folder.path / str(name)).write_text("")
        barrier = threading.Barrier(2)

        def remove(folder: SlotFolder = folder, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            folder.remove()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(remove), pool.submit(remove)]:
                done.result()
        assert not folder.path.exists()
