#pragma once

// QScintilla's headers, the one way they are included: they use Qt's keywords (slots, signals), which are plain names
// in the rest of the program.

#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS

#include <Qsci/qsciabstractapis.h>
#include <Qsci/qscilexerlua.h>
#include <Qsci/qsciscintilla.h>

#undef signals
#undef slots
