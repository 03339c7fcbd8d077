#!/usr/bin/env python3
"""Slow connections against a gateway on this machine, and what a normal client sees meanwhile.

    bench/slow.py --port 8080 --pid $(pidof guardmesh) --connections 10000 --kind silent,head,body

Kinds: silent (says nothing), head (a byte of a head a second), body (a byte of a body a second), unread (asks again
and again, reads no answer), ping (HTTP/2 with no request, only PING). With `--tls` the attackers begin a handshake and
no more, and the normal client speaks TLS. Attackers come from several addresses of 127.0.0.0/8, as many as the cap on connections of one
client asks for. Everything ends after `--seconds`. Standard library only.
"""

import argparse
import multiprocessing
import os
import resource
import socket
import ssl
import statistics
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
PING = b"\x00\x00\x08\x06\x00\x00\x00\x00\x00" + b"guardmsh"
HEAD = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n"
BODY = b"POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
ASK = b"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n"

FIRST = {"silent": b"", "head": HEAD, "body": BODY, "unread": ASK, "ping": PREFACE}
EACH = {"silent": b"", "head": b"x", "body": b" ", "unread": ASK, "ping": PING}
TLS_FIRST = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
# Connections of one process, and of one address.
SHARE = 2500
ADDRESS = 900


def open_one(port, number):
    """A connection from the attacker's address of this number; None if the kernel has no room."""
    connection = socket.socket()
    connection.setblocking(False)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.bind((f"127.0.1.{1 + number // ADDRESS}", 0))
    connection.connect_ex(("127.0.0.1", port))
    return connection


def attack(arguments, kind, numbers, end, reconnects):
    """Holds the connections of these numbers until the end; opens those anew that are closed."""
    first = TLS_FIRST if arguments.tls else FIRST[kind]
    held = {}
    while time.monotonic() < end:
        for number in numbers:
            state = held.get(number)
            if state is None:
                held[number] = [open_one(arguments.port, number), False]
                continue
            connection, begun = state
            try:
                data = EACH[kind] if begun else first
                if data:
                    connection.send(data)
                state[1] = True
                if kind != "unread" and connection.recv(4096) == b"":
                    raise ConnectionResetError
            except BlockingIOError:
                pass
            except OSError:
                connection.close()
                del held[number]
                with reconnects.get_lock():
                    reconnects.value += 1
        time.sleep(1)
    for connection, _ in held.values():
        connection.close()


def ask(arguments, patience):
    """Seconds that a new, normal client waits for its answer; None when it gives up."""
    began = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", arguments.port), timeout=patience) as connection:
            if arguments.tls:
                context = ssl.create_default_context()
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                connection = context.wrap_socket(connection)
            connection.sendall(HEAD + b"connection: close\r\n\r\n")
            answer = connection.recv(4096)
            return time.monotonic() - began if answer.startswith(b"HTTP/1.1 200") else None
    except OSError:
        return None


def memory(pid, name):
    """MiB, by a name in /proc/PID/status."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith(name))
    return int(line.split()[1]) / 1024


def open_files(pid):
    """How many sockets and files the process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def run(arguments, kind):
    """One kind of attack; prints one line."""
    with open(f"/proc/{arguments.pid}/clear_refs", "w", encoding="ascii") as clear:
        clear.write("5")
    before = memory(arguments.pid, "VmRSS")
    files = open_files(arguments.pid)
    end = time.monotonic() + arguments.seconds
    reconnects = multiprocessing.Value("q", 0)
    parts = [range(at, min(at + SHARE, arguments.connections)) for at in range(0, arguments.connections, SHARE)]
    attackers = [
        multiprocessing.Process(target=attack, args=(arguments, kind, part, end, reconnects), daemon=True)
        for part in parts
    ]
    for attacker in attackers:
        attacker.start()
    waits, most = [], 0
    while time.monotonic() < end:
        waits.append(ask(arguments, arguments.patience))
        most = max(most, open_files(arguments.pid) - files)
        time.sleep(0.2)
    for attacker in attackers:
        attacker.join()
    ended = time.monotonic()
    while ask(arguments, arguments.patience) is None:
        pass
    healed = time.monotonic() - ended
    answered = [wait for wait in waits if wait is not None]
    slowest = max(answered, default=float("nan"))
    median = statistics.median(answered) if answered else float("nan")
    print(
        f"{kind:8} held {most:6}  reopened {reconnects.value:6}  answered {len(answered)}/{len(waits)}"
        f"  median {median * 1000:.1f} ms  slowest {slowest * 1000:.0f} ms  healed {healed * 1000:.0f} ms"
        f"  MiB before {before:.0f} most {memory(arguments.pid, 'VmHWM'):.0f} after {memory(arguments.pid, 'VmRSS'):.0f}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--kind", default=",".join(FIRST))
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--patience", type=float, default=10)
    parser.add_argument("--tls", action="store_true")
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for kind in arguments.kind.split(","):
        run(arguments, kind)


if __name__ == "__main__":
    main()
