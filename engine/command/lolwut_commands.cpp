// LOLWUT: a picture, drawn by chance, and the version.

#include "engine/command/call.h"
#include "engine/command/families.h"

#include <algorithm>

namespace engine {

namespace {

// A strip of Truchet tiles: each leans to one side or the other.
void lolwut(Call& call)
{
    constexpr int kColumns = 40;
    constexpr int kRowsOfTiles = 8;
    if (call.remaining() >= 2 && call.nextIs("version"))
        call.nextInteger();
    if (call.failed())
        return;
    Bytes picture;
    for (int row = 0; row < kRowsOfTiles; ++row) {
        for (int column = 0; column < kColumns; ++column)
            picture += call.rng().below(2) == 0 ? "\xE2\x95\xB1" : "\xE2\x95\xB2";
        picture += '\n';
    }
    call.reply().verbatim("txt", picture + "\nTruchet tiles, after an idea of 1704. Redis ver. 7.0.15\n");
}

constexpr CommandSpec kRows[] = {
    {.name = "lolwut",
        .syntax = "[VERSION version:integer]",
        .arity = -1,
        .flags = Flag::ReadOnly | Flag::Fast,
        .group = Group::Server,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Draws a picture and tells the version.",
        .run = lolwut},
};

} // namespace

std::span<const CommandSpec> lolwutCommands()
{
    return kRows;
}

} // namespace engine
