"""Runs `sru-ner` commands fast: a process that has imported all, and forks for each command.

`python fork_server.py SOCKET` listens at a Unix socket. A client sends its three streams with the
working directory, the arguments and the environment, and gets the command's status. The client is
the program `sru-ner` on the path of a test's shell (`write_client`).
"""

import atexit
import gc
import json
import os
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Never

_CLIENT = """\
#!{python} -S
import json, os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect({address!r})
said = json.dumps([os.getcwd(), sys.argv[1:], dict(os.environ)]).encode()
socket.send_fds(s, [len(said).to_bytes(4, "big")], [0, 1, 2])
s.sendall(said)
sys.exit(s.recv(1)[0])
"""


def write_client(program: Path, address: Path) -> None:
    """Write the program that sends its command to the server at a socket."""
    program.write_text(_CLIENT.format(python=sys.executable, address=str(address)))
    program.chmod(0o755)


def _serve(address: str) -> None:
    # What commands import late is here for all of them, too.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: F401
    from transformers import BertModel, BertTokenizer  # noqa: F401

    import sru_ner.annotation.job
    import sru_ner.fitting.run
    import sru_ner.predictions
    import sru_ner.rendering.pages  # noqa: F401
    from sru_ner.cli.main import main

    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    print("ready", flush=True)
    gc.freeze()  # else a collection in a child copies the pages of all that is imported
    while True:
        client, _ = server.accept()
        length, streams, _, _ = socket.recv_fds(client, 4, 3)
        said = b""
        while len(said) < int.from_bytes(length, "big"):
            said += client.recv(65536)
        folder, arguments, environment = json.loads(said)
        child = os.fork()
        if child == 0:
            _become(folder, arguments, environment, streams)
            _end_at_once(main)
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        client.sendall(bytes([os.waitstatus_to_exitcode(status) & 255]))
        client.close()


def _become(folder: str, arguments: list, environment: dict, streams: list[int]) -> None:
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["sru-ner", *arguments]


def _end_at_once(command: Callable[[], object]) -> Never:
    """Run a command and end the process, without two seconds in which Python takes itself apart."""
    status = 1
    try:
        command()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1])
