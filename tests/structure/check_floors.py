#!/usr/bin/env python3
"""Checks the structure of the tree: who includes whom, third-party headers where they belong, file and function sizes.

    tests/structure/check_floors.py [ROOT]

Prints one line a violation, `FILE:LINE: rule: text`, and exits 1 if there was any. The rules are those of the README's
map of the floors; a rule that stands here is one that a program can judge.
"""

import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

from qt_widgets_headers import QT_WIDGETS_HEADERS
from source_text import functions, without_comments

FLOORS = ("engine", "debugger", "widgets", "app")  # lowest first; a floor includes itself and those below

TOP_LEVEL = {
    "CMakeLists.txt", "app", "engine", "debugger", "widgets", "resources", "tests", "packaging", "README.md",
    "CMakePresets.json", ".ci", ".clang-format", ".clang-tidy", ".gitignore", "LICENSE",
}  # fmt: skip

MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 80
TABLE_MARK = "// A pure table."  # near the head of a file that is exempt from the size limit

# Put together from halves, so that this file does not hold the words that it looks for.
FORBIDDEN_WORDS = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"]) + r")\b")
MACHINE_PATHS = re.compile(r"(?<![\w./])(/(?:work|root|Users)/|/home/\w)")
# Data, not prose: what a transcript sends, and a licence that is somebody else's text.
NOT_PROSE = re.compile(r"^LICENSE$|\.test$|^tests/structure/check_floors_test\.py$")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)


def is_header(path):
    return path.endswith(".h")


def stem_words(path):
    return PurePosixPath(path).stem.split("_")


def lua_allowed(path):
    return path.startswith("engine/script/") and (path.endswith(".cpp") or path.endswith("_lua.h"))


def qt_allowed(path):
    return path.startswith("widgets/") or (path.startswith("app/") and not path.startswith("app/cli/"))


def openssl_allowed(path):
    return path == "engine/base/sha1.cpp" or (
        path.startswith("engine/") and path.endswith(".cpp") and {"tls", "password"} & set(stem_words(path))
    )


def json_allowed(path):
    persists = path.startswith("debugger/") and {"persist", "json", "recording"} & set(stem_words(path))
    return path.endswith(".cpp") and bool(path.startswith("app/cli/") or persists)


# A row a library: its name, what its headers look like, who may include them, and that said in words.
LIBRARIES = (
    ("asio", re.compile(r"asio(/|\.hpp$)"),
     lambda p: p.endswith(".cpp") and p.startswith(("engine/server/", "engine/target/")),
     "only .cpp files of engine/server and engine/target"),
    ("lua", re.compile(r"(lua5\.1/)?(lua\.hpp|lua\.h|lauxlib\.h|lualib\.h|luaconf\.h)$"), lua_allowed,
     "only .cpp files and *_lua.h headers of engine/script"),
    ("openssl", re.compile(r"openssl/"), openssl_allowed,
     "only engine/base/sha1.cpp and the engine's .cpp files for TLS and passwords"),
    ("lzf", re.compile(r"liblzf/"), lambda p: p.endswith("_payload.cpp") and p.startswith("engine/"),
     "only the engine's .cpp files for payloads"),
    ("qt", re.compile(r"Q[A-Z]\w*(/.*)?$|Qsci/|Qt\w*/|q\w+\.h$"), qt_allowed,
     "only widgets and app, never app/cli or below"),
    ("json", re.compile(r"nlohmann/"), json_allowed,
     "only .cpp files of app/cli and the debugger's for recordings"),
    ("cli11", re.compile(r"CLI/"), lambda p: p.endswith(".cpp") and p.startswith("app/cli/"),
     "only .cpp files of app/cli"),
)  # fmt: skip

# What the compiler and the system bring: <vector>, <cstdint>, <signal.h>, <sys/mman.h>.
SYSTEM_HEADER = re.compile(r"[a-z_0-9]+$|[a-z_0-9]+\.h$|(sys|netinet|arpa|net|linux|bits|ext)/[\w./]+$")


class Tree:
    """The tracked files under a root, as text, and the violations found in them."""

    def __init__(self, root):
        self.root = Path(root)
        self.paths = sorted(self._listed())
        self.violations = []

    def _listed(self):
        """Tracked files and new ones that are not ignored; without git, all but builds and hidden caches."""
        if (self.root / ".git").exists():
            asked = ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
            try:
                names = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split("\0")
                return [name for name in names if name and (self.root / name).is_file()]
            except (OSError, subprocess.CalledProcessError):
                pass  # no git here, or a folder that it does not trust: look for ourselves
        found = []
        for folder, folders, files in os.walk(self.root):
            inside = Path(folder).relative_to(self.root)
            folders[:] = [name for name in folders if name not in ("build", ".git", ".cache", "__pycache__")]
            found += [(inside / name).as_posix() for name in files]
        return found

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def report(self, path, line, rule, text):
        self.violations.append((path, line, rule, text))


def floor_of(path):
    """The floor whose rules hold for a path, or nothing: tests/FLOOR keeps the rules of its floor."""
    parts = path.split("/")
    name = parts[1] if parts[0] == "tests" and len(parts) > 2 else parts[0]
    if parts[0] == "tests" and name == "support":
        return "debugger"
    return name if name in FLOORS else None


def check_our_include(tree, path, line, target):
    if target == PurePosixPath(path).stem + ".moc":
        return
    first = target.split("/")[0]
    if first not in FLOORS + ("tests",) or "/../" in f"/{target}/":
        tree.report(path, line, "root", f'"{target}" is not named from the root')
        return
    floor = floor_of(path)
    if floor and first in FLOORS and FLOORS.index(first) > FLOORS.index(floor):
        tree.report(path, line, "floor", f'{floor} may not include "{target}", which is above it')
    if first == "tests" and not path.startswith("tests/"):
        tree.report(path, line, "floor", f'"{target}" belongs to the tests')
    if path.startswith("app/cli/") and not target.startswith(("engine/", "debugger/", "app/cli/")):
        tree.report(path, line, "floor", f'app/cli links no Qt and may not include "{target}"')
    if path.startswith(("widgets/models/", "widgets/link/")) and target.startswith(
        ("widgets/views/", "widgets/editor/", "widgets/parts/")
    ):
        tree.report(path, line, "models", f'models and links know no view: "{target}"')
    if target.endswith("_lua.h") and not path.startswith("tests/") and not lua_allowed(path):
        tree.report(path, line, "library", f'"{target}" shows Lua: only engine/script may include it')


def check_foreign_include(tree, path, line, target):
    if target.split("/")[0] in FLOORS:
        tree.report(path, line, "root", f"<{target}> is ours: quote it")
        return
    if path.startswith("tests/"):
        return  # a test may hold an oracle of its own; the linker says what it reaches
    for name, pattern, allowed, where in LIBRARIES:
        if not pattern.match(target):
            continue
        if not allowed(path):
            tree.report(path, line, "library", f"<{target}>: {name} headers belong in {where}")
        if path.startswith(("widgets/models/", "widgets/link/")) and shows_widgets(target):
            tree.report(path, line, "models", f"models and links know no widget: <{target}>")
        return
    if not SYSTEM_HEADER.match(target):
        tree.report(path, line, "library", f"<{target}>: no row of LIBRARIES says where this library belongs")


def shows_widgets(target):
    return target.startswith(("QtWidgets/", "Qsci/", "QtSvgWidgets/")) or target in QT_WIDGETS_HEADERS


def check_includes(tree, path, source):
    for found in INCLUDE.finditer(without_comments(source)):
        line = source.count("\n", 0, found.start(0)) + 1
        if found[1]:
            check_our_include(tree, path, line, found[1])
        else:
            check_foreign_include(tree, path, line, found[2])


def check_sizes(tree, path, source):
    lines = source.count("\n") + (not source.endswith("\n"))
    pure_table = TABLE_MARK in "\n".join(source.split("\n")[:20])
    if lines > MAX_FILE_LINES and not pure_table:
        tree.report(path, MAX_FILE_LINES + 1, "size", f"{lines} lines; a file has at most {MAX_FILE_LINES}")
    for function in functions(source):
        if function.lines > MAX_FUNCTION_LINES:
            tree.report(path, function.line, "size",
                        f"{function.name} has {function.lines} lines; a function has at most {MAX_FUNCTION_LINES}")  # fmt: skip


def check_header(tree, path, source):
    if not re.search(r"^#pragma once$", source, re.MULTILINE):
        tree.report(path, 1, "header", "no #pragma once")


def check_catches(tree, path, source):
    """Lua's errors are C++ exceptions: who catches all of them and does not throw on swallows an error of Lua's."""
    code = without_comments(source)
    for found in re.finditer(r"\bcatch\s*\(\s*\.\.\.\s*\)\s*\{", code):
        depth, end = 1, found.end()
        while depth and end < len(code):
            depth += (code[end] == "{") - (code[end] == "}")
            end += 1
        if not re.search(r"\bthrow\b|\bcurrent_exception\b|\bterminate\b", code[found.end() : end]):
            line = source.count("\n", 0, found.start()) + 1
            tree.report(path, line, "catch", "catch (...) without a rethrow swallows Lua's errors")


def check_words(tree, path, text):
    for number, line in enumerate(text.split("\n"), start=1):
        for found in FORBIDDEN_WORDS.finditer(line):
            tree.report(path, number, "word", f"{found[1]}: finish it, or leave it out")
        for found in MACHINE_PATHS.finditer(line):
            tree.report(path, number, "word", f"{found[1]} is a path of one machine")


def check_top_level(tree):
    for name in sorted({path.split("/")[0] for path in tree.paths}):
        if name not in TOP_LEVEL:
            tree.report(name, 1, "top", "the top level is fixed; this belongs in one of its folders")


def is_source(path):
    return path.endswith((".cpp", ".h")) and path.startswith(FLOORS + ("tests",))


def is_prose(path):
    known = path.endswith((".cpp", ".h", ".md", ".py", ".sh", ".txt", ".json", ".lua", ".xml", ".desktop", ".qrc"))
    return (known or path.startswith(".ci/")) and not NOT_PROSE.search(path)


def check(root):
    """All violations under a root as (path, line, rule, text), ordered by file."""
    tree = Tree(root)
    check_top_level(tree)
    for path in tree.paths:
        text = tree.text(path) if is_source(path) or is_prose(path) else ""
        if is_source(path):
            check_includes(tree, path, text)
            check_sizes(tree, path, text)
            if is_header(path):
                check_header(tree, path, text)
            if path.startswith(("engine/script/", "debugger/")):
                check_catches(tree, path, text)
        if is_prose(path):
            check_words(tree, path, text)
    return tree.violations


def main(arguments):
    if len(arguments) > 2:
        print("usage: check_floors.py [ROOT]", file=sys.stderr)
        return 2
    root = Path(arguments[1]) if len(arguments) == 2 else Path(__file__).resolve().parents[2]
    violations = check(root)
    for path, line, rule, text in violations:
        print(f"{path}:{line}: {rule}: {text}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
