#pragma once

// A key with its value as a recording's file keeps it: exactly, consumer groups and what they wait for included.

#include "debugger/recording/byte_coding.h"
#include "engine/data/keyspace.h"

namespace debugger {

void writeEntry(ByteWriter& to, const engine::Entry& entry);
/// Puts what `writeEntry` has written into a database that has no such key.
void readEntry(ByteReader& from, engine::Database& database, const engine::EncodingLimits& limits);

} // namespace debugger
