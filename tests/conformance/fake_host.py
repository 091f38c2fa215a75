"""A stand-in for the simulated RHS: its first argument says how it misbehaves."""

import json
import os
import sys
import time


def say(**members: object) -> None:
    """Write one record."""
    sys.stdout.write(json.dumps(members) + "\n")
    sys.stdout.flush()


def lifecycle(message: dict[str, object]) -> None:
    """Answer one command the way a real host does, with a call that returns."""
    name = message["resource"]
    say(seq=1, time=0, thread="rhs-1", event="call", resource=name, call=1, entry="Online")
    say(seq=2, time=3, thread="rhs-1", event="return", resource=name, call=1, entry="Online",
        result=0, elapsed=3, output="0aff")  # fmt: skip
    say(seq=3, time=3, thread="rhs-1", event="state", resource=name, rhs="Online", rcm="Online",
        **{"from": "OnlineInProgress"}, transition="T-15")  # fmt: skip
    say(event="done", id=message["id"], ok=True, result={"answer": 42})


def misbehave(kind: str, message: dict[str, object]) -> None:
    """Do what the test asked for instead of answering."""
    say(seq=1, time=0, thread="rhs-1", event="call", resource="a", call=7, entry="IsAlive")
    if kind == "hang":
        time.sleep(600)
    if kind == "fork-and-hang":
        os.fork()
        time.sleep(600)
    if kind == "crash":
        sys.stderr.write("assertion failed\n")
        sys.stderr.flush()
        os._exit(3)
    if kind == "abort":
        os.abort()
    if kind == "garbage":
        sys.stdout.write("Segmentation \x00 fault\n")
    if kind == "refuse":
        say(event="done", id=message["id"], ok=False, error="no such resource")
    if kind == "lost":
        say(event="lost", reason="deadlock", transition="T-38", resource="a")
        say(event="final", dump={"values": {}})
        os._exit(70)
    sys.stdout.flush()


def main() -> None:
    """Read commands until the input ends."""
    kind = os.environ.get("FAKE_HOST", "good")
    if kind == "deaf":
        time.sleep(600)
    for line in sys.stdin:
        message = json.loads(line)
        if message["command"] == "quit":
            say(event="leak", kind="handle", text="one event")
            say(event="done", id=message["id"], ok=True)
            return
        if kind == "good":
            lifecycle(message)
        else:
            misbehave(kind, message)


main()
