#include "engine/server/socket_poll.h"

#include "engine/base/check.h"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>

#include <sys/epoll.h>

#include <array>
#include <utility>

namespace engine {

namespace {

constexpr std::size_t kMostEvents = 512; // of one call to the system
constexpr std::uint32_t kArrivals = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t kEnds = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

int descriptorOf(std::uint64_t key)
{
    return static_cast<int>(key & 0xffffffffU);
}

} // namespace

struct SocketPoll::Loop {
    asio::io_context& context;
    asio::posix::stream_descriptor epoll;
};

SocketPoll::SocketPoll(asio::io_context& loop) : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
    CHECK(m_epoll >= 0);
    m_loop.reset(new Loop{loop, asio::posix::stream_descriptor(loop, m_epoll)});
    wait();
}

SocketPoll::~SocketPoll() = default;

std::uint64_t SocketPoll::keyOf(int descriptor) const
{
    return static_cast<std::uint64_t>(m_places[static_cast<std::size_t>(descriptor)].generation) << 32
        | static_cast<std::uint32_t>(descriptor);
}

void SocketPoll::control(int operation, int descriptor, std::uint32_t events) const
{
    epoll_event event{.events = events, .data = {.u64 = keyOf(descriptor)}};
    ::epoll_ctl(m_epoll, operation, descriptor, &event);
}

bool SocketPoll::add(int descriptor, PolledSocket& socket)
{
    const auto index = static_cast<std::size_t>(descriptor);
    if (index >= m_places.size())
        m_places.resize(index + 1);
    m_places[index].socket = &socket;
    epoll_event event{.events = kArrivals, .data = {.u64 = keyOf(descriptor)}};
    if (::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event) == 0)
        return true;
    m_places[index].socket = nullptr;
    return false;
}

void SocketPoll::remove(int descriptor)
{
    control(EPOLL_CTL_DEL, descriptor, 0);
    Place& place = m_places[static_cast<std::size_t>(descriptor)];
    place.socket = nullptr;
    ++place.generation;
}

void SocketPoll::waitWritable(int descriptor)
{
    control(EPOLL_CTL_MOD, descriptor, kArrivals | EPOLLOUT);
}

void SocketPoll::readAgain(int descriptor)
{
    asio::post(m_loop->context, [this, key = keyOf(descriptor)] {
        m_events.push_back({.key = key, .events = EPOLLIN});
        serve();
    });
}

void SocketPoll::atRoundEnd(PolledSocket& socket)
{
    m_atEnd.push_back(&socket);
    if (!m_serving)
        postRound();
}

// For those who run the loop within a round, and for what is said outside of one.
void SocketPoll::postRound()
{
    if (std::exchange(m_posted, true))
        return;
    asio::post(m_loop->context, [this] {
        m_posted = false;
        serve();
    });
}

void SocketPoll::wait()
{
    m_loop->epoll.async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
        if (!error)
            onReady();
    });
}

void SocketPoll::onReady()
{
    std::array<epoll_event, kMostEvents> ready;
    const int count = ::epoll_wait(m_epoll, ready.data(), static_cast<int>(ready.size()), 0);
    for (int i = 0; i < count; ++i)
        m_events.push_back(
            {.key = ready[static_cast<std::size_t>(i)].data.u64, .events = ready[static_cast<std::size_t>(i)].events});
    wait();
    if (count > 1)
        postRound();
    serve();
}

void SocketPoll::serve()
{
    const bool outer = std::exchange(m_serving, true);
    while (m_next < m_events.size()) {
        const Event event = m_events[m_next++];
        const int descriptor = descriptorOf(event.key);
        const auto socket = [&] {
            return keyOf(descriptor) == event.key ? m_places[static_cast<std::size_t>(descriptor)].socket : nullptr;
        };
        if ((event.events & EPOLLOUT) != 0 && socket()) {
            control(EPOLL_CTL_MOD, descriptor, kArrivals);
            socket()->onWritable();
        }
        if ((event.events & ~EPOLLOUT) != 0 && socket())
            socket()->onArrival((event.events & kEnds) != 0);
    }
    m_events.clear();
    m_next = 0;
    for (std::size_t i = 0; i < m_atEnd.size(); ++i)
        m_atEnd[i]->onRoundEnd();
    m_atEnd.clear();
    m_serving = outer;
}

} // namespace engine
