#include "engine/command/scan_arguments.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>

namespace engine {

std::uint64_t nextScanCursor(Call& call)
{
    const Bytes text(call.nextBytes());
    char* end = nullptr;
    errno = 0;
    const unsigned long long cursor = std::strtoull(text.c_str(), &end, 10);
    if (std::isspace(static_cast<unsigned char>(text[0])) || *end != '\0' || errno == ERANGE)
        call.fail(errors::kInvalidCursor);
    return cursor;
}

ScanOptions nextScanOptions(Call& call, ScanOf what)
{
    ScanOptions options;
    while (call.more() && !call.failed()) {
        if (call.remaining() < 2) {
            call.fail(errors::kSyntax);
        } else if (call.nextIs("count")) {
            const std::int64_t count = call.nextInteger();
            call.require(call.failed() || count >= 1, errors::kSyntax);
            options.count = static_cast<std::size_t>(count);
        } else if (call.nextIs("match")) {
            options.pattern = call.nextBytes();
        } else if (what == ScanOf::Database && call.nextIs("type")) {
            options.type = call.nextBytes();
        } else {
            call.fail(errors::kSyntax);
        }
    }
    return options;
}

void replyScan(Call& call, std::uint64_t cursor, const std::vector<Bytes>& found)
{
    ReplySink& reply = call.reply();
    reply.array(2);
    reply.bulk(std::to_string(cursor));
    reply.array(found.size());
    for (const Bytes& item : found)
        reply.bulk(item);
}

} // namespace engine
