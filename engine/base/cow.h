#pragma once

// Cow<T>: a value that is shared until somebody writes to it. Copying costs one count; `edit` copies the value only
// while another holder still has it.
//
// The count is our own: std::shared_ptr::use_count() is a relaxed reading, so "I am the only holder" would not order
// the other holder's last reads before this holder's first write.

#include <atomic>
#include <cstdint>
#include <utility>

namespace engine {

/// A count of holders, for types that manage their own memory. Thread: any.
class HolderCount {
public:
    void acquire() { m_holders.fetch_add(1, std::memory_order_relaxed); }

    /// True when the caller was the last holder and must free.
    bool release() { return m_holders.fetch_sub(1, std::memory_order_acq_rel) == 1; }

    /// Acquire, not relaxed: when the last reader has just let go on its own thread, its reads must happen before the
    /// write that this answer allows in place.
    bool unique() const { return m_holders.load(std::memory_order_acquire) == 1; }

private:
    std::atomic<std::uint32_t> m_holders{1};
};

/// Thread: distinct Cow objects that share one value may be used on distinct threads.
template <class T>
class Cow {
public:
    Cow() : m_box(new Box) { }
    explicit Cow(T value) : m_box(new Box(std::move(value))) { }
    Cow(const Cow& other) : m_box(other.m_box) { m_box->holders.acquire(); }
    Cow(Cow&& other) noexcept : m_box(std::exchange(other.m_box, nullptr)) { }
    Cow& operator=(Cow other) noexcept
    {
        std::swap(m_box, other.m_box);
        return *this;
    }
    ~Cow()
    {
        if (m_box && m_box->holders.release())
            delete m_box;
    }

    const T& operator*() const { return m_box->value; }
    const T* operator->() const { return &m_box->value; }

    /// The value for writing: in place when nobody else holds it, else a copy that is ours alone from now on.
    T& edit()
    {
        if (!m_box->holders.unique())
            *this = Cow(m_box->value);
        return m_box->value;
    }

    bool unique() const { return m_box->holders.unique(); }
    bool sharesWith(const Cow& other) const { return m_box == other.m_box; }

private:
    struct Box {
        Box() = default;
        explicit Box(T initial) : value(std::move(initial)) { }
        HolderCount holders;
        T value{};
    };
    Box* m_box;
};

} // namespace engine
