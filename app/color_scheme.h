#pragma once

namespace app {

/// Whether the desktop prefers dark windows: asked of the desktop portal, else judged by the palette that Qt came up
/// with. Cost: a call over the session bus, at most 200 ms when nobody answers. Thread: GUI.
bool systemPrefersDark();

} // namespace app
