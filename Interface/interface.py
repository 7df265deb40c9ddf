#!/usr/bin/env python3
"""What plugins are built against, as text: `Interface/abi.txt`, the C headers with every offset, type and constant, and
`Interface/kit.txt`, what MartletPluginKit shows.

  Interface/interface.py check   says what differs, and exits with 1 (part of make check)
  Interface/interface.py write   notes what is new (make interface); refuses what would break plugins that exist, but for
                            drafts of the interface, unless --break is given
"""
import argparse
import difflib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"]


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}:\n{result.stderr}")
    return result.stdout


def clang(include, target, *arguments):
    with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
        drafts = sorted((include / "martlet/ext/draft").glob("*.h"))
        headers = ["martlet/martlet.h"] + [str(header.relative_to(include)) for header in drafts]
        source.write("".join(f'#include "{header}"\n' for header in headers))
        source.flush()
        # Sizes depend on nothing of the system: its own headers are the compiler's freestanding ones.
        common = ["-std=c11", "-ffreestanding", "-target", target, f"-I{include}"]
        return run(["clang", *common, *arguments, source.name])


def layouts(text):
    """{"struct.field": "at OFFSET: TYPE", "sizeof struct": "SIZE"} of every structure of ours."""
    found = {}
    for block in text.split("*** Dumping AST Record Layout")[1:]:
        lines = block.splitlines()
        name = re.match(r"\s*0 \| struct (martlet_\w+)", lines[1])
        if not name:
            continue
        for line in lines[2:]:
            # A field of ours, not one inside it, which is indented further.
            field = re.match(r"\s*(\d+) \|   (\S.*?) ?(\w+)$", line)
            size = re.match(r"\s*\| \[sizeof=(\d+), align=(\d+)\]", line)
            if field:
                found[f"{name[1]}.{field[3]}"] = f"at {field[1]}: {field[2]}"
            elif size:
                found[f"sizeof {name[1]}"] = size[1]
                found[f"alignof {name[1]}"] = size[2]
    return found


def constants(include):
    found = {}
    for line in clang(include, TARGETS[0], "-dM", "-E").splitlines():
        macro = re.match(r"#define (MARTLET_\w+) (.+)", line)
        if macro and macro[1] not in ("MARTLET_BEGIN", "MARTLET_END", "MARTLET_EXPORT"):
            found[macro[1]] = macro[2]
    tree = json.loads(clang(include, TARGETS[0], "-fsyntax-only", "-Xclang", "-ast-dump=json"))
    for declaration in tree["inner"]:
        if declaration["kind"] == "EnumDecl":
            for constant in declaration["inner"]:
                found[constant["name"]] = constant["inner"][0].get("value", "?")
        elif declaration["kind"] in ("FunctionDecl", "TypedefDecl") and declaration.get("name", "").startswith("martlet"):
            found[f"{declaration['kind'][:-4].lower()} {declaration['name']}"] = declaration["type"]["qualType"]
    return found


def abi(include):
    dumps = [
        layouts(clang(include, target, "-fsyntax-only", "-Xclang", "-fdump-record-layouts-complete")) for target in TARGETS
    ]
    if dumps[0] != dumps[1]:
        sys.exit(f"the layout differs between {TARGETS[0]} and {TARGETS[1]}: use types of fixed width")
    if len(dumps[0]) < 50:
        sys.exit("clang printed no layouts; is it the one of the Swift toolchain?")
    return {**dumps[0], **constants(include)}


def kit(include):
    sources = sorted((ROOT / "Sources/MartletPluginKit").rglob("*.swift"))
    features = ["ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault"]
    # Its own module cache, so that it can run beside a build.
    with tempfile.TemporaryDirectory() as folder:
        run(
            ["swiftc", "-module-name", "MartletPluginKit", "-swift-version", "6", "-emit-module", "-o", f"{folder}/kit"]
            + [part for feature in features for part in ("-enable-upcoming-feature", feature)]
            + ["-emit-symbol-graph", "-emit-symbol-graph-dir", folder, f"-I{include}", *sources]
            + ["-module-cache-path", f"{folder}/cache"]
        )
        graph = json.loads(pathlib.Path(folder, "MartletPluginKit.symbols.json").read_text())
    found = {}
    names = {}
    relations = graph["relationships"]
    with_default = {relation["target"] for relation in relations if relation["kind"] == "defaultImplementationOf"}
    required = {relation["source"] for relation in relations if relation["kind"] == "requirementOf"} - with_default
    for symbol in graph["symbols"]:
        path = ".".join(symbol["pathComponents"])
        names[symbol["identifier"]["precise"]] = path
        if "::SYNTHESIZED::" in symbol["identifier"]["precise"]:
            continue
        text = "".join(fragment["spelling"] for fragment in symbol["declarationFragments"])
        mark = REQUIRED if symbol["identifier"]["precise"] in required else ""
        found[f"{path}: {' '.join(text.split())}{mark}"] = ""
    for relation in relations:
        if relation["kind"] == "conformsTo" and relation["source"] in names:
            protocol = relation.get("targetFallback") or names.get(relation["target"], relation["target"])
            # What the compiler adds by itself differs between its versions.
            if not protocol.startswith("Swift.") or protocol.split(".")[1] in KNOWN:
                found[f"{names[relation['source']]} conforms to {protocol}"] = ""
    return found


# A plugin must implement it: a new one of these breaks those that exist.
REQUIRED = " (required)"
KNOWN = ("Sendable", "Hashable", "Equatable", "Codable", "Encodable", "Decodable", "Error", "CustomStringConvertible")


def text_of(found):
    return "".join(f"{key}{' = ' if value else ''}{value}\n" for key, value in sorted(found.items()))


def parsed(name, text):
    if name == "kit":
        return dict.fromkeys(text.splitlines(), "")
    return dict((line.split(" = ", 1) + [""])[:2] for line in text.splitlines())


def breaks(before, now):
    """What a plugin built against `before` would miss."""
    broken = []
    for key, value in before.items():
        grown = key.startswith("sizeof ") and key in now and int(now[key]) > int(value)
        if now.get(key) != value and not grown:
            broken.append(key)
    return broken + [key for key in now if before and key not in before and key.endswith(REQUIRED)]


def is_draft(key, include):
    drafts = "".join(header.read_text() for header in (include / "martlet/ext/draft").glob("*.h"))
    name = re.sub(r"^(sizeof|alignof|typedef) ", "", key).split(".")[0]
    return re.search(rf"\b{re.escape(name)}\b", drafts) is not None and name.lower().startswith("martlet")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "write"])
    parser.add_argument("--break", dest="breaks", action="store_true", help="write even what breaks plugins that exist")
    parser.add_argument("--include", type=pathlib.Path, default=ROOT / "Sources/MartletABI/include", help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=["abi", "kit"], help="one of the two")
    options = parser.parse_args()
    failed = False
    for name, dump in (("abi", abi), ("kit", kit)):
        if options.only not in (None, name):
            continue
        file = ROOT / f"Interface/{name}.txt"
        before, now = file.read_text() if file.exists() else "", text_of(dump(options.include))
        if before == now:
            continue
        broken = [key for key in breaks(parsed(name, before), parsed(name, now)) if name == "kit" or not is_draft(key, options.include)]
        diff = difflib.unified_diff(before.splitlines(), now.splitlines(), f"{file.relative_to(ROOT)}", "now", lineterm="", n=0)
        print("\n".join(line for line in diff if not line.startswith("@@")))
        if broken:
            print(f"{len(broken)} of these break plugins that were built before: the interface only grows, by appending", file=sys.stderr)
        if options.what == "check" or (broken and not options.breaks):
            failed = True
            if not broken:
                print("the interface grew: note it with make interface", file=sys.stderr)
        else:
            file.write_text(now)
    sys.exit(1 if failed else 0)


main()
