package io.ratiskv.machine;

import static io.ratiskv.api.ValueType.LIST;
import static io.ratiskv.api.ValueType.SORTED_SET;
import static io.ratiskv.api.ValueType.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.KeyEvent;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.api.ValueType;
import io.ratiskv.rdb.RdbWriter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which keyspace events a request causes: as Redis names them, in its order. */
class KeyspaceEventsTest {
    private final KeyValueStateMachine machine = new KeyValueStateMachine();
    private long atMillis = 10;
    private long id;

    KeyspaceEventsTest() {
        machine.listen(EnumSet.of(EffectInterest.KEY_EVENTS));
        machine.apply(1, 0, new Entry.OpenGateway("n1", 1, "", ""), Audience.GATEWAY);
        choose("AKE");
    }

    @Test
    void a_string_tells_how_it_changed() {
        assertEvents("set k", "SET k v");
        assertEvents("set k, expire k", "SET k v EX 100");
        assertEvents("set k", "SET k v KEEPTTL");
        assertEvents("", "SET k v NX");
        assertEvents("del k", "SET k v PXAT 1");
        assertEvents("set k, expire k", "SETEX k 100 v");
        assertEvents("set k, expire k", "PSETEX k 100 v");
        assertEvents("set k", "GETSET k v");
        assertEvents("", "SETNX k v");
        assertEvents("append k", "APPEND k w");
        assertEvents("setrange k", "SETRANGE k 1 x");
        assertEvents("set a, set b, set b", "MSET a 1 b 2 b 3");
        assertEvents("", "MSETNX a 1 c 2");
        assertEvents("set c, set d", "MSETNX c 1 d 2");
        assertEvents("incrby a", "INCR a");
        assertEvents("incrby a", "DECRBY a 5");
        assertEvents("incrbyfloat a", "INCRBYFLOAT a 0.5");
        assertEvents("", "INCR k");
        assertEvents("expire a", "GETEX a EX 10");
        assertEvents("persist a", "GETEX a PERSIST");
        assertEvents("", "GETEX a");
        assertEvents("del a", "GETEX a PXAT 1");
        assertEvents("del b", "GETDEL b");
        assertEvents("", "GETDEL b");
        assertEvents("", "GET a");
    }

    @Test
    void bits_and_counters_tell_how_they_changed() {
        assertEvents("setbit b", "SETBIT b 7 1");
        assertEvents("", "SETBIT b 7 1");
        assertEvents("setbit b", "SETBIT b 100000 0");
        assertEvents("setbit b", "BITFIELD b SET u8 0 1 INCRBY u8 8 2");
        assertEvents("setbit b", "BITFIELD b SET u8 0 5");
        assertEvents("", "BITFIELD b SET u8 0 5 GET u8 0");
        assertEvents("", "BITFIELD b OVERFLOW FAIL INCRBY u2 0 9");
        assertEvents("set d", "BITOP NOT d b");
        assertEvents("del d", "BITOP OR d none");
        assertEvents("", "BITOP OR d none");
        assertEvents("pfadd h", "PFADD h a b");
        assertEvents("", "PFADD h a");
        assertEvents("", "PFCOUNT h");
        assertEvents("pfadd g", "PFMERGE g h");
    }

    @Test
    void a_list_made_by_sorting_says_so() {
        assertEvents("rpush l", "RPUSH l 3 1 2");
        assertEvents("sortstore d", "SORT l STORE d");
        assertEvents("", "SORT l");
        assertEvents("del d", "SORT none STORE d");
        assertEvents("", "SORT none STORE d");
    }

    @Test
    void a_restored_key_says_so() {
        Bytes payload = RdbWriter.write(Bytes.of("hello"));
        Bytes[] words = {Bytes.of("RESTORE"), Bytes.of("k"), Bytes.of("100000"), payload, Bytes.of("REPLACE")};
        Unit restores = new Unit.Single(new Request(0, 2, Request.DEFAULT_USER, words));
        assertEquals(List.of("restore k"), events(List.of(restores), Audience.GATEWAY));
        assertEquals(List.of("restore k"), events(List.of(restores), Audience.GATEWAY));
    }

    @Test
    void the_newer_ways_to_change_a_string_tell_what_the_older_do() {
        assertEvents("incrby k", "INCREX k");
        assertEvents("incrby k, expire k", "INCREX k EX 100");
        assertEvents("incrby k", "INCREX k EX 100 ENX");
        assertEvents("incrby k, persist k", "INCREX k PERSIST");
        assertEvents("", "INCREX k UBOUND 0");
        assertEvents("incrbyfloat k", "INCREX k BYFLOAT 0.5");
        assertEvents("del k", "INCREX k BYFLOAT 1 PXAT 1");
        assertEvents("set a, expire a, set b, expire b", "MSETEX 2 a 1 b 2 EX 100");
        assertEvents("", "MSETEX 1 a 1 NX");
        assertEvents("", "DELEX a IFEQ 2");
        assertEvents("del a", "DELEX a IFEQ 1");
        assertEvents("del b", "DELIFEQ b 2");
    }

    @Test
    void a_key_tells_what_became_of_it() {
        assertEvents("set k, set l", "MSET k v l w");
        assertEvents("expire k", "EXPIRE k 100");
        assertEvents("persist k", "PERSIST k");
        assertEvents("", "PERSIST k");
        assertEvents("del l", "EXPIRE l 0");
        assertEvents("rename_from k, rename_to l", "RENAME k l");
        assertEvents("", "RENAME l l");
        assertEvents("copy_to k", "COPY l k");
        assertEvents("", "COPY l k");
        assertEvents("del k, del l", "DEL k none l k");
        assertEvents("set k", "SET k v");
        assertEvents("move_from k, move_to k", "MOVE k 1");
        assertEvents("", "FLUSHALL");
        assertEvents("set k", "SET k v");
        assertEvents("del k", "UNLINK k");
    }

    @Test
    void a_hash_that_changes_says_so_once_for_a_request() {
        assertEvents("hset h", "HSET h a 1 b 2");
        assertEvents("hset h", "HMSET h a 1 b 2");
        assertEvents("hset h", "HSETNX h c 3");
        assertEvents("", "HSETNX h c 3");
        assertEvents("hincrby h", "HINCRBY h a 1");
        assertEvents("hincrbyfloat h", "HINCRBYFLOAT h a 0.5");
        assertEvents("hdel h", "HDEL h a none");
        assertEvents("", "HDEL h a");
        assertEvents("hdel h, del h", "HDEL h b c");
    }

    @Test
    void a_field_tells_of_its_deadline() {
        assertEvents("hset h", "HSET h a 1 b 2 c 3 d 4 e 5");
        assertEvents("hexpire h", "HEXPIRE h 100 FIELDS 3 a b none");
        assertEvents("", "HEXPIRE h 100 NX FIELDS 1 a");
        assertEvents("hpersist h", "HPERSIST h FIELDS 2 a c");
        assertEvents("", "HPERSIST h FIELDS 1 a");
        assertEvents("hdel h", "HEXPIRE h 0 FIELDS 2 a none");
        assertEvents("hset h, hexpire h", "HSETEX h EX 10 FIELDS 2 b 1 c 2");
        assertEvents("hset h", "HSETEX h KEEPTTL FIELDS 1 b 1");
        assertEvents("", "HSETEX h FNX EX 10 FIELDS 1 b 1");
        assertEvents("hset h, hdel h", "HSETEX h EX 0 FIELDS 2 x 1 y 2");
        assertEvents("hset i, hdel i, del i", "HSETEX i EX 0 FIELDS 2 x 1 y 2");
        assertEvents("", "HGETEX h FIELDS 1 b");
        assertEvents("hexpire h", "HGETEX h EX 5 FIELDS 2 d e");
        assertEvents("hpersist h", "HGETEX h PERSIST FIELDS 2 d e");
        assertEvents("hdel h", "HGETEX h EX 0 FIELDS 2 d e");
        assertEvents("", "HGETDEL h FIELDS 1 d");
        assertEvents("hdel h", "HGETDEL h FIELDS 2 d b");
        assertEvents("hdel h, del h", "HGETDEL h FIELDS 1 c");
    }

    @Test
    void a_field_that_expired_says_so_when_it_goes() {
        assertEvents("hset h, hexpire h", "HSET h a 1 b 2 c 3 d 4", "HPEXPIRE h 5 FIELDS 2 a b");
        atMillis += 5;
        assertEvents("hexpired h, hset h, hexpired h", "HSET h a 3");
        assertEvents("hexpire h, hexpire h", "HPEXPIRE h 5 FIELDS 2 a c", "HPEXPIRE h 9 FIELDS 1 d");
        atMillis += 5;
        assertEvents("hexpired h", "GET none");
        atMillis += 4;
        assertEvents("hexpired h, del h", "GET none");
        assertEvents("hset h, hexpire h", "HSET h a 1", "HPEXPIRE h 5 FIELDS 1 a");
        atMillis += 5;
        choose("KAn");
        assertEvents("hexpired h, del h, new h, set h", "SET h v");
    }

    @Test
    void a_key_that_comes_to_be_says_so_before_what_it_is() {
        choose("KAn");
        assertEvents("new k, set k", "SET k v");
        assertEvents("set k", "SET k v");
        assertEvents("new l, rename_from k, rename_to l", "RENAME k l");
        assertEvents("new m, set m", "SET m v");
        assertEvents("new m, rename_from l, rename_to m", "RENAME l m");
        assertEvents("new k, copy_to k", "COPY m k");
        assertEvents("new k, copy_to k", "COPY m k REPLACE");
        assertEvents("new k, move_from k, move_to k", "MOVE k 1");
        assertEvents("new z, zadd z", "ZADD z 1 a 2 b");
        assertEvents("new a, set a, new b, set b", "MSET a 1 b 2");
        assertEvents("new s, sadd s", "SADD s a b");
        assertEvents("sunionstore s", "SUNIONSTORE s s");
        assertEvents("new l, rpush l", "RPUSH l a");
        assertEvents("new o, lpush o, lpop l, del l", "LMOVE l o LEFT LEFT");
    }

    @Test
    void a_key_that_expired_says_so_when_it_goes() {
        assertEvents("set k, expire k, set l, expire l", "SET k v PX 5", "SET l v PX 5");
        atMillis += 5;
        choose("KAn");
        assertEvents("expired k, new k, append k, expired l", "APPEND k v");
        assertEvents("set k, expire k", "SET k v PX 5");
        atMillis += 5;
        assertEvents("expired k", "DEL k");
    }

    @Test
    void a_read_that_finds_nothing_says_so_once() {
        choose("Em");
        assertEvents("keymiss k", "GET k");
        assertEvents("keymiss k, keymiss l", "MGET k l");
        assertEvents("keymiss k", "EXISTS k");
        assertEvents("keymiss k", "TTL k");
        assertEvents("keymiss k", "TYPE k");
        assertEvents("keymiss k", "LRANGE k 0 -1");
        assertEvents("keymiss k", "HGETALL k");
        assertEvents("", "OBJECT ENCODING k");
        assertEvents("", "MEMORY USAGE k");
        assertEvents("", "RAFT.VERSIONS k");
        assertEvents("", "DEL k");
        assertEvents("", "SET k v");
        assertEvents("", "GET k");
    }

    @Test
    void a_replica_that_answers_nobody_tells_no_misses() {
        choose("KEm");
        Unit transaction =
                new Unit.Transaction(List.of(Request.of("GET", "k"), Request.of("SET", "l", "v")), List.of());
        assertEquals(List.of("keymiss k"), events(List.of(transaction), Audience.GATEWAY));
        assertEquals(List.of(), events(List.of(transaction), Audience.REPLICA));
        assertEquals(Reply.NULL, machine.query(Request.of("GET", "k"), 0));
        assertEquals(1, machine.takeEffects().size());
        assertEquals(List.of(), machine.takeEffects());
    }

    @Test
    void only_what_the_setting_chooses_is_told() {
        choose("K$");
        assertEquals(
                List.of(new Effect.Notified(0, KeyEvent.SET, Bytes.of("k"), true, false)), effects("SET k v EX 100"));
        choose("Eg");
        assertEquals(
                List.of(new Effect.Notified(0, KeyEvent.EXPIRE, Bytes.of("k"), false, true)),
                effects("SET k v EX 100"));
        for (String nothing : List.of("A", "KE", "")) {
            choose(nothing);
            assertEquals(List.of(), effects("SET k v EX 100"), nothing);
        }
        assertFalse(machine.apply(machine.appliedIndex() + 1, 0, setting("KEx!"), Audience.REPLICA)
                .taken());
        assertEquals(Bytes.of(""), machine.configuration("notify-keyspace-events"));
    }

    @Test
    void a_set_that_gains_or_loses_members_says_so_once_for_a_request() {
        assertEvents("sadd s", "SADD s a b c d e f");
        assertEvents("", "SADD s a b");
        assertEvents("srem s", "SREM s a none");
        assertEvents("", "SREM s a none");
        assertEvents("srem s, sadd t", "SMOVE s t b");
        assertEvents("", "SMOVE s t b");
        assertEvents("", "SMOVE t t b");
        assertEvents("sadd t", "SADD t c");
        assertEvents("srem t", "SMOVE t s c");
        assertEvents("srem t, del t, sadd s", "SMOVE t s b");
        assertEvents("spop s", "SPOP s");
        assertEvents("spop s", "SPOP s 2");
        assertEvents("", "SPOP s 0");
        assertEvents("spop s, del s", "SPOP s 10");
        assertEvents("", "SPOP s 10");
        assertEvents("sadd s", "SADD s a");
        assertEvents("spop s, del s", "SPOP s");
        assertEvents("sadd s", "SADD s a");
        assertEvents("srem s, del s", "SREM s a b");
    }

    @Test
    void a_stored_set_is_named_after_what_it_was_made_by() {
        assertEvents("sadd s", "SADD s a b");
        assertEvents("sadd t", "SADD t b c");
        assertEvents("sunionstore d", "SUNIONSTORE d s t");
        assertEvents("sinterstore d", "SINTERSTORE d s t");
        assertEvents("sdiffstore d", "SDIFFSTORE d s t");
        assertEvents("del d", "SINTERSTORE d s none");
        assertEvents("", "SINTERSTORE d s none");
        assertEvents("", "SUNIONSTORE d none");
    }

    @Test
    void a_sorted_set_that_changes_says_so_once_for_a_request() {
        assertEvents("zadd z", "ZADD z 1 a 2 b 3 c 4 d 5 e 6 f");
        assertEvents("", "ZADD z NX 9 a 9 b");
        assertEvents("", "ZADD z 1 a 2 b");
        assertEvents("", "ZADD z XX 1 none");
        assertEvents("zadd z", "ZADD z CH 7 a");
        assertEvents("zincr z", "ZINCRBY z 1 a");
        assertEvents("zincr z", "ZADD z INCR 1 a");
        assertEvents("", "ZINCRBY z 0 a");
        assertEvents("zincr z", "ZINCRBY z 0 new");
        assertEvents("zrem z", "ZREM z a new none");
        assertEvents("", "ZREM z none");
        assertEvents("zremrangebyrank z", "ZREMRANGEBYRANK z 0 0");
        assertEvents("", "ZREMRANGEBYRANK z 100 200");
        assertEvents("zremrangebyscore z", "ZREMRANGEBYSCORE z 3 3");
        assertEvents("zremrangebylex z", "ZREMRANGEBYLEX z [d [d");
        assertEvents("zpopmin z", "ZPOPMIN z");
        assertEvents("", "ZPOPMIN z 0");
        assertEvents("zpopmax z, del z", "ZMPOP 2 none z MAX COUNT 10");
        assertEvents("", "ZPOPMAX z");
        assertEvents("zadd z", "ZADD z 1 a");
        assertEvents("zremrangebyrank z, del z", "ZREMRANGEBYRANK z 0 -1");
        assertEvents("zadd z", "ZADD z 1 a");
        assertEvents("zrem z, del z", "ZREM z a");
    }

    @Test
    void a_stored_sorted_set_is_named_after_what_it_was_made_by() {
        assertEvents("zadd z", "ZADD z 1 a 2 b");
        assertEvents("zadd y", "ZADD y 1 b");
        assertEvents("zunionstore d", "ZUNIONSTORE d 2 z y");
        assertEvents("zinterstore d", "ZINTERSTORE d 2 z y");
        assertEvents("zdiffstore d", "ZDIFFSTORE d 2 z y");
        assertEvents("zrangestore d", "ZRANGESTORE d z 0 0");
        assertEvents("del d", "ZRANGESTORE d z 5 6");
        assertEvents("", "ZUNIONSTORE d 1 none");
        assertEvents("zadd g", "GEOADD g 1 1 a");
        assertEvents("geosearchstore d", "GEOSEARCHSTORE d g FROMLONLAT 1 1 BYRADIUS 1 km");
        assertEvents("georadiusstore d", "GEORADIUS g 1 1 1 km STORE d");
        assertEvents("", "GEORADIUS g 1 1 1 km");
        assertEvents("del d", "GEORADIUS none 1 1 1 km STORE d");
    }

    @Test
    void a_list_tells_from_which_end_it_changed() {
        assertEvents("rpush l", "RPUSH l a b c");
        assertEvents("lpush l", "LPUSH l d e");
        assertEvents("", "RPUSHX none a");
        assertEvents("rpush l", "RPUSHX l a");
        assertEvents("lpop l", "LPOP l");
        assertEvents("rpop l", "RPOP l 2");
        assertEvents("", "LPOP l 0");
        assertEvents("linsert l", "LINSERT l BEFORE a x");
        assertEvents("", "LINSERT l BEFORE none x");
        assertEvents("lset l", "LSET l 0 y");
        assertEvents("lrem l", "LREM l 0 x");
        assertEvents("", "LREM l 0 x");
        assertEvents("ltrim l", "LTRIM l 0 -1");
        assertEvents("lpush m, rpop l", "RPOPLPUSH l m");
        assertEvents("lpush l, rpop l", "RPOPLPUSH l l");
        assertEvents("rpush m, lpop l", "LMOVE l m LEFT RIGHT");
        assertEvents("rpush m, lpop l, del l", "LMOVE l m LEFT RIGHT");
        assertEvents("", "LMOVE l m LEFT RIGHT");
        assertEvents("lpop m", "LMPOP 2 l m LEFT");
        assertEvents("rpop m", "BRPOP l m 0");
        assertEvents("rpop m, del m", "BRPOP l m 0");
        assertEvents("", "BRPOP l m 0");
        assertEvents("rpush l", "RPUSH l a");
        assertEvents("lrem l, del l", "LREM l 0 a");
        assertEvents("rpush l", "RPUSH l a");
        assertEvents("ltrim l, del l", "LTRIM l 1 0");
        assertEvents("", "LTRIM l 1 0");
    }

    @Test
    void a_stream_names_what_became_of_its_entries_and_groups() {
        assertEvents("xadd x", "XADD x 1 f v");
        assertEvents("", "XADD none NOMKSTREAM 1 f v");
        assertEvents("xadd x, xtrim x", "XADD x MAXLEN 1 2 f v");
        assertEvents("xadd x", "XADD x MAXLEN 9 3 f v");
        assertEvents("xtrim x", "XTRIM x MAXLEN 1");
        assertEvents("", "XTRIM x MAXLEN 1");
        assertEvents("xdel x", "XDEL x 3 4");
        assertEvents("", "XDEL x 3 4");
        assertEvents("xsetid x", "XSETID x 5");
        assertEvents("xgroup-create x", "XGROUP CREATE x g 0");
        assertEvents("xgroup-create y", "XGROUP CREATE y g 0 MKSTREAM");
        assertEvents("xgroup-setid x", "XGROUP SETID x g 0");
        assertEvents("xgroup-createconsumer x", "XGROUP CREATECONSUMER x g c");
        assertEvents("", "XGROUP CREATECONSUMER x g c");
        assertEvents("xgroup-createconsumer x", "XREADGROUP GROUP g d STREAMS x >");
        assertEvents("xadd x", "XADD x 6 f v");
        assertEvents("", "XREADGROUP GROUP g d STREAMS x >");
        assertEvents("", "XCLAIM x g c 0 6");
        assertEvents("", "XACK x g 6");
        assertEvents("xgroup-delconsumer x", "XGROUP DELCONSUMER x g c");
        assertEvents("", "XGROUP DELCONSUMER x g c");
        assertEvents("xgroup-destroy x", "XGROUP DESTROY x g");
        assertEvents("", "XGROUP DESTROY x g");
        assertEvents("del x", "DEL x");
    }

    @Test
    void whoever_waits_hears_of_keys_that_became_ready() {
        machine.listen(EnumSet.of(EffectInterest.READINESS));
        assertEquals(List.of(ready("l", LIST, 3)), effects("RPUSH l a b c"));
        assertEquals(List.of(ready("l", LIST, 1)), effects("LPUSH l d"));
        assertEquals(List.of(), effects("LINSERT l BEFORE d x"));
        assertEquals(List.of(), effects("LPOP l"));
        assertEquals(List.of(ready("m", LIST, 1)), effects("LMOVE l m LEFT RIGHT"));
        assertEquals(List.of(ready("z", SORTED_SET, 1), ready("z", SORTED_SET, 1)), effects("ZADD z 1 a 2 b"));
        assertEquals(List.of(), effects("ZADD z 3 a"));
        assertEquals(List.of(), effects("ZINCRBY z 1 a"));
        assertEquals(List.of(ready("z", SORTED_SET, 1)), effects("ZINCRBY z 1 c"));
        assertEquals(List.of(ready("y", SORTED_SET, 3)), effects("ZUNIONSTORE y 1 z"));
        assertEquals(List.of(), effects("ZREM z a"));
        assertEquals(List.of(ready("n", LIST, Integer.MAX_VALUE)), effects("RENAME m n"));
        assertEquals(List.of(ready("m", LIST, Integer.MAX_VALUE)), effects("COPY n m"));
        Effect moved = new Effect.KeyReady(1, Bytes.of("m"), LIST, Integer.MAX_VALUE);
        assertEquals(List.of(moved), effects("MOVE m 1"));
        assertEquals(List.of(new Effect.AllReady(0), new Effect.AllReady(1)), effects("SWAPDB 0 1"));
        assertEquals(List.of(ready("x", STREAM, 1)), effects("XADD x 1 f v"));
        assertEquals(List.of(), effects("XDEL x 1"));
    }

    @Test
    void whoever_reads_for_a_group_hears_that_there_is_no_stream_any_more() {
        machine.listen(EnumSet.of(EffectInterest.READINESS));
        Effect lost = new Effect.GroupsLost(0, Bytes.of("x"));
        Effect came = ready("y", STREAM, Integer.MAX_VALUE);
        effects("XADD x 1 f v");
        assertEquals(List.of(), effects("XGROUP CREATE x g 0"));
        assertEquals(List.of(lost), effects("XGROUP DESTROY x g"));
        assertEquals(List.of(came), effects("COPY x y REPLACE"));
        assertEquals(List.of(lost, came), effects("RENAME x y"));
        assertEquals(List.of(new Effect.GroupsLost(0, Bytes.of("y"))), effects("SET y v"));
        effects("XADD x 1 f v");
        assertEquals(List.of(lost), effects("DEL x"));
        effects("XADD x 1 f v");
        assertEquals(List.of(lost), effects("SUNIONSTORE x none"));
        assertEquals(List.of(new Effect.AllGroupsLost(0)), effects("FLUSHDB"));
        assertEquals(List.of(new Effect.AllGroupsLost(-1)), effects("FLUSHALL"));
        effects("XADD x 1 f v");
        assertEquals(List.of(), effects("PEXPIRE x 1"));
        atMillis++;
        assertEquals(List.of(lost), effects("PING"));
    }

    @Test
    void a_request_that_would_wait_takes_nothing_and_never_waits_in_a_transaction() {
        Request pop = Request.of("BLPOP", "l", "m", "1.5");
        List<Bytes> keys = List.of(Bytes.of("l"), Bytes.of("m"));
        Reply.Awaited element = new Reply.Awaited.Element(LIST);
        assertEquals(new Reply.Blocked(pop, keys, element, 1_500, Reply.NULL_ARRAY), machine.apply(pop, 0));
        Request move = Request.of("BLMOVE", "l", "m", "LEFT", "LEFT", "0");
        assertEquals(new Reply.Blocked(move, List.of(Bytes.of("l")), element, 0, Reply.NULL), machine.apply(move, 0));
        Unit transaction = new Unit.Transaction(List.of(pop, Request.of("RPUSH", "l", "a"), pop, move), List.of());
        Entry entry = new Entry.Execute(1, id, id, List.of(transaction));
        Reply popped = Reply.array(List.of(Reply.bulk("l"), Reply.bulk("a")));
        assertEquals(
                List.of(Reply.array(List.of(Reply.NULL_ARRAY, Reply.of(1), popped, Reply.NULL))),
                machine.apply(machine.appliedIndex() + 1, 0, entry, Audience.GATEWAY)
                        .replies());
    }

    @Test
    void what_a_reader_of_streams_meant_by_the_last_entry_is_settled_when_it_begins_to_wait() {
        machine.apply(Request.of("XADD", "x", "7-3", "f", "v"), 0);
        Request read = Request.of("xread", "BLOCK", "5", "STREAMS", "x", "y", "$", "$");
        assertEquals(
                new Reply.Blocked(
                        Request.of("xread", "BLOCK", "5", "STREAMS", "x", "y", "7-3", "0-0"),
                        List.of(Bytes.of("x"), Bytes.of("y")),
                        new Reply.Awaited.Entries(),
                        5,
                        Reply.NULL_ARRAY),
                machine.query(read, Long.MIN_VALUE));
        machine.apply(Request.of("XGROUP", "CREATE", "x", "g", "$"), 0);
        Request forGroup = Request.of("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "x", ">");
        assertEquals(
                new Reply.Blocked(
                        forGroup,
                        List.of(Bytes.of("x")),
                        new Reply.Awaited.GroupEntries(Bytes.of("g")),
                        0,
                        Reply.NULL_ARRAY),
                machine.apply(forGroup, 0));
    }

    private static Effect ready(String key, ValueType type, int count) {
        return new Effect.KeyReady(0, Bytes.of(key), type, count);
    }

    private void assertEvents(String expected, String... requests) {
        List<Unit> units = Arrays.stream(requests).map(KeyspaceEventsTest::unit).toList();
        assertEquals(expected, String.join(", ", events(units, Audience.GATEWAY)), String.join(", ", requests));
    }

    private List<String> events(List<Unit> units, Audience audience) {
        return effects(units, audience).stream()
                .map(effect -> (Effect.Notified) effect)
                .map(event -> event.event().wireName() + " " + event.key())
                .toList();
    }

    private List<Effect> effects(String request) {
        return effects(List.of(unit(request)), Audience.GATEWAY);
    }

    private List<Effect> effects(List<Unit> units, Audience audience) {
        Entry entry = new Entry.Execute(1, id, id, units);
        id++;
        return machine.apply(machine.appliedIndex() + 1, atMillis, entry, audience)
                .effects();
    }

    private static Unit unit(String request) {
        return new Unit.Single(Request.of(request.split(" ")));
    }

    private void choose(String letters) {
        machine.apply(machine.appliedIndex() + 1, 0, setting(letters), Audience.REPLICA);
    }

    private static Entry setting(String letters) {
        return new Entry.Configure("notify-keyspace-events", Bytes.of(letters));
    }
}
