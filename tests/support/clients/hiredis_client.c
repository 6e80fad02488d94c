/* Uses hiredis as programs do: hiredis_client PORT. Ends with "ok" when every answer was right. */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(int condition, const char* what)
{
    if (!condition) {
        fprintf(stderr, "wrong: %s\n", what);
        exit(1);
    }
}

static redisReply* ask(redisContext* context, int type, const char* format, const char* argument)
{
    redisReply* reply = redisCommand(context, format, argument);
    require(reply != NULL, "no reply");
    if (reply->type != type)
        fprintf(stderr, "%s: type %d: %s\n", format, reply->type, reply->str ? reply->str : "");
    require(reply->type == type, "the reply's type");
    return reply;
}

int main(int argc, char** argv)
{
    require(argc == 2, "usage");
    redisContext* context = redisConnect("127.0.0.1", atoi(argv[1]));
    require(context && !context->err, "connect");
    freeReplyObject(ask(context, REDIS_REPLY_STATUS, "FLUSHALL", ""));
    freeReplyObject(ask(context, REDIS_REPLY_STATUS, "SET k %s", "value"));
    redisReply* reply = ask(context, REDIS_REPLY_STRING, "GET %s", "k");
    require(reply->len == 5 && memcmp(reply->str, "value", 5) == 0, "GET");
    freeReplyObject(reply);
    freeReplyObject(ask(context, REDIS_REPLY_NIL, "GET %s", "missing"));
    reply = ask(context, REDIS_REPLY_ARRAY, "EVAL %s 0", "return {1, 'two', {3}}");
    require(reply->elements == 3 && reply->element[2]->element[0]->integer == 3, "EVAL");
    freeReplyObject(reply);
    freeReplyObject(ask(context, REDIS_REPLY_ERROR, "LPUSH %s x", "k"));

    enum { kCommands = 10000 };
    for (int i = 0; i < kCommands; ++i)
        redisAppendCommand(context, "INCR counter");
    for (int i = 1; i <= kCommands; ++i) {
        void* next = NULL;
        require(redisGetReply(context, &next) == REDIS_OK, "a pipelined reply");
        require(((redisReply*)next)->integer == i, "their order");
        freeReplyObject(next);
    }
    redisFree(context);
    puts("ok");
    return 0;
}
