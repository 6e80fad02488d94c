#pragma once

// DEBUG DIGEST: one number for a dataset's contents, equal to Redis's for equal contents, whatever the encodings and
// the order of what has none. SHA-1s are mixed where order counts and xored where it does not. Expiries count by their
// being there alone.

#include "engine/base/sha1.h"
#include "engine/data/keyspace.h"

namespace engine {

/// Cost: O(n) in the bytes of the dataset.
Sha1 digestOf(const Keyspace& data);
/// Of a value and whether it expires, without its key.
Sha1 digestOf(const Entry& entry);

} // namespace engine
