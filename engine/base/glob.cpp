#include "engine/base/glob.h"

#include <utility>

namespace engine {

namespace {

char fold(char c, Case letters)
{
    return letters == Case::Ignored && c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

struct ClassMatch {
    bool matches;
    std::size_t next; // just past the class in the pattern
};

// Redis's reading of a character class, its oddities included: an unfinished class ends with the pattern, and the
// bounds of a range may stand the wrong way round.
ClassMatch matchClass(BytesView pattern, std::size_t at, char c, Case letters)
{
    ++at;
    const bool negated = at < pattern.size() && pattern[at] == '^';
    if (negated)
        ++at;
    bool found = false;
    for (;; ++at) {
        if (at >= pattern.size())
            return {found != negated, pattern.size()};
        if (pattern[at] == '\\' && at + 1 < pattern.size()) {
            ++at;
            found |= pattern[at] == c;
        } else if (pattern[at] == ']') {
            return {found != negated, at + 1};
        } else if (at + 2 < pattern.size() && pattern[at + 1] == '-') {
            auto low = static_cast<unsigned char>(fold(pattern[at], letters));
            auto high = static_cast<unsigned char>(fold(pattern[at + 2], letters));
            if (low > high)
                std::swap(low, high);
            const auto byte = static_cast<unsigned char>(fold(c, letters));
            found |= byte >= low && byte <= high;
            at += 2;
        } else {
            found |= fold(pattern[at], letters) == fold(c, letters);
        }
    }
}

} // namespace

bool globMatches(BytesView pattern, BytesView text, Case letters)
{
    // Going back to the last star alone is enough: an earlier star can match nothing that the last one cannot.
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t afterStar = BytesView::npos;
    std::size_t starText = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            afterStar = ++p;
            starText = t;
            continue;
        }
        bool matched = false;
        std::size_t next = p;
        if (p < pattern.size()) {
            if (pattern[p] == '?') {
                matched = true;
                next = p + 1;
            } else if (pattern[p] == '[') {
                const ClassMatch found = matchClass(pattern, p, text[t], letters);
                matched = found.matches;
                next = found.next;
            } else {
                if (pattern[p] == '\\' && p + 1 < pattern.size())
                    ++p;
                matched = fold(pattern[p], letters) == fold(text[t], letters);
                next = p + 1;
            }
        }
        if (matched) {
            p = next;
            ++t;
        } else if (afterStar != BytesView::npos) {
            p = afterStar;
            t = ++starText;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

} // namespace engine
