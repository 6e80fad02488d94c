#pragma once

// Colours Lua as Redis knows it: the language, its libraries, and redis.*, KEYS and ARGV apart.

#include "widgets/editor/qsci.h"

namespace widgets {

class Theme;

class LuaLexer : public QsciLexerLua {
    Q_OBJECT

public:
    /// `theme` outlives the lexer.
    explicit LuaLexer(const Theme& theme, QObject* parent = nullptr);

    /// Takes the theme's colours and the editor font again.
    void applyTheme();

    const char* keywords(int set) const override;

    /// Names that scripts can use, for completion: globals, library members, redis.*.
    static QStringList knownNames();

private:
    const Theme& m_theme;
};

} // namespace widgets
