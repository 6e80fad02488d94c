#pragma once

// The program's own icons: one SVG each, drawn in the theme's text colour at any size.

#include <QIcon>

namespace widgets {

class Theme;

/// `name` is a file of resources/icons without its ending. An empty icon when there is none.
QIcon themedIcon(const QString& name, const Theme& theme);

} // namespace widgets
