#pragma once

// A breakpoint's sign, in the editor's margin and in lists: a disc stops, a disc with two bars stops sometimes, a
// diamond prints and goes on; hollow: it is off.

#include "widgets/models/breakpoint_text.h"

#include <QImage>

namespace widgets {

class Theme;

/// `side` in device-independent pixels.
QImage breakpointSymbol(BreakpointShape shape, bool enabled, int side, double ratio, const Theme& theme);

} // namespace widgets
