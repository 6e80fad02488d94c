#!/usr/bin/env python3
"""Plants each kind of violation in a small tree and asks whether the structure check finds it, and nothing else."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from check_floors import MAX_FILE_LINES, MAX_FUNCTION_LINES, check
from source_text import functions

HERE = Path(__file__).resolve().parent

CLEAN = {
    "CMakeLists.txt": "project(x)\n",
    "README.md": "# A tree\n",
    ".ci/run": "#!/bin/bash\n",
    "engine/base/bytes.h": "// Bytes.\n#pragma once\n\n#include <string>\n",
    "engine/base/sha1.cpp": "#include <openssl/evp.h>\n",
    "engine/script/frames_lua.h": "#pragma once\n#include <lua.hpp>\n",
    "engine/script/arena.cpp": '#include "engine/script/frames_lua.h"\n#include <sys/mman.h>\n',
    "engine/server/listener.cpp": "#include <asio.hpp>\n#include <asio/ip/tcp.hpp>\n",
    "engine/server/tls_stream.cpp": "#include <openssl/ssl.h>\n",
    "debugger/stepper.h": '#pragma once\n#include "engine/base/bytes.h"\n',
    "debugger/recording_file.cpp": "#include <nlohmann/json.hpp>\n",
    "widgets/models/rows_model.h": "#pragma once\n#include <QAbstractTableModel>\n#include <QtGui/QColor>\n",
    "widgets/views/rows_view.h": '#pragma once\n#include "widgets/models/rows_model.h"\n#include <QTableView>\n',
    "widgets/editor/lua_editor.h": "#pragma once\n#include <Qsci/qsciscintilla.h>\n",
    "app/main.cpp": '#include "widgets/views/rows_view.h"\n#include <QApplication>\n',
    "app/cli/main.cpp": '#include "debugger/stepper.h"\n#include <CLI/CLI.hpp>\n',
    "tests/engine/bytes_test.cpp": '#include "engine/base/bytes.h"\n#include <QtTest>\n#include "bytes_test.moc"\n',
}


def function_of(lines, head="void f()"):
    """A function that has this many lines, its head and its braces counted."""
    return head + "\n{\n" + "    g();\n" * (lines - 3) + "}\n"


class Planted(unittest.TestCase):
    """One violation a test, in a tree that is clean without it."""

    def check(self, extra=None):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**CLEAN, **(extra or {})}.items():
                file = Path(root) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return check(root)

    def assertFound(self, path, line, rule, text):
        found = [violation[:3] for violation in self.check({path: text})]
        self.assertEqual(found, [(path, line, rule)])

    def assertClean(self, path, text):
        self.assertEqual(self.check({path: text}), [])

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.check(), [])

    # Floors

    def test_a_floor_never_includes_one_above(self):
        for path, target in (
            ("engine/base/a.cpp", "debugger/stepper.h"),
            ("debugger/a.cpp", "widgets/models/rows_model.h"),
            ("widgets/views/a.cpp", "app/main_window.h"),
            ("tests/engine/a_test.cpp", "debugger/stepper.h"),
            ("tests/support/a.cpp", "widgets/models/rows_model.h"),
        ):
            with self.subTest(path):
                self.assertFound(path, 2, "floor", f'\n#include "{target}"\n')

    def test_the_command_line_includes_no_window(self):
        self.assertFound("app/cli/a.cpp", 1, "floor", '#include "app/main_window.h"\n')
        self.assertFound("app/cli/a.cpp", 1, "floor", '#include "widgets/views/rows_view.h"\n')

    def test_a_program_includes_no_test(self):
        self.assertFound("engine/base/a.cpp", 1, "floor", '#include "tests/support/server.h"\n')

    def test_a_model_knows_no_view_and_no_widget(self):
        for include in ('"widgets/views/rows_view.h"', '"widgets/parts/theme.h"', "<QWidget>", "<QtWidgets/QMenu>",
                        "<QTableView>", "<Qsci/qsciscintilla.h>"):  # fmt: skip
            for folder in ("models", "link"):
                with self.subTest(folder + include):
                    self.assertFound(f"widgets/{folder}/a.h", 2, "models", f"#pragma once\n#include {include}\n")

    def test_includes_are_named_from_the_root_and_quoted(self):
        self.assertFound("engine/base/a.cpp", 1, "root", '#include "bytes.h"\n')
        self.assertFound("engine/base/a.cpp", 1, "root", '#include "engine/../debugger/stepper.h"\n')
        self.assertFound("engine/base/a.cpp", 1, "root", "#include <engine/base/bytes.h>\n")
        self.assertFound("tests/engine/a_test.cpp", 1, "root", '#include "other_test.moc"\n')

    def test_an_include_in_a_comment_or_a_string_is_none(self):
        self.assertClean("engine/base/a.cpp", '// #include "app/a.h"\n/*\n#include <asio.hpp>\n*/\n')
        self.assertClean("engine/base/a.cpp", 'const char* k = R"(\n)" "#include <asio.hpp>";\n')

    # Libraries

    def test_a_library_outside_its_place_is_found(self):
        for path, target in (
            ("engine/command/a.cpp", "asio.hpp"),
            ("engine/server/a.h", "asio/ip/tcp.hpp"),
            ("engine/command/a.cpp", "lua.hpp"),
            ("engine/script/a.h", "lauxlib.h"),
            ("debugger/a.cpp", "lua5.1/lua.hpp"),
            ("engine/base/md5.cpp", "openssl/md5.h"),
            ("engine/server/tls_stream.h", "openssl/ssl.h"),
            ("engine/base/a.cpp", "QString"),
            ("debugger/a.h", "QtCore/QObject"),
            ("debugger/a.cpp", "Qsci/qsciscintilla.h"),
            ("app/cli/a.cpp", "QCoreApplication"),
            ("debugger/stepper.cpp", "nlohmann/json.hpp"),
            ("app/cli/a.h", "nlohmann/json_fwd.hpp"),
            ("app/main_window.cpp", "CLI/CLI.hpp"),
            ("engine/base/a.cpp", "boost/any.hpp"),
        ):
            with self.subTest(path + " " + target):
                self.assertFound(path, 2, "library", f"#pragma once\n#include <{target}>\n")

    def test_a_header_that_shows_lua_stays_in_the_script_folder(self):
        self.assertFound("engine/server/a.cpp", 1, "library", '#include "engine/script/frames_lua.h"\n')
        self.assertFound("engine/script/a.h", 2, "library", '#pragma once\n#include "engine/script/frames_lua.h"\n')

    # Sizes

    def test_a_long_file_is_refused_and_a_pure_table_is_not(self):
        self.assertClean("engine/base/a.cpp", "int a;\n" * MAX_FILE_LINES)
        self.assertFound("engine/base/a.cpp", MAX_FILE_LINES + 1, "size", "int a;\n" * (MAX_FILE_LINES + 1))
        self.assertClean("engine/base/a.cpp", "// Texts.\n// A pure table.\n" + "int a;\n" * MAX_FILE_LINES)

    def test_a_long_function_is_refused_at_its_head(self):
        self.assertClean("engine/base/a.cpp", function_of(MAX_FUNCTION_LINES))
        self.assertFound("engine/base/a.cpp", 3, "size", "int a;\n\n" + function_of(MAX_FUNCTION_LINES + 1))

    def test_a_long_function_of_a_table_file_is_still_refused(self):
        text = "// A pure table.\n" + function_of(MAX_FUNCTION_LINES + 1)
        self.assertFound("engine/base/a.cpp", 2, "size", text)

    # Habits

    def test_a_header_without_a_guard_is_found(self):
        self.assertFound("engine/base/a.h", 1, "header", "int a();\n")

    def test_a_catch_that_swallows_is_found_where_lua_runs(self):
        swallows = "void f()\n{\n    try { g(); } catch (...) { h(); }\n}\n"
        self.assertFound("engine/script/a.cpp", 3, "catch", swallows)
        self.assertFound("debugger/a.cpp", 3, "catch", swallows)
        self.assertClean("engine/script/a.cpp", swallows.replace("h();", "h(); throw;"))

    def test_words_of_unfinished_work_are_found(self):
        for word in ("TODO", "FIXME", "XXX", "HACK"):
            with self.subTest(word):
                self.assertFound("engine/base/a.cpp", 2, "word", f"int a;\n// {word}: more\n")
                self.assertFound("tests/README.md", 1, "word", f"{word}\n")
        self.assertClean("engine/base/a.cpp", "// SET with XX, a hack of HACKERS\n")

    def test_paths_of_one_machine_are_found(self):
        for path in ("/home/anna/x", "/root/x", "/Users/anna"):
            with self.subTest(path):
                self.assertFound("packaging/a.sh", 1, "word", f"cd {path}\n")
        self.assertClean("packaging/a.sh", "cd $HOME/home/x; cat src/root/x\n")

    def test_the_top_level_is_fixed(self):
        found = self.check({"src/a.txt": "", "NOTES.md": ""})
        self.assertEqual([v[:3] for v in found], [("NOTES.md", 1, "top"), ("src", 1, "top")])

    # The program

    def test_the_program_prints_the_place_and_fails(self):
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / "engine").mkdir()
            program = [sys.executable, str(HERE / "check_floors.py"), root]
            self.assertEqual(subprocess.run(program, check=False).returncode, 0)
            (Path(root) / "engine/a.cpp").write_text("\n#include <QString>\n", encoding="utf-8")
            ran = subprocess.run(program, check=False, capture_output=True, text=True)
            self.assertEqual(ran.returncode, 1)
            self.assertRegex(ran.stdout, r"^engine/a\.cpp:2: library: <QString>: ")


class Measured(unittest.TestCase):
    """What the measurer takes for a function, and how long it finds it."""

    def names(self, source):
        return [(f.name, f.line, f.lines) for f in functions(source)]

    def test_functions_of_namespaces_classes_and_templates(self):
        source = """
namespace a::b {
template <class T, class = std::enable_if_t<true>>
auto f(T t) -> std::map<int, T>
{
    return {};
}
class C : public D<int> {
    Q_OBJECT
public:
    C();
    int g() const noexcept override { return m_x; }
    bool operator()(int a) const
    {
        return a;
    }
private:
    int m_x{0};
    std::vector<int> m_y = {1, 2};
};
}
"""
        self.assertEqual(self.names(source), [("f", 3, 5), ("g", 12, 1), ("operator()", 13, 4)])

    def test_a_constructor_with_braced_members(self):
        source = "C::C(int a)\n    : m_a(a)\n    , m_b{a, {2}}\n    , m_c()\n{\n    f();\n}\nvoid g()\n{\n}\n"
        self.assertEqual(self.names(source), [("C::C", 1, 7), ("g", 8, 3)])

    def test_braces_in_literals_and_comments_count_for_nothing(self):
        source = (
            "void f()\n{\n    g('{', \"{{\", R\"x(\n)\" { )x\"); // {\n    /* { */ h(1'000'000, '\\'', \"\\\"{\");\n}\n"
            "void k()\n{\n}\n"
        )
        self.assertEqual(self.names(source), [("f", 1, 6), ("k", 7, 3)])

    def test_a_table_is_no_function_but_a_lambda_in_it_is(self):
        source = "constexpr Row kRows[] = {\n    {.name = \"a\",\n     .run = [](Call& c) {\n         c.ok();\n     }},\n    {1, {2}},\n};\n"
        self.assertEqual([f.lines for f in functions(source)], [4])
        self.assertEqual(self.names("const auto f = [](int a) {\n    return a;\n};\nint g() { return 1; }\n"),
                         [("lambda f", 1, 3), ("g", 4, 1)])  # fmt: skip

    def test_a_constructor_that_gives_a_member_a_lambda_ends_where_it_ends(self):
        source = "C::C(int n) : m_thread([this, n] { work(n); }), m_f([](int) -> int { return 1; })\n{\n}\nvoid g()\n{\n}\n"
        found = self.names(source)
        self.assertEqual([found[-2], found[-1]], [("C::C", 1, 3), ("g", 4, 3)])
        self.assertEqual([name for name, _, _ in found], ["lambda", "lambda", "C::C", "g"])

    def test_both_branches_of_a_condition_may_open_a_brace(self):
        source = "#if A\nvoid f(int a) {\n#else\nvoid f() {\n#endif\n    g();\n}\nvoid h()\n{\n}\n"
        self.assertEqual(self.names(source), [("f", 2, 6), ("h", 8, 3)])

    def test_braced_defaults_and_requires_clauses(self):
        source = "void f(X x = {}, Y y = Y{1})\n{\n}\ntemplate <class T>\nvoid g(T t)\n    requires Small<T>\n{\n    h();\n}\n"
        self.assertEqual(self.names(source), [("f", 1, 3), ("g", 4, 6)])


if __name__ == "__main__":
    unittest.main()
