#pragma once

// The file that `aclfile` names: a user a line, as ACL LIST shows them.

#include "engine/acl/access_control.h"

namespace engine {

/// The users of a file, made by `acl`, which stays as it is. The error is ACL LOAD's reply, whole: all that is wrong in
/// the file.
Result<AccessControl::Users> readAclFile(const Bytes& path, const AccessControl& acl);
/// All or nothing. The error is ACL SAVE's reply, whole.
Result<void> writeAclFile(const Bytes& path, BytesView text);

} // namespace engine
