"""How a peer in Python is spoken to; bench/src/guards/contestant.rs describes the lines.

What must not enter: anything about one peer.
"""

import json
import sys
import time


def serve(find, load, check):
    """Answers until the input ends.

    `find(text)` gives the values that are found in it; `load(path)` what `check` takes, before the
    clock runs; `check` gives how many findings there are.
    """
    answers = sys.stdout
    # Whatever the peer prints must not stand between the answers.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        if "find" in request:
            answer = {"found": list(find(request["find"]))}
        else:
            loaded = [load(path) for path in request["scan"]]
            findings, micros = 0, []
            for _ in range(request["times"]):
                for text in loaded:
                    start = time.perf_counter_ns()
                    findings += check(text)
                    micros.append((time.perf_counter_ns() - start) / 1000)
            answer = {"findings": findings, "micros": micros}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()
