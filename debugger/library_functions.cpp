#include "debugger/library_functions.h"

#include "debugger/stop_view.h"
#include "engine/script/function_runner.h"
#include "engine/script/script_runner.h"

namespace debugger {

bool isLibrary(engine::BytesView code)
{
    return engine::readLibraryHeader(code).ok();
}

LibraryListing listFunctions(engine::BytesView code)
{
    LibraryListing listing;
    engine::PrngState prng;
    engine::FunctionRunner runner(engine::ScriptRunnerOptions().memoryLimitBytes, prng);
    const auto name = runner.load(code, false);
    if (!name) {
        engine::Reply reply;
        reply.kind = engine::ReplyKind::Error;
        reply.text = name.error();
        listing.error = name.error();
        listing.errorLine = errorLineOf(reply);
        return listing;
    }
    for (const engine::LibraryFunction& each : runner.store().findLibrary(*name)->functions)
        listing.functions.push_back(each.name);
    return listing;
}

} // namespace debugger
