#include "engine/script/vararg_lines.h"

namespace engine {

std::vector<int> varargLines(BytesView source)
{
    std::vector<int> lines;
    int line = 1;
    std::size_t counted = 0;
    for (std::size_t dots = source.find("..."); dots != BytesView::npos; dots = source.find("...", dots + 3)) {
        while (counted < dots) {
            const char first = source[counted++];
            if (first != '\n' && first != '\r')
                continue;
            ++line;
            // Two that differ are one break.
            const char second = source[counted];
            if ((second == '\n' || second == '\r') && second != first)
                ++counted;
        }
        if (lines.empty() || lines.back() != line)
            lines.push_back(line);
    }
    return lines;
}

} // namespace engine
