#include "widgets/parts/icons.h"

#include "widgets/parts/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

namespace widgets {

namespace {

// Draws at the size that is asked for, so that icons stay sharp at every scale factor.
class SvgEngine final : public QIconEngine {
public:
    SvgEngine(const QByteArray& normal, const QByteArray& disabled) : m_normal(normal), m_disabled(disabled) { }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        QSvgRenderer(mode == QIcon::Disabled ? m_disabled : m_normal).render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return result;
    }

    QIconEngine* clone() const override { return new SvgEngine(m_normal, m_disabled); }

private:
    QByteArray m_normal;
    QByteArray m_disabled;
};

} // namespace

QIcon themedIcon(const QString& name, const Theme& theme)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray drawing = file.readAll();
    const auto inColor = [&drawing](const QColor& color) {
        return QByteArray(drawing).replace("currentColor", color.name(QColor::HexRgb).toLatin1());
    };
    return QIcon(new SvgEngine(inColor(theme.color(Role::Text)), inColor(theme.color(Role::Border))));
}

} // namespace widgets
