package io.ratiskv.api;

/**
 * A keyspace event, by Redis' name for it.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/use/keyspace-notifications/">Redis keyspace notifications</a>.
 */
public enum KeyEvent {
    DEL("del", EventClass.GENERIC),
    EXPIRE("expire", EventClass.GENERIC),
    PERSIST("persist", EventClass.GENERIC),
    RENAME_FROM("rename_from", EventClass.GENERIC),
    RENAME_TO("rename_to", EventClass.GENERIC),
    MOVE_FROM("move_from", EventClass.GENERIC),
    MOVE_TO("move_to", EventClass.GENERIC),
    COPY_TO("copy_to", EventClass.GENERIC),
    RESTORE("restore", EventClass.GENERIC),
    EXPIRED("expired", EventClass.EXPIRED),
    EVICTED("evicted", EventClass.EVICTED),
    NEW("new", EventClass.NEW),
    KEY_MISS("keymiss", EventClass.KEY_MISS),

    SET("set", EventClass.STRING),
    APPEND("append", EventClass.STRING),
    SETRANGE("setrange", EventClass.STRING),
    INCRBY("incrby", EventClass.STRING),
    INCRBYFLOAT("incrbyfloat", EventClass.STRING),
    SETBIT("setbit", EventClass.STRING),
    PFADD("pfadd", EventClass.STRING),

    HSET("hset", EventClass.HASH),
    HINCRBY("hincrby", EventClass.HASH),
    HINCRBYFLOAT("hincrbyfloat", EventClass.HASH),
    HDEL("hdel", EventClass.HASH),
    HEXPIRE("hexpire", EventClass.HASH),
    HPERSIST("hpersist", EventClass.HASH),
    HEXPIRED("hexpired", EventClass.HASH),

    LPUSH("lpush", EventClass.LIST),
    RPUSH("rpush", EventClass.LIST),
    LPOP("lpop", EventClass.LIST),
    RPOP("rpop", EventClass.LIST),
    LINSERT("linsert", EventClass.LIST),
    LSET("lset", EventClass.LIST),
    LREM("lrem", EventClass.LIST),
    LTRIM("ltrim", EventClass.LIST),
    SORTSTORE("sortstore", EventClass.LIST),

    SADD("sadd", EventClass.SET),
    SREM("srem", EventClass.SET),
    SPOP("spop", EventClass.SET),
    SUNIONSTORE("sunionstore", EventClass.SET),
    SINTERSTORE("sinterstore", EventClass.SET),
    SDIFFSTORE("sdiffstore", EventClass.SET),

    ZADD("zadd", EventClass.SORTED_SET),
    ZINCR("zincr", EventClass.SORTED_SET),
    ZREM("zrem", EventClass.SORTED_SET),
    ZREMRANGEBYRANK("zremrangebyrank", EventClass.SORTED_SET),
    ZREMRANGEBYSCORE("zremrangebyscore", EventClass.SORTED_SET),
    ZREMRANGEBYLEX("zremrangebylex", EventClass.SORTED_SET),
    ZPOPMIN("zpopmin", EventClass.SORTED_SET),
    ZPOPMAX("zpopmax", EventClass.SORTED_SET),
    ZUNIONSTORE("zunionstore", EventClass.SORTED_SET),
    ZINTERSTORE("zinterstore", EventClass.SORTED_SET),
    ZDIFFSTORE("zdiffstore", EventClass.SORTED_SET),
    ZRANGESTORE("zrangestore", EventClass.SORTED_SET),
    GEORADIUSSTORE("georadiusstore", EventClass.SORTED_SET),
    GEOSEARCHSTORE("geosearchstore", EventClass.SORTED_SET),

    XADD("xadd", EventClass.STREAM),
    XTRIM("xtrim", EventClass.STREAM),
    XDEL("xdel", EventClass.STREAM),
    XSETID("xsetid", EventClass.STREAM),
    XGROUP_CREATE("xgroup-create", EventClass.STREAM),
    XGROUP_SETID("xgroup-setid", EventClass.STREAM),
    XGROUP_DESTROY("xgroup-destroy", EventClass.STREAM),
    XGROUP_CREATECONSUMER("xgroup-createconsumer", EventClass.STREAM),
    XGROUP_DELCONSUMER("xgroup-delconsumer", EventClass.STREAM);

    private final String wireName;
    private final EventClass eventClass;

    KeyEvent(String wireName, EventClass eventClass) {
        this.wireName = wireName;
        this.eventClass = eventClass;
    }

    /** As clients are told it. */
    public String wireName() {
        return wireName;
    }

    public EventClass eventClass() {
        return eventClass;
    }
}
