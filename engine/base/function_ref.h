#pragma once

// FunctionRef: "call this for each" as a parameter. Two words, no allocation, no copy; it takes what std::function
// takes. It does not own what it calls: a parameter type, and a member of nothing that outlives the call.

#include <memory>
#include <type_traits>
#include <utility>

namespace engine {

template <class Signature>
class FunctionRef;

template <class R, class... Args>
class FunctionRef<R(Args...)> {
public:
    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_r_v<R, F&, Args...>)
        FunctionRef(F&& callable)
        : m_callable(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
          m_call([](void* target, Args... args) -> R {
              return static_cast<R>((*static_cast<std::add_pointer_t<F>>(target))(std::forward<Args>(args)...));
          })
    {
    }

    R operator()(Args... args) const { return m_call(m_callable, std::forward<Args>(args)...); }

private:
    void* m_callable;
    R (*m_call)(void*, Args...);
};

} // namespace engine
