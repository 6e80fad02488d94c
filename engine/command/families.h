#pragma once

// The rows of every command family. A family may be several files: it then has a function a file, and a line here and
// in command_table.cpp.

#include "engine/command/command.h"

#include <span>

namespace engine {

std::span<const CommandSpec> connectionCommands();
std::span<const CommandSpec> aclCommands();
std::span<const CommandSpec> clientCommands();
std::span<const CommandSpec> transactionCommands();
std::span<const CommandSpec> pubsubCommands();
std::span<const CommandSpec> commandCommands();
std::span<const CommandSpec> serverCommands();
std::span<const CommandSpec> configCommands();
std::span<const CommandSpec> standaloneCommands();
std::span<const CommandSpec> clusterCommands();
std::span<const CommandSpec> latencyCommands();
std::span<const CommandSpec> debugCommands();
std::span<const CommandSpec> memoryCommands();
std::span<const CommandSpec> lolwutCommands();
std::span<const CommandSpec> scriptCommands();
std::span<const CommandSpec> functionCommands();
std::span<const CommandSpec> stringCommands();
std::span<const CommandSpec> stringNumberCommands();
std::span<const CommandSpec> stringPartCommands();
std::span<const CommandSpec> lcsCommands();
std::span<const CommandSpec> hyperloglogCommands();
std::span<const CommandSpec> geoCommands();
std::span<const CommandSpec> geoSearchCommands();
std::span<const CommandSpec> expireCommands();
std::span<const CommandSpec> keyCommands();
std::span<const CommandSpec> objectCommands();
std::span<const CommandSpec> scanCommands();
std::span<const CommandSpec> bitmapCommands();
std::span<const CommandSpec> bitfieldCommands();
std::span<const CommandSpec> sortCommands();
std::span<const CommandSpec> listCommands();
std::span<const CommandSpec> listEndCommands();
std::span<const CommandSpec> blockingListCommands();
std::span<const CommandSpec> hashCommands();
std::span<const CommandSpec> hashWalkCommands();
std::span<const CommandSpec> setCommands();
std::span<const CommandSpec> setChanceCommands();
std::span<const CommandSpec> setAlgebraCommands();
std::span<const CommandSpec> zsetCommands();
std::span<const CommandSpec> zsetRangeCommands();
std::span<const CommandSpec> zsetRemoveCommands();
std::span<const CommandSpec> blockingZsetCommands();
std::span<const CommandSpec> zsetAlgebraCommands();
std::span<const CommandSpec> zsetWalkCommands();
std::span<const CommandSpec> streamCommands();
std::span<const CommandSpec> streamReadCommands();
std::span<const CommandSpec> streamGroupCommands();
std::span<const CommandSpec> streamPendingCommands();
std::span<const CommandSpec> streamClaimCommands();
std::span<const CommandSpec> streamInfoCommands();

} // namespace engine
