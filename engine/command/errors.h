#pragma once

// Every error text of the protocol, once. Texts are Redis 7.0.15's, to the byte.
// A pure table.

#include "engine/base/bytes.h"

namespace engine::errors {

constexpr BytesView kWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
constexpr BytesView kSyntax = "ERR syntax error";
constexpr BytesView kNotAnInteger = "ERR value is not an integer or out of range";
constexpr BytesView kNotAFloat = "ERR value is not a valid float";
constexpr BytesView kNoSuchKey = "ERR no such key";
constexpr BytesView kOutOfRange = "ERR index out of range";
constexpr BytesView kOffsetOutOfRange = "ERR offset is out of range";
constexpr BytesView kStringTooLong = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
constexpr BytesView kOverflow = "ERR increment or decrement would overflow";
constexpr BytesView kNotFinite = "ERR increment would produce NaN or Infinity";
constexpr BytesView kNotPositive = "ERR value is out of range, must be positive";
constexpr BytesView kHashNotAnInteger = "ERR hash value is not an integer";
constexpr BytesView kHashNotAFloat = "ERR hash value is not a float";
constexpr BytesView kMinMaxNotAFloat = "ERR min or max is not a float";
constexpr BytesView kMinMaxNotAString = "ERR min or max not valid string range item";
constexpr BytesView kOom = "OOM command not allowed when used memory > 'maxmemory'.";
constexpr BytesView kOomOfScript =
    "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'";
constexpr BytesView kFewReplicas = "NOREPLICAS Not enough good replicas to write.";
constexpr BytesView kNoScript = "NOSCRIPT No matching script. Please use EVAL.";
constexpr BytesView kExecAbort = "EXECABORT Transaction discarded because of previous errors.";
constexpr BytesView kInvalidDbIndex = "ERR DB index is out of range";
constexpr BytesView kExecWithoutMulti = "ERR EXEC without MULTI";
constexpr BytesView kDiscardWithoutMulti = "ERR DISCARD without MULTI";
constexpr BytesView kNestedMulti = "ERR MULTI calls can not be nested";
constexpr BytesView kWatchInMulti = "ERR WATCH inside MULTI is not allowed";
constexpr BytesView kNotInMulti = "ERR Command not allowed inside a transaction";
constexpr BytesView kScriptUnknownCommand = "ERR Unknown Redis command called from script";
constexpr BytesView kScriptArity = "ERR Wrong number of args calling Redis command from script";
constexpr BytesView kScriptNotAllowed = "ERR This Redis command is not allowed from script";
constexpr BytesView kScriptReadOnly = "ERR Write commands are not allowed from read-only scripts.";
constexpr BytesView kInvalidDbIndexText = "ERR invalid DB index";
constexpr BytesView kBadProtocolVersion = "NOPROTO unsupported protocol version";
constexpr BytesView kWrongPass = "WRONGPASS invalid username-password pair or user is disabled.";
constexpr BytesView kNoPasswordSet = "ERR AUTH <password> called without any password configured for the default user. "
                                     "Are you sure your configuration is correct?";
constexpr BytesView kNoAuth = "NOAUTH Authentication required.";
constexpr BytesView kBusyScript =
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
constexpr BytesView kBusyFunction =
    "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
constexpr BytesView kNotBusy = "NOTBUSY No scripts in execution right now.";
constexpr BytesView kUnkillable =
    "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script "
    "termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";
constexpr BytesView kNoScripts = "ERR scripts cannot be run or kept here";
constexpr BytesView kNegativeKeys = "ERR Number of keys can't be negative";

// Keys, strings, lists, hashes, sets and sorted sets.
constexpr BytesView kSameObject = "ERR source and destination objects are the same";
constexpr BytesView kDecrementOverflow = "ERR decrement would overflow";
constexpr BytesView kNaNOrInfinity = "ERR value is NaN or Infinity";
constexpr BytesView kValueOutOfRange = "ERR value is out of range";
constexpr BytesView kNumkeysNotPositive = "ERR numkeys should be greater than 0";
constexpr BytesView kCountNotPositive = "ERR count should be greater than 0";
constexpr BytesView kTooManyKeys = "ERR Number of keys can't be greater than number of args";
constexpr BytesView kNegativeLimit = "ERR LIMIT can't be negative";
constexpr BytesView kNegativeCount = "ERR COUNT can't be negative";
constexpr BytesView kNegativeMaxlen = "ERR MAXLEN can't be negative";
constexpr BytesView kRankZero = "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or "
                                "use negative to start from the end of the list";
constexpr BytesView kInvalidCursor = "ERR invalid cursor";
constexpr BytesView kScoreNaN = "ERR resulting score is not a number (NaN)";
constexpr BytesView kWeightNotAFloat = "ERR weight value is not a float";
constexpr BytesView kXxWithNx = "ERR XX and NX options at the same time are not compatible";
constexpr BytesView kGtLtNx = "ERR GT, LT, and/or NX options at the same time are not compatible";
constexpr BytesView kIncrPairs = "ERR INCR option supports a single increment-element pair";
constexpr BytesView kLimitWithoutBy =
    "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
constexpr BytesView kScoresWithBylex = "ERR syntax error, WITHSCORES not supported in combination with BYLEX";
constexpr BytesView kExpireNxWithOthers = "ERR NX and XX, GT or LT options at the same time are not compatible";
constexpr BytesView kExpireGtWithLt = "ERR GT and LT options at the same time are not compatible";
constexpr BytesView kLcsNotStrings = "ERR The specified keys must contain string values";
constexpr BytesView kLcsLenWithIdx = "ERR If you want both the length and indexes, please just use IDX.";
constexpr BytesView kLcsTooLong = "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len";
constexpr BytesView kLcsMemory = "ERR Insufficient memory, failed allocating transient memory for LCS";
constexpr BytesView kSortNotNumbers = "ERR One or more scores can't be converted into double";
constexpr BytesView kNotHyperLogLog = "WRONGTYPE Key is not a valid HyperLogLog string value.";
constexpr BytesView kCorruptHyperLogLog = "INVALIDOBJ Corrupted HLL object detected";
constexpr BytesView kNoSuchHyperLogLog = "ERR The specified key does not exist";
constexpr BytesView kNotSparse = "ERR HLL encoding is not sparse";
constexpr BytesView kNoCluster = "ERR This instance has cluster support disabled";
constexpr BytesView kNoReplication =
    "ERR Replication is not offered by this server: it neither follows a master nor feeds replicas";
constexpr BytesView kNotLru = "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when "
                              "switching between policies at runtime LRU and LFU data will take some time to adjust.";
constexpr BytesView kNotLfu = "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note "
                              "that when switching between policies at runtime LRU and LFU data will take some time to "
                              "adjust.";

// Bitmaps.
constexpr BytesView kBitOffset = "ERR bit offset is not an integer or out of range";
constexpr BytesView kBitValue = "ERR bit is not an integer or out of range";
constexpr BytesView kBitIsZeroOrOne = "ERR The bit argument must be 1 or 0.";
constexpr BytesView kBitopNot = "ERR BITOP NOT must be called with a single source key.";
constexpr BytesView kBitfieldType = "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not "
                                    "supported but i64 is.";
constexpr BytesView kBitfieldOverflow = "ERR Invalid OVERFLOW type specified";
constexpr BytesView kBitfieldRo = "ERR BITFIELD_RO only supports the GET subcommand";
constexpr BytesView kMonitorOnly = "ERR Replica can't interact with the keyspace";

// Places.
constexpr BytesView kGeoUnit = "ERR unsupported unit provided. please use M, KM, FT, MI";
constexpr BytesView kGeoRadius = "ERR need numeric radius";
constexpr BytesView kGeoRadiusNegative = "ERR radius cannot be negative";
constexpr BytesView kGeoWidth = "ERR need numeric width";
constexpr BytesView kGeoHeight = "ERR need numeric height";
constexpr BytesView kGeoBoxNegative = "ERR height or width cannot be negative";
constexpr BytesView kGeoNoMember = "ERR could not decode requested zset member";
constexpr BytesView kGeoAnyAlone = "ERR the ANY argument requires COUNT argument";
constexpr BytesView kGeoradiusStoreWith =
    "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
constexpr BytesView kGeosearchstoreWith =
    "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options";

// Waiting.
constexpr BytesView kTimeoutNotAFloat = "ERR timeout is not a float or out of range";
constexpr BytesView kTimeoutNotAnInteger = "ERR timeout is not an integer or out of range";
constexpr BytesView kTimeoutNegative = "ERR timeout is negative";
constexpr BytesView kStreamGone = "UNBLOCKED the stream key no longer exists";
constexpr BytesView kGroupGone = "NOGROUP the consumer group this client was blocked on no longer exists";
constexpr BytesView kUnblocked = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

// Streams.
constexpr BytesView kInvalidStreamId = "ERR Invalid stream ID specified as stream command argument";
constexpr BytesView kInvalidStreamStart = "ERR invalid start ID for the interval";
constexpr BytesView kInvalidStreamEnd = "ERR invalid end ID for the interval";
constexpr BytesView kTrimTwice = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";
constexpr BytesView kMaxlenNegative = "ERR The MAXLEN argument must be >= 0.";
constexpr BytesView kTrimLimitNegative = "ERR The LIMIT argument must be >= 0.";
constexpr BytesView kTrimLimitAlone = "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
constexpr BytesView kTrimLimitExact = "ERR syntax error, LIMIT cannot be used without the special ~ option";
constexpr BytesView kTrimNothing = "ERR syntax error, XTRIM must be called with a trimming strategy";
constexpr BytesView kStreamIdZero = "ERR The ID specified in XADD must be greater than 0-0";
constexpr BytesView kStreamIdTooSmall =
    "ERR The ID specified in XADD is equal or smaller than the target stream top item";
constexpr BytesView kStreamExhausted = "ERR The stream has exhausted the last possible ID, unable to add more items";
constexpr BytesView kStreamElementTooLarge = "ERR Elements are too large to be stored";
constexpr BytesView kEntriesAddedNegative = "ERR entries_added must be positive";
constexpr BytesView kSetIdBelowGiven =
    "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id";
constexpr BytesView kSetIdBelowTop = "ERR The ID specified in XSETID is smaller than the target stream top item";
constexpr BytesView kSetIdFewAdded =
    "ERR The entries_added specified in XSETID is smaller than the target stream length";
constexpr BytesView kGroupOfXread = "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.";
constexpr BytesView kNoackOfXread = "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.";
constexpr BytesView kUnbalancedStreams =
    "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.";
constexpr BytesView kGroupMissing = "ERR Missing GROUP option for XREADGROUP";
constexpr BytesView kDollarOfXreadgroup =
    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by "
    "specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.";
constexpr BytesView kNewOfXread =
    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.";
constexpr BytesView kXgroupNoKey =
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option "
    "to create an empty stream automatically.";
constexpr BytesView kBusyGroup = "BUSYGROUP Consumer Group name already exists";
constexpr BytesView kEntriesReadNegative = "ERR value for ENTRIESREAD must be positive or -1";
constexpr BytesView kCountAboveZero = "ERR COUNT must be > 0";

} // namespace engine::errors
