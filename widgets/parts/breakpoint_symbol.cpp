#include "widgets/parts/breakpoint_symbol.h"

#include "widgets/parts/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace widgets {

QImage breakpointSymbol(BreakpointShape shape, bool enabled, int side, double ratio, const Theme& theme)
{
    QImage image(QSize(side, side) * ratio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(side / 16.0, side / 16.0);

    const Role role = shape == BreakpointShape::LogPoint ? Role::Changed : Role::Breakpoint;
    const QColor color = theme.color(enabled ? role : Role::MutedText);
    painter.setPen(QPen(color, 1.6));
    painter.setBrush(enabled ? QBrush(color) : QBrush(Qt::NoBrush));
    if (shape == BreakpointShape::LogPoint) {
        QPainterPath diamond(QPointF(8, 1.8));
        for (const QPointF point : {QPointF(14.2, 8), QPointF(8, 14.2), QPointF(1.8, 8)})
            diamond.lineTo(point);
        diamond.closeSubpath();
        painter.drawPath(diamond);
    } else {
        painter.drawEllipse(QRectF(2, 2, 12, 12));
    }
    if (shape == BreakpointShape::Conditional) {
        painter.setPen(QPen(enabled ? theme.color(Role::Base) : color, 1.6, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(5, 6.3), QPointF(11, 6.3));
        painter.drawLine(QPointF(5, 9.7), QPointF(11, 9.7));
    }
    return image;
}

} // namespace widgets
