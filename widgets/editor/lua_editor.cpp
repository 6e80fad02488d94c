#include "widgets/editor/lua_editor.h"

#include "widgets/editor/lua_lexer.h"
#include "widgets/parts/theme.h"

#include <algorithm>

namespace widgets {

namespace {

// Margins from left to right.
constexpr int kBreakpointMargin = 0;
constexpr int kNumberMargin = 1;
constexpr int kFoldMargin = 2;

// Markers; a higher one is drawn over a lower one.
constexpr int kCurrentLineMarker = 0;
constexpr int kErrorLineMarker = 1;
constexpr int kBreakpointMarker = 2;
constexpr int kCurrentArrowMarker = 3;

} // namespace

LuaEditor::LuaEditor(const Theme& theme, QWidget* parent)
    : QsciScintilla(parent), m_theme(theme), m_lexer(new LuaLexer(theme, this))
{
    setObjectName(QStringLiteral("luaEditor"));
    setAccessibleName(tr("Script"));
    setUtf8(true);
    setLexer(m_lexer);
    setUpMargins();
    setUpMarkers();
    setUpCompletion();
    setIndentationsUseTabs(false);
    setIndentationWidth(4);
    setAutoIndent(true);
    setBackspaceUnindents(true);
    setTabWidth(4);
    setBraceMatching(SloppyBraceMatch);
    setCaretLineVisible(true);
    setScrollWidth(1);
    setScrollWidthTracking(true);
    SendScintilla(SCI_SETMULTIPLESELECTION, 1);
    SendScintilla(SCI_SETADDITIONALSELECTIONTYPING, 1);
    applyTheme();

    connect(&m_theme, &Theme::changed, this, &LuaEditor::applyTheme);
    connect(this, &QsciScintilla::marginClicked, this, &LuaEditor::onMarginClicked);
    connect(this, &QsciScintilla::linesChanged, this, &LuaEditor::fitLineNumbers);
    connect(this, &QsciScintilla::linesChanged, this, &LuaEditor::breakpointsChanged);
    connect(this, &QsciScintilla::textChanged, this, &LuaEditor::bytesChanged);
}

void LuaEditor::setUpMargins()
{
    setMarginType(kBreakpointMargin, SymbolMargin);
    setMarginWidth(kBreakpointMargin, fontMetrics().height() + 4);
    setMarginSensitivity(kBreakpointMargin, true);
    setMarginMarkerMask(kBreakpointMargin, (1 << kBreakpointMarker) | (1 << kCurrentArrowMarker));
    setMarginType(kNumberMargin, NumberMargin);
    setMarginSensitivity(kNumberMargin, true);
    setMarginMarkerMask(kNumberMargin, 0);
    setFolding(BoxedTreeFoldStyle, kFoldMargin);
    fitLineNumbers();
}

void LuaEditor::setUpMarkers()
{
    markerDefine(Background, kCurrentLineMarker);
    markerDefine(Background, kErrorLineMarker);
    markerDefine(Circle, kBreakpointMarker);
    markerDefine(RightArrow, kCurrentArrowMarker);
}

void LuaEditor::setUpCompletion()
{
    // Owned by the lexer.
    auto* names = new QsciAPIs(m_lexer);
    for (const QString& name : LuaLexer::knownNames())
        names->add(name);
    names->prepare();
    setAutoCompletionSource(AcsAll);
    setAutoCompletionThreshold(3);
    setAutoCompletionCaseSensitivity(false);
    setAutoCompletionReplaceWord(true);
}

void LuaEditor::applyTheme()
{
    m_lexer->applyTheme();
    setCaretForegroundColor(m_theme.color(Role::Text));
    setCaretLineBackgroundColor(m_theme.color(Role::CaretLine));
    setMarginsBackgroundColor(m_theme.color(Role::Margin));
    setMarginsForegroundColor(m_theme.color(Role::MutedText));
    setFoldMarginColors(m_theme.color(Role::Margin), m_theme.color(Role::Margin));
    setSelectionBackgroundColor(m_theme.color(Role::Accent));
    setSelectionForegroundColor(m_theme.color(Role::AccentText));
    setMatchedBraceForegroundColor(m_theme.color(Role::Accent));
    setMatchedBraceBackgroundColor(m_theme.color(Role::CaretLine));
    setMarkerBackgroundColor(m_theme.color(Role::CurrentLine), kCurrentLineMarker);
    setMarkerBackgroundColor(m_theme.color(Role::CurrentLine), kErrorLineMarker);
    for (const int marker : {kBreakpointMarker, kErrorLineMarker}) {
        setMarkerForegroundColor(m_theme.color(Role::Breakpoint), marker);
        if (marker == kBreakpointMarker)
            setMarkerBackgroundColor(m_theme.color(Role::Breakpoint), marker);
    }
    setMarkerForegroundColor(m_theme.color(Role::Text), kCurrentArrowMarker);
    setMarkerBackgroundColor(m_theme.color(Role::Warning), kCurrentArrowMarker);
    recolor();
}

void LuaEditor::setBytes(const QByteArray& bytes)
{
    const bool wasReadOnly = isReadOnly();
    setReadOnly(false);
    SendScintilla(SCI_CLEARALL);
    SendScintilla(SCI_ADDTEXT, static_cast<unsigned long>(bytes.size()), bytes.constData());
    SendScintilla(SCI_EMPTYUNDOBUFFER);
    SendScintilla(SCI_SETSAVEPOINT);
    SendScintilla(SCI_GOTOPOS, 0UL);
    // New lines follow the text that is there: mixing them would change the script's identity unseen.
    setEolMode(bytes.contains("\r\n") ? EolWindows : EolUnix);
    setReadOnly(wasReadOnly);
}

QByteArray LuaEditor::bytes() const
{
    const auto size = static_cast<qsizetype>(SendScintilla(SCI_GETLENGTH));
    // Scintilla writes a NUL behind the text.
    QByteArray result(size + 1, Qt::Uninitialized);
    SendScintilla(SCI_GETTEXT, static_cast<unsigned long>(size + 1), result.data());
    result.truncate(size);
    return result;
}

QList<int> LuaEditor::breakpointLines() const
{
    QList<int> result;
    auto* self = const_cast<LuaEditor*>(this);
    for (int line = self->markerFindNext(0, 1U << kBreakpointMarker); line >= 0;
         line = self->markerFindNext(line + 1, 1U << kBreakpointMarker))
        result.append(line + 1);
    return result;
}

void LuaEditor::setBreakpointLines(const QList<int>& wanted)
{
    markerDeleteAll(kBreakpointMarker);
    for (const int line : wanted) {
        if (line >= 1 && line <= lines())
            markerAdd(line - 1, kBreakpointMarker);
    }
    Q_EMIT breakpointsChanged();
}

void LuaEditor::toggleBreakpoint(int line)
{
    if (line < 1 || line > lines())
        return;
    if (markersAtLine(line - 1) & (1U << kBreakpointMarker))
        markerDelete(line - 1, kBreakpointMarker);
    else
        markerAdd(line - 1, kBreakpointMarker);
    Q_EMIT breakpointsChanged();
}

void LuaEditor::showCurrentLine(int line)
{
    markerDeleteAll(kCurrentLineMarker);
    markerDeleteAll(kCurrentArrowMarker);
    if (line < 1 || line > lines())
        return;
    markerAdd(line - 1, kCurrentLineMarker);
    markerAdd(line - 1, kCurrentArrowMarker);
    goToLine(line);
}

void LuaEditor::showErrorLine(int line)
{
    markerDeleteAll(kErrorLineMarker);
    if (line < 1 || line > lines())
        return;
    markerAdd(line - 1, kErrorLineMarker);
    ensureLineVisible(line - 1);
}

int LuaEditor::caretLine() const
{
    int line = 0;
    int column = 0;
    getCursorPosition(&line, &column);
    return line + 1;
}

void LuaEditor::goToLine(int line)
{
    setCursorPosition(line - 1, 0);
    ensureLineVisible(line - 1);
}

void LuaEditor::toggleComment()
{
    int first = 0;
    int last = 0;
    int fromColumn = 0;
    int toColumn = 0;
    if (hasSelectedText()) {
        getSelection(&first, &fromColumn, &last, &toColumn);
        // A selection that ends at the start of a line does not mean that line.
        if (toColumn == 0 && last > first)
            --last;
    } else {
        getCursorPosition(&first, &fromColumn);
        last = first;
    }
    bool allCommented = true;
    for (int line = first; line <= last; ++line)
        allCommented = allCommented && text(line).trimmed().startsWith(QLatin1String("--"));
    beginUndoAction();
    for (int line = first; line <= last; ++line) {
        const QString content = text(line);
        if (!allCommented) {
            insertAt(QStringLiteral("-- "), line, 0);
            continue;
        }
        const int dashes = static_cast<int>(content.indexOf(QLatin1String("--")));
        const int length = content.mid(dashes + 2).startsWith(QLatin1Char(' ')) ? 3 : 2;
        setSelection(line, dashes, line, dashes + length);
        removeSelectedText();
    }
    endUndoAction();
}

void LuaEditor::onMarginClicked(int margin, int line)
{
    if (margin == kBreakpointMargin || margin == kNumberMargin)
        toggleBreakpoint(line + 1);
}

void LuaEditor::fitLineNumbers()
{
    setMarginWidth(kNumberMargin, QString(QStringLiteral("%1 ")).arg(std::max(lines(), 100)));
}

} // namespace widgets
