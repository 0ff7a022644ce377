package io.ratiskv.machine;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.collect.Slots;
import io.ratiskv.keyspace.EntryVisitor;
import io.ratiskv.script.Library;
import io.ratiskv.script.Scripts;
import io.ratiskv.value.FieldDeadlines;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.ProducedIds;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.util.Iterator;

/**
 * Folds keys into a {@link Digest} in any order: each key becomes 64 bits, and those of a slot are added up. Confined to
 * the thread that folds.
 */
public final class DigestFold {
    /** Fixed: a digest must not depend on the hash key of a cluster. */
    private static final KeyedHash HASH = new KeyedHash(0x726174697364696aL, 0x6b76646967657374L);

    private final long[] sums = new long[Slots.COUNT];
    private final long nowMillis;
    private long scripts;
    private long users;
    private long sessions;

    /** @param nowMillis keys and fields that are due at this log time do not count */
    public DigestFold(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** Takes the keys of one database. */
    public EntryVisitor of(int database) {
        return new EntryVisitor() {
            @Override
            public void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value) {
                add(database, key, expireAtMillis, ValueType.STRING, hash(value));
            }

            @Override
            public void value(Bytes key, long version, long expireAtMillis, Value value) {
                if (!(value instanceof HashValue hash) || hash.fieldDeadlines().lastMillis() > nowMillis) {
                    add(database, key, expireAtMillis, value.type(), content(value));
                }
            }
        };
    }

    /** Takes all scripts and libraries. */
    public void scripts(Scripts.State state) {
        for (Bytes body : state.loaded()) {
            scripts = mix(scripts ^ hash(body));
        }
        for (Bytes body : state.evaluated()) {
            scripts = mix(scripts ^ mix(hash(body)));
        }
        for (Library library : state.libraries()) {
            scripts = mix(scripts ^ hash(library.code()) + 1);
        }
    }

    /** Takes all users; those there are at first count nothing. */
    public void users(UserTable table) {
        users = 0;
        if (!table.isInitial()) {
            table.all().forEach(user -> users = mix(users ^ hash(user.line())));
        }
    }

    /** Takes all sessions of clients, in the order of their names. */
    public void sessions(Iterable<ClientSession> all) {
        for (ClientSession session : all) {
            sessions = mix(sessions ^ hash(session.name()) + session.forgotten());
            for (ClientSession.Answer answer : session.answers()) {
                sessions = mix(sessions ^ mix(answer.number()) + hash(answer.reply()));
            }
        }
    }

    /** What was folded until now. */
    public Digest digest() {
        return new Digest(sums.clone(), scripts, users, sessions);
    }

    private void add(int database, Bytes key, long expireAtMillis, ValueType type, long content) {
        if (expireAtMillis <= nowMillis) {
            return;
        }
        long sum = mix(hash(key) + database);
        sum = mix(sum + expireAtMillis);
        sum = mix(sum + type.code());
        sum = mix(sum ^ content);
        sums[Slots.of(key.array(), key.offset(), key.length())] += sum;
    }

    private long content(Value value) {
        return switch (value) {
            case HashValue hash -> content(hash);
            case ListValue list -> content(list);
            case PagedString string -> HASH.hash(string.pages());
            case SetValue set -> content(set);
            case SortedSetValue set -> content(set);
            case StreamValue stream -> content(stream);
        };
    }

    private long content(HashValue hash) {
        long[] sum = new long[1];
        hash.forEach(hash.onlyLiving(nowMillis, (field, value) -> {
            long content = mix(mix(hash(field)) ^ hash(value));
            long deadline = hash.deadline(field);
            sum[0] += deadline == FieldDeadlines.NEVER ? content : mix(content + deadline);
        }));
        return sum[0];
    }

    private static long content(ListValue list) {
        long sum = 0;
        for (Iterator<Bytes> elements = list.ascending(0); elements.hasNext(); ) {
            sum = mix(sum ^ hash(elements.next()));
        }
        return sum;
    }

    private static long content(SetValue set) {
        long sum = 0;
        for (Bytes member : set) {
            sum += mix(hash(member));
        }
        return sum;
    }

    private static long content(SortedSetValue set) {
        long[] sum = new long[1];
        set.forEach((member, score) -> sum[0] += mix(mix(hash(member)) ^ Double.doubleToRawLongBits(score)));
        return sum[0];
    }

    private static long content(StreamValue stream) {
        long[] sum = {mix(hash(stream.lastId()) ^ mix(stream.entriesAdded()) + hash(stream.maxDeletedId()))};
        for (Iterator<StreamEntry> entries = stream.ascending(StreamId.MIN, StreamId.MAX); entries.hasNext(); ) {
            StreamEntry entry = entries.next();
            sum[0] = mix(sum[0] ^ hash(entry.id()));
            entry.forEachWord(word -> sum[0] = mix(sum[0] ^ hash(word)));
        }
        for (StreamGroup group : stream.groups()) {
            sum[0] = mix(sum[0] ^ content(group));
        }
        return mix(sum[0] ^ content(stream.producedIds()));
    }

    private static long content(StreamGroup group) {
        long sum = mix(hash(group.name()) ^ mix(hash(group.lastDelivered()) + group.entriesRead()));
        for (StreamConsumer consumer : group.consumers()) {
            sum = mix(sum ^ hash(consumer.name()));
            sum = mix(sum ^ mix(consumer.seenAtMillis()) + consumer.activeAtMillis());
        }
        for (Iterator<PendingEntry> pending = group.pendingFrom(StreamId.MIN); pending.hasNext(); ) {
            PendingEntry entry = pending.next();
            Bytes consumer = entry.consumer();
            sum = mix(sum ^ hash(entry.id()));
            sum = mix(sum ^ (consumer == null ? 0 : mix(hash(consumer))));
            sum = mix(sum ^ mix(entry.deliveredAtMillis()) + entry.deliveries());
        }
        return sum;
    }

    private static long content(ProducedIds ids) {
        long sum = mix(mix(ids.durationMillis()) + ids.countMax()) ^ mix(ids.added()) + ids.duplicates();
        for (ProducedIds.Produced produced : ids.all()) {
            sum = mix(sum ^ mix(hash(produced.producer()) + mix(hash(produced.id()))));
            sum = mix(sum ^ hash(produced.entry()) + produced.atMillis());
        }
        return sum;
    }

    private static long hash(StreamId id) {
        return mix(mix(id.millis()) + id.sequence());
    }

    /** Of a request: what it asks of which database. */
    static long fingerprint(int database, Bytes[] words) {
        long sum = mix(database);
        for (Bytes word : words) {
            sum = mix(sum ^ hash(word));
        }
        return sum;
    }

    private static long hash(Bytes bytes) {
        return HASH.hash(bytes.array(), bytes.offset(), bytes.length());
    }

    /** A bijection that spreads every bit: the finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
