#include "tests/support/work_watch.h"

#include <QFile>

#include <malloc.h>
#include <sys/resource.h>

#if defined(__has_feature)
#define FERRITE_HAS(feature) __has_feature(feature)
#else
#define FERRITE_HAS(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || FERRITE_HAS(address_sanitizer)
#define FERRITE_ADDRESS_SANITIZER
#endif
#if defined(__SANITIZE_THREAD__) || FERRITE_HAS(thread_sanitizer)
#define FERRITE_THREAD_SANITIZER
#endif

namespace tests {

using engine::Bytes;

namespace {

QString fileOf(std::int64_t process, const char* name)
{
    return QStringLiteral("/proc/%1/%2").arg(process == 0 ? QStringLiteral("self") : QString::number(process), name);
}

// "VmHWM:     1234 kB"
std::size_t statusBytes(std::int64_t process, const char* field)
{
    QFile status(fileOf(process, "status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
        if (line.startsWith(field))
            return line.mid(static_cast<qsizetype>(qstrlen(field))).chopped(3).trimmed().toULongLong() * 1024;
    }
    return 0;
}

// The peak is from now on the highest since now.
void resetPeak(std::int64_t process)
{
    QFile references(fileOf(process, "clear_refs"));
    if (references.open(QIODevice::WriteOnly))
        references.write("5");
}

} // namespace

WorkBounds hostileBounds(std::size_t dataBytes)
{
#if defined(FERRITE_ADDRESS_SANITIZER)
    return {.time = std::chrono::seconds(30), .residentBytes = (std::size_t(512) << 20) + dataBytes};
#elif defined(FERRITE_THREAD_SANITIZER)
    static_cast<void>(dataBytes);
    return {.time = std::chrono::seconds(30), .residentBytes = 0};
#else
    return {.time = std::chrono::seconds(5), .residentBytes = (std::size_t(96) << 20) + dataBytes};
#endif
}

std::size_t residentBytes(std::int64_t process)
{
    return statusBytes(process, "VmRSS:");
}

void limitOwnMemory()
{
    // Sanitizers map terabytes that nobody touches.
#if !defined(FERRITE_ADDRESS_SANITIZER) && !defined(FERRITE_THREAD_SANITIZER)
    const rlimit limit{.rlim_cur = std::size_t(4) << 30, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &limit);
#endif
}

WorkWatch::WorkWatch(WorkBounds bounds, std::size_t baseBytes, std::int64_t process)
    : m_bounds(bounds), m_process(process), m_base(baseBytes)
{
    if (process == 0)
        ::malloc_trim(0); // what was freed before is not this work's
    resetPeak(process);
}

Bytes WorkWatch::fault() const
{
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_start);
    if (took > m_bounds.time)
        return "it took " + std::to_string(took.count()) + " ms";
    const std::size_t peak = statusBytes(m_process, "VmHWM:");
    if (m_bounds.residentBytes != 0 && peak > m_base + m_bounds.residentBytes)
        return "at its peak it held " + std::to_string((peak - m_base) >> 20) + " MiB";
    return {};
}

} // namespace tests

#if defined(FERRITE_ADDRESS_SANITIZER)
// What is freed is kept for less long than it would be, so that the peak tells of what was in use.
extern "C" const char* __asan_default_options()
{
    return "quarantine_size_mb=32:hard_rss_limit_mb=4096";
}
#endif
