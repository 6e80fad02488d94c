#include "widgets/editor/lua_editor.h"

#include "widgets/editor/lua_lexer.h"
#include "widgets/parts/theme.h"

#include <QContextMenuEvent>
#include <QFontDatabase>
#include <QImage>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace widgets {

using debugger::BreakpointSpec;

namespace {

// Margins from left to right.
constexpr int kBreakpointMargin = 0;
constexpr int kNumberMargin = 1;
constexpr int kFoldMargin = 2;

// Markers; a higher one is drawn over a lower one.
constexpr int kCurrentLineMarker = 0;
constexpr int kErrorLineMarker = 1;
constexpr int kCurrentArrowMarker = BreakpointMargin::kLastMarker + 1;

// Names for completion. QsciAPIs would prepare its list on a thread of its own, and crashes when a tab is closed before
// that thread is through.
class KnownNames final : public QsciAbstractAPIs {
public:
    explicit KnownNames(QsciLexer* lexer) : QsciAbstractAPIs(lexer), m_names(LuaLexer::knownNames()) { }

    /// `context` is the word before the caret, split at its dots.
    void updateAutoCompletionList(const QStringList& context, QStringList& list) override
    {
        const QString typed = context.join(QLatin1Char('.'));
        const qsizetype partAt = typed.lastIndexOf(QLatin1Char('.')) + 1;
        for (const QString& name : m_names) {
            if (!name.startsWith(typed, Qt::CaseInsensitive))
                continue;
            const QString part = name.mid(partAt).section(QLatin1Char('.'), 0, 0);
            if (!part.isEmpty() && !list.contains(part))
                list.append(part);
        }
    }

    QStringList callTips(const QStringList&, int, QsciScintilla::CallTipsStyle, QList<int>&) override { return {}; }

private:
    QStringList m_names;
};

// Drawn here, as breakpoints are: Scintilla's own symbols hide each other where a run stands on a breakpoint.
QImage arrowSymbol(int side, double ratio, const QColor& fill, const QColor& edge)
{
    QImage image(QSize(side, side) * ratio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(side / 16.0, side / 16.0);
    QPainterPath path(QPointF(2, 6));
    for (const QPointF point :
        {QPointF(8, 6), QPointF(8, 3), QPointF(14, 8), QPointF(8, 13), QPointF(8, 10), QPointF(2, 10)})
        path.lineTo(point);
    path.closeSubpath();
    painter.setPen(QPen(edge, 1));
    painter.setBrush(fill);
    painter.drawPath(path);
    return image;
}

} // namespace

LuaEditor::LuaEditor(const Theme& theme, QWidget* parent)
    : QsciScintilla(parent), m_theme(theme), m_lexer(new LuaLexer(theme, this)), m_breakpoints(*this, theme)
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
    setMarginWidth(kBreakpointMargin, fontMetrics().height() + 6);
    setMarginSensitivity(kBreakpointMargin, true);
    setMarginMarkerMask(
        kBreakpointMargin, static_cast<int>(BreakpointMargin::kShownMarkers | (1U << kCurrentArrowMarker)));
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
    // The symbols in the margin depend on the theme: see applyTheme.
}

void LuaEditor::setUpCompletion()
{
    new KnownNames(m_lexer); // owned by the lexer
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
    setMarginsFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setSelectionBackgroundColor(m_theme.palette().color(QPalette::Highlight));
    resetSelectionForegroundColor();
    const auto scintillaColor = [](const QColor& color) {
        return static_cast<long>(color.red() | color.green() << 8 | color.blue() << 16);
    };
    for (unsigned long marker = SC_MARKNUM_FOLDEREND; marker <= SC_MARKNUM_FOLDEROPEN; ++marker) {
        SendScintilla(SCI_MARKERSETFORE, marker, scintillaColor(m_theme.color(Role::Margin)));
        SendScintilla(SCI_MARKERSETBACK, marker, scintillaColor(m_theme.color(Role::MutedText)));
    }
    setMatchedBraceForegroundColor(m_theme.color(Role::Accent));
    setMatchedBraceBackgroundColor(m_theme.color(Role::CaretLine));
    setMarkerBackgroundColor(m_theme.color(Role::CurrentLine), kCurrentLineMarker);
    setMarkerBackgroundColor(m_theme.color(Role::CurrentLine), kErrorLineMarker);
    const int side = fontMetrics().height();
    const double ratio = devicePixelRatioF();
    m_breakpoints.applyTheme();
    markerDefine(arrowSymbol(side, ratio, QColor(0xff, 0xd5, 0x4a), QColor(0x3a, 0x2c, 0x00)), kCurrentArrowMarker);
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

void LuaEditor::replaceBytes(const QByteArray& bytes)
{
    SendScintilla(SCI_BEGINUNDOACTION);
    SendScintilla(SCI_CLEARALL);
    SendScintilla(SCI_ADDTEXT, static_cast<unsigned long>(bytes.size()), bytes.constData());
    SendScintilla(SCI_ENDUNDOACTION);
    setEolMode(bytes.contains("\r\n") ? EolWindows : EolUnix);
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

void LuaEditor::setBreakpoints(const std::vector<BreakpointSpec>& specs)
{
    m_breakpoints.set(specs);
    Q_EMIT breakpointsChanged();
}

void LuaEditor::toggleBreakpoint(int line)
{
    if (line < 1 || line > lines())
        return;
    std::vector<BreakpointSpec> specs = breakpoints();
    if (const int old = breakpointLineAt(line); old > 0)
        std::erase_if(specs, [old](const BreakpointSpec& spec) { return spec.line == old; });
    else
        specs.push_back({.line = line});
    setBreakpoints(specs);
}

void LuaEditor::showCurrentLine(int line)
{
    markerDeleteAll(kCurrentLineMarker);
    markerDeleteAll(kCurrentArrowMarker);
    // The caret's line is drawn over a marker's: where the run stands matters more.
    setCaretLineVisible(line < 1);
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

QString LuaEditor::wordAtCaret() const
{
    if (const QString selected = selectedText().trimmed(); !selected.isEmpty() && !selected.contains(QLatin1Char('\n')))
        return selected;
    int line = 0;
    int column = 0;
    getCursorPosition(&line, &column);
    return wordAtLineIndex(line, column);
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
    line = std::clamp(line, 1, lines());
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

void LuaEditor::fillBreakpointMenu(QMenu& menu, int line)
{
    const int own = breakpointLineAt(line);
    const int target = own > 0 ? own : line;
    const auto wish = [&](const QString& text, BreakpointField field) {
        menu.addAction(text, this, [this, target, field] { Q_EMIT breakpointEditWanted(target, field); });
    };
    const auto toggle = [this, target] { toggleBreakpoint(target); };
    if (own == 0) {
        menu.addAction(tr("Add &Breakpoint"), this, toggle);
        wish(tr("Add &Conditional Breakpoint…"), BreakpointField::Condition);
        wish(tr("Add &Log Point…"), BreakpointField::LogText);
        return;
    }
    const std::vector<BreakpointSpec> specs = breakpoints();
    const auto old = std::ranges::find(specs, own, &BreakpointSpec::line);
    const bool enabled = old != specs.end() && old->enabled;
    wish(tr("Edit &Condition…"), BreakpointField::Condition);
    wish(tr("Edit &Log Text…"), BreakpointField::LogText);
    menu.addAction(enabled ? tr("&Disable") : tr("&Enable"), this, [this, own, enabled] {
        std::vector<BreakpointSpec> changed = breakpoints();
        for (BreakpointSpec& spec : changed)
            spec.enabled = spec.line == own ? !enabled : spec.enabled;
        setBreakpoints(changed);
    });
    menu.addAction(tr("&Remove"), this, toggle);
}

void LuaEditor::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byMouse = event->reason() == QContextMenuEvent::Mouse;
    const bool inMargin = byMouse && event->x() < marginWidth(kBreakpointMargin) + marginWidth(kNumberMargin);
    QMenu* menu = inMargin ? new QMenu(this) : createStandardContextMenu();
    menu->setObjectName(QStringLiteral("editorMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (inMargin) {
        const auto position = SendScintilla(SCI_POSITIONFROMPOINT, 0UL, static_cast<long>(event->y()));
        const auto line = SendScintilla(SCI_LINEFROMPOSITION, static_cast<unsigned long>(position));
        fillBreakpointMenu(*menu, static_cast<int>(line) + 1);
    } else {
        menu->addSeparator();
        fillBreakpointMenu(*menu->addMenu(tr("&Breakpoint")), caretLine());
    }
    menu->popup(event->globalPos());
}

void LuaEditor::fitLineNumbers()
{
    setMarginWidth(kNumberMargin, QString(QStringLiteral("%1 ")).arg(std::max(lines(), 100)));
}

} // namespace widgets
