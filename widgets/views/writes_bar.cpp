#include "widgets/views/writes_bar.h"

#include "widgets/parts/toned_text.h"

#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace widgets {

namespace {

struct ChoiceRow {
    const char* name; // the button's object name
    const char* text;
    const char* tip;
};

#define TEXT(text) QT_TRANSLATE_NOOP("widgets::WritesBar", text)

constexpr ChoiceRow kRows[kWritesChoiceCount] = {
    {"applyWritesButton", TEXT("A&pply to Live Data"),
        TEXT("Do the script's writes on the live data, unless somebody has changed its keys meanwhile")},
    {"debugAgainButton", TEXT("Debug A&gain"), TEXT("Begin again on a snapshot of the data as they are now")},
    {"applyAnywayButton", TEXT("Apply An&yway…"), TEXT("Do the writes over what others have written; asks first")},
    {"discardWritesButton", TEXT("&Discard"), TEXT("Leave the debugger; the live data stay as they are")},
    {"undoWritesButton", TEXT("&Take Back"), TEXT("Give these keys the values back that they had before")},
    {"undoAnywayButton", TEXT("Take Back An&yway…"),
        TEXT("Give the keys their values back, over what others have written; asks first")},
    {"endSyncButton", TEXT("&End and Write"),
        TEXT("End the sync session here (Shift+F5): what it has written up to this line stays, and everybody goes on")},
};

#undef TEXT

} // namespace

WritesBar::WritesBar(const Theme& theme, QWidget* parent)
    : QFrame(parent), m_theme(theme), m_layout(new QBoxLayout(QBoxLayout::LeftToRight, this)),
      m_text(new TonedLabel(theme))
{
    setObjectName(QStringLiteral("writesBar"));
    setAccessibleName(tr("Writes of the debugged script"));
    m_text->setObjectName(QStringLiteral("writesText"));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_layout->setContentsMargins(8, 4, 6, 4);
    m_layout->addWidget(m_text, 1);
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch();
    m_layout->addWidget(buttons);
    for (int i = 0; i < kWritesChoiceCount; ++i) {
        auto* button = m_buttons[i] = new QPushButton(tr(kRows[i].text));
        button->setObjectName(QLatin1String(kRows[i].name));
        button->setToolTip(tr(kRows[i].tip));
        button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
        button->setVisible(false);
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, i] { Q_EMIT chosen(static_cast<WritesChoice>(i)); });
    }
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    clear();
}

void WritesBar::show(const WritesNotice& notice)
{
    m_role = notice.role;
    m_text->setRole(notice.role);
    m_text->setText(notice.text);
    for (int i = 0; i < kWritesChoiceCount; ++i) {
        m_buttons[i]->setVisible(notice.choices.contains(static_cast<WritesChoice>(i)));
        m_buttons[i]->setEnabled(!notice.busy);
    }
    // Many buttons would leave the text no room beside them.
    constexpr int kMostBeside = 2;
    m_layout->setDirection(notice.choices.size() > kMostBeside ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    update();
    setVisible(true);
}

void WritesBar::paintEvent(QPaintEvent*)
{
    // No style sheet: it would take the colours of what is in the bar with it.
    constexpr int kEdge = 4; // pixels
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::AlternateBase));
    painter.fillRect(QRect(0, 0, kEdge, height()), m_theme.color(m_role == Role::Text ? Role::Accent : m_role));
}

} // namespace widgets
