#include "engine/data/hyperloglog.h"

#include "engine/base/check.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace engine::hyperloglog {

namespace {

constexpr BytesView kMagic = "HYLL";
constexpr std::size_t kFormAt = 4;
constexpr std::size_t kEstimateAt = 8;
constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kPlaceBits = 14;
constexpr std::size_t kHashBits = 50; // that are left for the run of zeros
constexpr std::size_t kRegisterBits = 6;
constexpr std::size_t kDenseBytes = kHeaderBytes + kRegisters * kRegisterBits / 8;
constexpr char kDense = 0;
constexpr char kSparse = 1;
constexpr std::uint8_t kOutOfDate = 0x80; // in the last byte of the estimate

constexpr std::size_t kLongestShortZeros = 64;
constexpr std::size_t kLongestValues = 4;
constexpr std::uint8_t kHighestSparse = 32;

using Histogram = std::array<std::uint32_t, 64>;

std::uint8_t byteAt(BytesView text, std::size_t at)
{
    // A run may lack its second byte; Redis reads the NUL behind the string there.
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0;
}

// Eight bytes, the lowest first.
std::uint64_t wordAt(const char* bytes)
{
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

// MurmurHash64A, by Austin Appleby.
std::uint64_t hashOf(BytesView text)
{
    constexpr std::uint64_t kSeed = 0xadc83b19;
    constexpr std::uint64_t kFactor = 0xc6a4a7935bd1e995;
    constexpr int kShift = 47;
    const bool isLong = text.size() >= sizeof(std::uint64_t);
    std::uint64_t hash = kSeed ^ (text.size() * kFactor);
    for (; text.size() >= 8; text.remove_prefix(8)) {
        std::uint64_t word = wordAt(text.data());
        word *= kFactor;
        word ^= word >> kShift;
        hash = (hash ^ word * kFactor) * kFactor;
    }
    if (!text.empty()) {
        std::uint64_t word = 0;
        // Of a long text, what is left are the last bytes of its last eight.
        if (isLong)
            word = wordAt(text.data() + text.size() - sizeof word) >> (8 * (sizeof word - text.size()));
        else
            for (std::size_t i = text.size(); i-- > 0;)
                word = (word << 8) | static_cast<std::uint8_t>(text[i]);
        hash = (hash ^ word) * kFactor;
    }
    hash ^= hash >> kShift;
    hash *= kFactor;
    return hash ^ (hash >> kShift);
}

// --- Dense registers.

std::uint8_t denseAt(BytesView text, std::size_t place)
{
    const std::size_t bit = place * kRegisterBits;
    const std::size_t byte = kHeaderBytes + bit / 8;
    const unsigned both = byteAt(text, byte) | (static_cast<unsigned>(byteAt(text, byte + 1)) << 8);
    return static_cast<std::uint8_t>((both >> (bit % 8)) & 63);
}

void setDense(Bytes& text, std::size_t place, std::uint8_t value)
{
    const std::size_t bit = place * kRegisterBits;
    const std::size_t byte = kHeaderBytes + bit / 8;
    const unsigned shift = bit % 8;
    unsigned both = byteAt(text, byte) | (static_cast<unsigned>(byteAt(text, byte + 1)) << 8);
    both = (both & ~(63U << shift)) | (static_cast<unsigned>(value) << shift);
    text[byte] = static_cast<char>(both & 255);
    if (shift > 8 - kRegisterBits)
        text[byte + 1] = static_cast<char>(both >> 8);
}

// --- Runs of the sparse form.

struct Run {
    std::size_t length = 0; // registers
    std::uint8_t value = 0;
    std::size_t bytes = 0;
};

Run runAt(BytesView text, std::size_t at)
{
    const std::uint8_t first = byteAt(text, at);
    if ((first & 0x80) != 0)
        return {.length = (first & 3U) + 1U, .value = static_cast<std::uint8_t>(((first >> 2) & 31) + 1), .bytes = 1};
    if ((first & 0x40) != 0)
        return {.length = (((first & 63U) << 8) | byteAt(text, at + 1)) + 1U, .bytes = 2};
    return {.length = (first & 63U) + 1U, .bytes = 1};
}

// By the only byte: of zeros, or of a value. The others have two.
constexpr auto kShortRunLengths = [] {
    std::array<std::uint8_t, 256> lengths{};
    for (unsigned byte = 0; byte < lengths.size(); ++byte)
        lengths[byte] = static_cast<std::uint8_t>((byte & (byte < 0x80 ? 63U : 3U)) + 1);
    return lengths;
}();

void appendZeros(Bytes& runs, std::size_t length)
{
    if (length == 0)
        return;
    const std::size_t coded = length - 1;
    if (length > kLongestShortZeros)
        runs += static_cast<char>(0x40 | (coded >> 8));
    runs += static_cast<char>(coded & 255);
}

char valueRun(std::uint8_t value, std::size_t length)
{
    return static_cast<char>(0x80U | ((value - 1U) << 2) | (length - 1U));
}

void appendValues(Bytes& runs, std::uint8_t value, std::size_t length)
{
    if (length > 0)
        runs += valueRun(value, length);
}

// Calls `visit(run, place of its first register)`. False when the runs are not those of all registers.
template <class Visit>
bool visitRuns(BytesView text, Visit visit)
{
    std::size_t place = 0;
    for (std::size_t at = kHeaderBytes; at < text.size();) {
        const Run run = runAt(text, at);
        if (place + run.length > kRegisters)
            return false;
        visit(run, place);
        place += run.length;
        at += run.bytes;
    }
    return place == kRegisters;
}

struct FoundRun {
    std::size_t at; // byte of the text
    std::size_t before; // where the run before it begins; its own when it is the first
    std::size_t place; // of its first register
    Run run;
};

std::optional<FoundRun> findRun(BytesView text, std::size_t place)
{
    FoundRun found{.at = kHeaderBytes, .before = kHeaderBytes, .place = 0, .run = {}};
    // Thousands of runs are passed for each that is wanted, so this looks at lengths alone.
    while (found.at < text.size()) {
        const unsigned first = byteAt(text, found.at);
        const bool isLong = first >> 6 == 1;
        const std::size_t length = isLong ? runAt(text, found.at).length : kShortRunLengths[first];
        if (place < found.place + length) {
            found.run = runAt(text, found.at);
            return found;
        }
        found.place += length;
        found.before = found.at;
        found.at += isLong ? 2 : 1;
    }
    return std::nullopt;
}

// Runs of the same value that lie beside each other become one, as far as Redis looks: five runs on from `at`.
void joinRuns(Bytes& text, std::size_t at)
{
    for (int looked = 0; looked < 5 && at < text.size(); ++looked) {
        const Run run = runAt(text, at);
        const Run next = runAt(text, at + 1);
        const bool alike = run.value != 0 && at + 1 < text.size() && next.value == run.value;
        if (alike && run.length + next.length <= kLongestValues) {
            text[at + 1] = valueRun(run.value, run.length + next.length);
            text.erase(at, 1);
        } else {
            at += run.bytes;
        }
    }
}

Outcome raiseByGoingDense(Bytes& text, Mark mark)
{
    if (makeDense(text) == Outcome::Corrupt)
        return Outcome::Corrupt;
    setDense(text, mark.place, mark.value);
    return Outcome::Changed;
}

Outcome raiseSparse(Bytes& text, Mark mark, std::size_t sparseMaxBytes)
{
    if (mark.value > kHighestSparse)
        return raiseByGoingDense(text, mark);
    const auto found = findRun(text, mark.place);
    if (!found)
        return Outcome::Corrupt;
    const Run& run = found->run;
    if (run.value >= mark.value)
        return Outcome::Same;

    Bytes runs;
    const std::size_t left = mark.place - found->place;
    const std::size_t right = run.length - left - 1;
    if (run.value == 0)
        appendZeros(runs, left);
    else
        appendValues(runs, run.value, left);
    appendValues(runs, mark.value, 1);
    if (run.value == 0)
        appendZeros(runs, right);
    else
        appendValues(runs, run.value, right);
    // A last run that lacks its second byte counts as two all the same, so something is cut off: as in Redis.
    const std::size_t size = text.size() + runs.size() - run.bytes;
    if (runs.size() > run.bytes && size > sparseMaxBytes)
        return raiseByGoingDense(text, mark);
    text.replace(found->at, run.bytes, runs);
    text.resize(size);
    joinRuns(text, found->before);
    forgetEstimate(text);
    return Outcome::Changed;
}

// --- The estimate.

double sigma(double x)
{
    if (x == 1)
        return std::numeric_limits<double>::infinity();
    double power = 1;
    double sum = x;
    double before = 0;
    do {
        x *= x;
        before = sum;
        sum += x * power;
        power += power;
    } while (before != sum);
    return sum;
}

double tau(double x)
{
    if (x == 0 || x == 1)
        return 0;
    double power = 1;
    double sum = 1 - x;
    double before = 0;
    do {
        x = std::sqrt(x);
        before = sum;
        power *= 0.5;
        sum -= std::pow(1 - x, 2) * power;
    } while (before != sum);
    return sum / 3;
}

std::uint64_t estimateOf(const Histogram& histogram)
{
    constexpr double kAlpha = 0.721347520444481703680; // 1 / (2 ln 2)
    constexpr double kCount = kRegisters;
    double sum = kCount * tau((kCount - histogram[kHashBits + 1]) / kCount);
    for (std::size_t value = kHashBits; value >= 1; --value) {
        sum += histogram[value];
        sum *= 0.5;
    }
    sum += kCount * sigma(histogram[0] / kCount);
    return static_cast<std::uint64_t>(std::llround(kAlpha * kCount * kCount / sum));
}

} // namespace

bool isHyperLogLog(BytesView text)
{
    if (text.size() < kHeaderBytes || !text.starts_with(kMagic))
        return false;
    return isDense(text) ? text.size() == kDenseBytes : text[kFormAt] == kSparse;
}

bool isDense(BytesView text)
{
    return text[kFormAt] == kDense;
}

Bytes empty()
{
    Bytes text(kMagic);
    text.resize(kHeaderBytes);
    text[kFormAt] = kSparse;
    appendZeros(text, kRegisters);
    return text;
}

Mark markOf(BytesView element)
{
    const std::uint64_t hash = hashOf(element);
    // The bit past the last ends every run.
    const std::uint64_t rest = (hash >> kPlaceBits) | (std::uint64_t{1} << kHashBits);
    return {.place = hash & (kRegisters - 1), .value = static_cast<std::uint8_t>(std::countr_zero(rest) + 1)};
}

Outcome wouldRaise(BytesView text, Mark mark)
{
    if (isDense(text))
        return denseAt(text, mark.place) < mark.value ? Outcome::Changed : Outcome::Same;
    if (mark.value > kHighestSparse)
        return Outcome::Changed;
    const auto found = findRun(text, mark.place);
    if (!found)
        return Outcome::Corrupt;
    return found->run.value < mark.value ? Outcome::Changed : Outcome::Same;
}

Outcome raise(Bytes& text, Mark mark, std::size_t sparseMaxBytes)
{
    if (!isDense(text))
        return raiseSparse(text, mark, sparseMaxBytes);
    if (denseAt(text, mark.place) >= mark.value)
        return Outcome::Same;
    setDense(text, mark.place, mark.value);
    return Outcome::Changed;
}

Outcome makeDense(Bytes& text)
{
    if (isDense(text))
        return Outcome::Same;
    Bytes dense = text.substr(0, kHeaderBytes);
    dense.resize(kDenseBytes);
    dense[kFormAt] = kDense;
    const bool sound = visitRuns(text, [&](const Run& run, std::size_t place) {
        for (std::size_t i = 0; run.value != 0 && i < run.length; ++i)
            setDense(dense, place + i, run.value);
    });
    if (!sound)
        return Outcome::Corrupt;
    text = std::move(dense);
    return Outcome::Changed;
}

bool mergeInto(Registers& registers, BytesView text)
{
    const auto raiseTo = [&](std::size_t place, std::uint8_t value) {
        registers[place] = std::max(registers[place], value);
    };
    if (isDense(text)) {
        for (std::size_t place = 0; place < kRegisters; ++place)
            raiseTo(place, denseAt(text, place));
        return true;
    }
    return visitRuns(text, [&](const Run& run, std::size_t place) {
        for (std::size_t i = 0; run.value != 0 && i < run.length; ++i)
            raiseTo(place + i, run.value);
    });
}

std::optional<std::uint64_t> estimate(BytesView text)
{
    Histogram histogram{};
    if (isDense(text)) {
        for (std::size_t place = 0; place < kRegisters; ++place)
            ++histogram[denseAt(text, place)];
        return estimateOf(histogram);
    }
    const bool sound = visitRuns(
        text, [&](const Run& run, std::size_t) { histogram[run.value] += static_cast<std::uint32_t>(run.length); });
    return sound ? std::optional(estimateOf(histogram)) : std::nullopt;
}

std::uint64_t estimate(const Registers& registers)
{
    Histogram histogram{};
    for (const std::uint8_t value : registers) {
        CHECK(value < histogram.size());
        ++histogram[value];
    }
    return estimateOf(histogram);
}

std::optional<std::uint64_t> keptEstimate(BytesView text)
{
    if ((byteAt(text, kHeaderBytes - 1) & kOutOfDate) != 0)
        return std::nullopt;
    std::uint64_t kept = 0;
    for (std::size_t i = kHeaderBytes; i-- > kEstimateAt;)
        kept = (kept << 8) | byteAt(text, i);
    return kept;
}

void keepEstimate(Bytes& text, std::uint64_t estimate)
{
    for (std::size_t i = kEstimateAt; i < kHeaderBytes; ++i, estimate >>= 8)
        text[i] = static_cast<char>(estimate & 255);
}

void forgetEstimate(Bytes& text)
{
    text[kHeaderBytes - 1] = static_cast<char>(byteAt(text, kHeaderBytes - 1) | kOutOfDate);
}

Bytes describeRuns(BytesView text)
{
    Bytes description;
    for (std::size_t at = kHeaderBytes; at < text.size();) {
        const Run run = runAt(text, at);
        const Bytes length = std::to_string(run.length);
        if (!description.empty())
            description += ' ';
        if (run.value != 0)
            description += "v:" + std::to_string(run.value) + "," + length;
        else
            description += (run.bytes == 2 ? "Z:" : "z:") + length;
        at += run.bytes;
    }
    return description;
}

} // namespace engine::hyperloglog
