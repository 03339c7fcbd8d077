"""LLM Guard's input scanners that need no download: secrets, invisible text, a pattern, substrings."""

import importlib.util
import logging
import sys
from types import ModuleType

import structlog


def open_package(name):
    """Imports a package without what its `__init__` loads: all scanners, torch and transformers."""
    package = ModuleType(name)
    package.__path__ = importlib.util.find_spec(name).submodule_search_locations
    sys.modules[name] = package


open_package("llm_guard")
open_package("llm_guard.input_scanners")

from llm_guard.input_scanners.ban_substrings import BanSubstrings  # noqa: E402
from llm_guard.input_scanners.invisible_text import InvisibleText  # noqa: E402
from llm_guard.input_scanners.regex import Regex  # noqa: E402
from llm_guard.input_scanners.secrets import Secrets  # noqa: E402

from contestant import read, serve  # noqa: E402

# It logs a line for each finding otherwise, which would be measured with it.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

SCANNERS = [
    Secrets(),
    InvisibleText(),
    Regex(patterns=[r"Bearer [A-Za-z0-9-._~+/]+"], redact=True),
    BanSubstrings(substrings=["zebra crossing"]),
]
MASK = "******"


def find(text):
    """It gives the masked text back, not the values: they are what stood where a mask is."""
    masked, clean, _ = SCANNERS[0].scan(text)
    if clean:
        return []
    values, rest = [], text
    parts = masked.split(MASK)
    for before, after in zip(parts, parts[1:]):
        rest = rest[len(before):]
        end = rest.find(after) if after else len(rest)
        values.append(rest[:end])
        rest = rest[end:]
    return values


def check(text):
    return sum(not scanner.scan(text)[1] for scanner in SCANNERS)


serve(find, read, check)
