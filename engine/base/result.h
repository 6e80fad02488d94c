#pragma once

// Result<T>: a value, or the text that says why there is none. For failures that are expected; exceptions end whole
// jobs.

#include "engine/base/check.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace engine {

/// Why something failed, for a person: what was tried, on what, and what to do.
struct Error {
    std::string text;
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) { }
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) { }

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// The value. Only after ok().
    T& value()
    {
        CHECK(ok());
        return std::get<0>(m_state);
    }
    const T& value() const
    {
        CHECK(ok());
        return std::get<0>(m_state);
    }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    /// The reason. Only after !ok().
    const std::string& error() const
    {
        CHECK(!ok());
        return std::get<1>(m_state).text;
    }

private:
    std::variant<T, Error> m_state;
};

/// The outcome of something that yields nothing but success.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error.text)) { }

    bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }

    /// The reason. Only after !ok().
    const std::string& error() const
    {
        CHECK(!ok());
        return *m_error;
    }

private:
    std::optional<std::string> m_error;
};

} // namespace engine
