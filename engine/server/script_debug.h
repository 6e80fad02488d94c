#pragma once

// A script that is to be debugged by the client that sent it (SCRIPT DEBUG): what a debugger, which stands above the
// engine, is handed. The client is no client any more: its socket goes with it.

#include "engine/acl/acl_user.h"
#include "engine/data/keyspace.h"
#include "engine/resp/reply_sink.h"

#include <memory>
#include <vector>

namespace engine {

struct ScriptDebugStart {
    int descriptor = -1; // the client's socket, which the receiver closes
    Bytes unsent; // goes to the client first
    Bytes unsentAtEnd; // goes to it before the reply: what EXEC has answered so far
    Protocol protocol = Protocol::Resp2;
    bool keepsWrites = false; // SYNC: everybody else waits, and what is written stays
    bool extended = false; // our own debugger's commands
    bool readOnly = false; // EVAL_RO, FCALL_RO
    Bytes body; // for a function its library's code
    Bytes function; // its name; empty: a script
    std::vector<Bytes> keys;
    std::vector<Bytes> argv;
    Bytes error; // what is wrong with the call: nothing is run
    Keyspace dataset;
    int database = 0;
    UnixMs now;
    std::shared_ptr<AclUser> user; // a copy; null: may do everything
};

} // namespace engine
