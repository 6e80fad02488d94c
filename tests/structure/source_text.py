"""C++ source as the structure checks see it: comments and literals blanked, functions found by their braces.

This is no parser. It knows enough of the language to tell a function's braces from a class's, a namespace's and an
initialiser's, which is what a size limit needs; what it cannot tell it takes for an initialiser and does not measure.
"""

import re
from dataclasses import dataclass

# Order matters: a raw string may hold quotes and slashes, a number may hold apostrophes (1'000'000).
_TOKEN = re.compile(
    r"""
    (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\((?:.|\n)*?\)(?P=mark)")
  | (?P<line>//(?:[^\n\\]|\\(?:.|\n))*)
  | (?P<block>/\*(?:.|\n)*?\*/)
  | (?P<number>\b\d[\w.']*)
  | (?P<string>"(?:[^"\\\n]|\\(?:.|\n))*")
  | (?P<char>'(?:[^'\\\n]|\\(?:.|\n))+')
    """,
    re.VERBOSE,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(source):
    """The source with comments blanked; lines and columns stay."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m.lastgroup in ("line", "block") else m[0], source)


def bare_code(source):
    """The source with comments and literals blanked; quotes, lines and columns stay."""

    def bare(match):
        text = match[0]
        if match["line"] or match["block"]:
            return _blank(text)
        if match["number"]:
            return text.replace("'", "_")
        quote = "'" if match["char"] else '"'
        return quote + _blank(text[1:-1]) + quote

    return _TOKEN.sub(bare, source)


def _without_directives(code):
    """Blanks preprocessor lines, and every branch of a condition but the first: two branches may open one brace each."""
    lines = code.split("\n")
    taken = []  # one entry an open #if: whether its present branch is the one that is read
    continued = False
    for index, line in enumerate(lines):
        directive = re.match(r"\s*#\s*(\w*)", line)
        if continued or directive:
            lines[index] = ""
            if not continued:
                word = directive[1]
                if word in ("if", "ifdef", "ifndef"):
                    taken.append(True)
                elif word in ("else", "elif") and taken:
                    taken[-1] = False
                elif word == "endif" and taken:
                    taken.pop()
            continued = line.endswith("\\")
        elif not all(taken):
            lines[index] = ""
    return "\n".join(lines)


@dataclass(frozen=True)
class Function:
    name: str
    line: int  # of the first word of its head
    lines: int  # from there to the closing brace, both counted


_TRAILER = re.compile(r"(?:\s|\b(?:const|noexcept|override|final|mutable|constexpr|try|volatile)\b|&)+$")
_SCOPE = re.compile(r"\b(?:namespace|class|struct|union)\b")
_INITIALISER_END = re.compile(r"(?:[=,({?:]|\breturn|\brequires)$")


def _heads_function(head):
    """Whether a brace after this text opens a function's or a lambda's body."""
    head = head.rstrip()
    arrow = head.rfind("->")
    if arrow >= 0 and _heads_function(head[:arrow]) and not re.search(r"[=;]", head[arrow:]):
        return True
    clause = re.search(r"\)\s*(?:const\s*|noexcept\s*)*\brequires\b", head)
    if clause:
        return True
    if re.search(r"(?:[=,(]|\breturn)\s*\[[^\[\]]*\]$", head):  # a lambda without parameters
        return True
    return _TRAILER.sub("", head).endswith(")") and not _INITIALISER_END.search(head)


def _lambda_start(head):
    """Where the lambda begins whose body opens after this text; nothing when what opens is a function's."""
    ends = [found.end() for found in re.finditer(r"(?:[=,({]|\breturn)\s*\[[^\[\]]*\]", head)]
    for end in reversed(ends):
        rest = head[end:].lstrip()
        depth = 0
        for at, char in enumerate(rest):
            depth += (char == "(") - (char == ")")
            if depth == 0:
                rest = rest[at + 1 :] if char == ")" else rest
                break
        if depth == 0 and not re.search(r"[(),:;]", re.sub(r"->.*|::|\bnoexcept\s*\([^()]*\)", "", rest, flags=re.S)):
            return head.rindex("[", 0, end)
    return None


def _name(head):
    introducer = _lambda_start(head)
    if introducer is not None:
        named = re.search(r"([\w:~]+)\s*=\s*$", head[:introducer])
        return f"lambda {named[1]}" if named else "lambda"
    called = re.search(r"(operator\s*(?:\(\)|[^\s(]+)|~?[\w:]+(?:::~\w+)?)\s*\(", head)
    return re.sub(r"\s", "", called[1]) if called else "function"


class _Scanner:
    def __init__(self, code):
        self.code = code
        self.at = 0
        self.line = 1
        self.found = []

    def scope(self):
        """Reads declarations up to the brace that closes this scope."""
        head, start, depth = "", 0, 0
        while self.at < len(self.code):
            char = self._take()
            if char == "}":
                return
            if char in ";" and depth == 0:
                head, start = "", 0
                continue
            if char == ":" and re.fullmatch(r"\s*(?:public|private|protected|signals|Q_SIGNALS)(?:\s+(?:slots|Q_SLOTS))?", head):
                head, start = "", 0
                continue
            if char in "([":
                depth += 1
            elif char in ")]":
                depth -= 1
            elif char == "{":
                head, start = self._brace(head, start or self.line, depth)
                continue
            if not start and not char.isspace():
                start = self.line
            head += char

    def _brace(self, head, start, depth):
        """Reads what an opening brace opens; gives the head and the starting line that hold after it."""
        if _heads_function(head):
            self._skip()
            self.found.append(Function(_name(head), start, self.line - start + 1))
            # After a lambda its declaration goes on; after a function a new one begins.
            introducer = _lambda_start(head)
            if introducer is not None:
                return head[:introducer] + "()", start
            return (head + "()", start) if depth > 0 else ("", 0)
        stripped = head.rstrip()
        opens_scope = _SCOPE.search(head) or re.search(r'\bextern\s*"\s*"$', stripped)
        if depth == 0 and opens_scope and not re.search(r"\benum\b", head) and not _INITIALISER_END.search(stripped):
            self.scope()
            return "", 0
        self._initialiser()
        return head + "()", start

    def _initialiser(self):
        """Reads a braced initialiser; lambdas inside are functions."""
        head, start = "(", self.line
        while self.at < len(self.code):
            char = self._take()
            if char == "}":
                return
            if char == "{":
                if _heads_function(head):
                    self._skip()
                    self.found.append(Function(_name(head), start, self.line - start + 1))
                else:
                    self._initialiser()
                head = "("
                continue
            if char == ",":
                head = ","
                start = self.line
            else:
                head += char

    def _skip(self):
        depth = 1
        while depth and self.at < len(self.code):
            char = self._take()
            depth += (char == "{") - (char == "}")

    def _take(self):
        char = self.code[self.at]
        self.at += 1
        self.line += char == "\n"
        return char


def functions(source):
    """Every function of namespaces and classes, and every lambda outside functions, in order.

    What a function holds (lambdas, local classes) counts as its own lines.
    """
    scanner = _Scanner(_without_directives(bare_code(source)))
    while scanner.at < len(scanner.code):
        scanner.scope()
    return scanner.found
