#include "engine/command/bit_arguments.h"

#include "engine/server/config.h"

namespace engine {

namespace {

std::uint64_t checkedOffset(Call& call, std::int64_t offset)
{
    const std::int64_t longest = call.context().config.number(Param::ProtoMaxBulkLen);
    call.require(offset >= 0 && offset / 8 < longest, errors::kBitOffset);
    return call.failed() ? 0 : static_cast<std::uint64_t>(offset);
}

} // namespace

std::uint64_t nextBitOffset(Call& call)
{
    return checkedOffset(call, call.nextInteger(errors::kBitOffset));
}

std::uint64_t nextFieldOffset(Call& call, BitInteger type)
{
    if (!call.peek().starts_with('#'))
        return nextBitOffset(call);
    const auto index = parseInteger(call.nextBytes().substr(1));
    std::int64_t offset = 0;
    call.require(
        index && !__builtin_mul_overflow(*index, static_cast<std::int64_t>(type.bits), &offset), errors::kBitOffset);
    return checkedOffset(call, offset);
}

BitInteger nextBitInteger(Call& call)
{
    const BytesView text = call.nextBytes();
    const bool isSigned = text.starts_with('i');
    const auto bits = isSigned || text.starts_with('u') ? parseInteger(text.substr(1)) : std::nullopt;
    if (!bits || *bits < 1 || *bits > (isSigned ? 64 : 63)) {
        call.fail(errors::kBitfieldType);
        return {.isSigned = true, .bits = 1};
    }
    return {.isSigned = isSigned, .bits = static_cast<unsigned>(*bits)};
}

BitTarget editBits(Call& call, BytesView key, std::uint64_t last)
{
    const bool created = !call.database().find(key);
    Bytes& bytes = call.editString(key);
    const std::size_t needed = static_cast<std::size_t>(last / 8) + 1;
    const bool grows = bytes.size() < needed;
    if (grows)
        bytes.resize(needed);
    return {.bytes = &bytes, .changed = created || grows};
}

} // namespace engine
