#include "debugger/console/debug_output.h"

#include <array>

namespace debugger {

namespace {

struct ReasonRow {
    StopReason reason;
    std::string_view name;
    std::string_view text;
};

constexpr std::array kReasons{
    ReasonRow{StopReason::Entry, "entry", "start of the script"},
    ReasonRow{StopReason::Step, "step", "step over"},
    ReasonRow{StopReason::Breakpoint, "breakpoint", "break point"},
    ReasonRow{StopReason::BreakpointCall, "redis.breakpoint", "redis.breakpoint() called"},
    ReasonRow{StopReason::Pause, "pause", "paused"},
    ReasonRow{StopReason::Arrived, "arrived", "arrived"},
    ReasonRow{StopReason::Start, "start", "start of the recording"},
    ReasonRow{StopReason::LimitReached, "limit", "the recording is full"},
};

const ReasonRow& rowOf(StopReason reason)
{
    for (const ReasonRow& row : kReasons) {
        if (row.reason == reason)
            return row;
    }
    return kReasons.front();
}

} // namespace

std::string_view changeName(engine::ChangeKind kind)
{
    switch (kind) {
    case engine::ChangeKind::Added:
        return "added";
    case engine::ChangeKind::Removed:
        return "removed";
    case engine::ChangeKind::Changed:
        return "changed";
    }
    return "";
}

std::string_view fateName(KeyFate fate)
{
    switch (fate) {
    case KeyFate::Created:
        return "created";
    case KeyFate::Removed:
        return "removed";
    case KeyFate::Expired:
        return "expired";
    case KeyFate::Changed:
        return "changed";
    case KeyFate::Retimed:
        return "retimed";
    }
    return "";
}

std::string_view reasonName(StopReason reason)
{
    return rowOf(reason).name;
}

std::string_view reasonText(StopReason reason)
{
    return rowOf(reason).text;
}

} // namespace debugger
