"""A remote guard: finds names that must not leave the house, such as those of unreleased products.

Which names is for the parameters of the custom guard to say: {"names": ["Bluebird", …]}.
"""

import argparse
import hmac
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf.json_format import MessageToDict
from guardmesh.guards.v1 import guards_service_pb2 as guards
from guardmesh.guards.v1 import remote_guard_pb2 as contract
from guardmesh.guards.v1 import remote_guard_pb2_grpc as service

MAX_NAMES = 1000
# The most that one answer may have.
MAX_FINDINGS = 1000


def names_in(parameters):
    """The names to look for; refuses parameters that say something else."""
    names = MessageToDict(parameters).get("names")
    well_formed = isinstance(names, list) and all(isinstance(name, str) and name for name in names)
    if not well_formed or not 0 < len(names) <= MAX_NAMES:
        raise ValueError(f"names must be a list of 1 to {MAX_NAMES} texts")
    return names


def find(text, names):
    """The places of the names in the text, in bytes of its UTF-8: Python itself counts characters."""
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    places, byte, character = [], 0, 0
    for match in pattern.finditer(text):
        byte += len(text[character : match.start()].encode())
        end = byte + len(match.group().encode())
        places.append((byte, end))
        byte, character = end, match.end()
        if len(places) == MAX_FINDINGS:
            break
    return places


class Guard(service.RemoteGuardServicer):
    def __init__(self, token):
        self._expected = f"Bearer {token}" if token else None

    def Inspect(self, request, context):
        if self._expected is not None:
            given = dict(context.invocation_metadata()).get("authorization", "")
            if not hmac.compare_digest(given.encode(), self._expected.encode()):
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "another authorization is expected")
        try:
            names = names_in(request.parameters)
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        findings = [
            contract.RemoteFinding(
                byte_range=guards.TextRange(start=start, end=end),
                rule_id="unreleased_name",
                category="confidential",
                severity=guards.SEVERITY_HIGH,
                score=0.9,
            )
            for start, end in find(request.text, names)
        ]
        return contract.InspectResponse(findings=findings)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:50061")
    arguments = parser.parse_args()
    server = grpc.server(ThreadPoolExecutor(max_workers=8), maximum_concurrent_rpcs=64)
    service.add_RemoteGuardServicer_to_server(Guard(os.environ.get("GUARD_TOKEN")), server)
    port = server.add_insecure_port(arguments.listen)
    server.start()
    host = arguments.listen.rpartition(":")[0]
    print(f"http://{host}:{port}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: server.stop(grace=1))
    server.wait_for_termination()


if __name__ == "__main__":
    main()
