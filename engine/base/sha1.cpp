#include "engine/base/sha1.h"

#include "engine/base/check.h"

#include <openssl/evp.h>

namespace engine {

Bytes sha1Hex(BytesView data)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    CHECK(EVP_Digest(data.data(), data.size(), digest, &size, EVP_sha1(), nullptr) == 1);
    constexpr char kDigits[] = "0123456789abcdef";
    Bytes hex;
    hex.reserve(size * 2);
    for (unsigned int i = 0; i < size; ++i) {
        hex.push_back(kDigits[digest[i] >> 4]);
        hex.push_back(kDigits[digest[i] & 15]);
    }
    return hex;
}

} // namespace engine
