#pragma once

// What the bitmap commands read from their arguments in the same way.

#include "engine/command/call.h"
#include "engine/data/bit_array.h"

namespace engine {

/// The next argument: a bit's offset, within the longest string that proto-max-bulk-len allows.
std::uint64_t nextBitOffset(Call& call);
/// As nextBitOffset; "#3" means the third integer of this type behind the first.
std::uint64_t nextFieldOffset(Call& call, BitInteger type);
/// "i8", "u63", …
BitInteger nextBitInteger(Call& call);

/// What a command is about to write bits to.
struct BitTarget {
    Bytes* bytes = nullptr;
    bool changed = false; // it was created, or has grown
};

/// The string at a key, long enough for a bit at `last`, to be written to; made when there is none. The type has been
/// checked. Valid until the next write.
BitTarget editBits(Call& call, BytesView key, std::uint64_t last);

} // namespace engine
