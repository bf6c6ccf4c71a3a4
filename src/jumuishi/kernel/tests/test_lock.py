"""One holder per data folder, however the holder ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jumuishi.kernel.postgres import AlreadyRunning, Lock

HOLDER = """
import sys, time
from pathlib import Path
from jumuishi.kernel.postgres import Lock
Lock(Path(sys.argv[1]), "the data").acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_holder_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock", "the data"), Lock(tmp_path / "lock", "the data")
    first.acquire()
    with pytest.raises(AlreadyRunning, match=f"the data is already in use by process {os.getpid()}"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=f"by process {holder.pid}"):
            Lock(tmp_path / "lock", "the data").acquire()
        holder.send_signal(signal.SIGKILL)
    after = Lock(tmp_path / "lock", "the data")
    after.acquire()
    after.release()
