package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.Slots;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.EntryVisitor;
import io.ratiskv.machine.Frozen;
import io.ratiskv.value.DoubleText;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;

/**
 * The digest that DEBUG DIGEST of Redis 7.2 computes, equal to Redis' own for equal keys and values: what is ordered is
 * hashed one after the other, what is not is XORed. Confined to the thread that folds; it takes a second for every few
 * hundred thousand elements.
 */
public final class RedisDigest {
    private static final int BYTES = 20;

    private static final int STRING = 0;
    private static final int LIST = 1;
    private static final int SET = 2;
    private static final int SORTED_SET = 3;
    private static final int HASH = 4;
    private static final int STREAM = 6;

    private final Frozen state;
    private final MessageDigest sha1;

    public RedisDigest(Frozen state) {
        this.state = state;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Of all databases, as hexadecimal digits; all zeros without a key. */
    public String ofAll() {
        byte[] all = new byte[BYTES];
        for (int database = 0; database < Databases.COUNT; database++) {
            boolean[] begun = new boolean[1];
            int number = database;
            state.databases().forEach(database, new Keys() {
                @Override
                void key(Bytes key, long expireAtMillis, Content content) {
                    if (!begun[0]) {
                        begun[0] = true;
                        mix(all, number);
                    }
                    byte[] digest = new byte[BYTES];
                    mix(digest, key);
                    fold(digest, expireAtMillis, content);
                    xor(all, digest);
                }
            });
        }
        return HexFormat.of().formatHex(all);
    }

    /** Of what one key holds, without its name; all zeros if there is no such key. */
    public String ofValue(int database, Bytes wanted) {
        byte[] digest = new byte[BYTES];
        int slot = Slots.of(wanted.array(), wanted.offset(), wanted.length());
        state.databases().forEach(database, slot, new Keys() {
            @Override
            void key(Bytes key, long expireAtMillis, Content content) {
                if (key.equals(wanted)) {
                    fold(digest, expireAtMillis, content);
                }
            }
        });
        return HexFormat.of().formatHex(digest);
    }

    /** Mixes a value into a digest. */
    private interface Content {
        void into(byte[] digest);
    }

    /** Tells the keys that are not due. */
    private abstract class Keys implements EntryVisitor {
        abstract void key(Bytes key, long expireAtMillis, Content content);

        @Override
        public void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value) {
            if (expireAtMillis > state.logTimeMillis()) {
                key(key, expireAtMillis, digest -> mixString(digest, value));
            }
        }

        @Override
        public void value(Bytes key, long version, long expireAtMillis, Value value) {
            boolean due = expireAtMillis <= state.logTimeMillis()
                    || value instanceof HashValue hash && hash.fieldDeadlines().lastMillis() <= state.logTimeMillis();
            if (!due) {
                key(key, expireAtMillis, digest -> mixValue(digest, value));
            }
        }
    }

    private void fold(byte[] digest, long expireAtMillis, Content content) {
        content.into(digest);
        if (expireAtMillis != Deadline.NONE) {
            xor(digest, "!!expire!!".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void mixValue(byte[] digest, Value value) {
        switch (value) {
            case PagedString string -> mixString(digest, string.whole());
            case ListValue list -> {
                mix(digest, LIST);
                for (Iterator<Bytes> elements = list.ascending(0); elements.hasNext(); ) {
                    mix(digest, elements.next());
                }
            }
            case SetValue set -> {
                mix(digest, SET);
                for (Bytes member : set) {
                    xor(digest, member.array(), member.offset(), member.length());
                }
            }
            case SortedSetValue set -> {
                mix(digest, SORTED_SET);
                set.forEach((member, score) -> {
                    byte[] element = new byte[BYTES];
                    mix(element, member);
                    mix(element, Bytes.of(DoubleText.shortest(score)));
                    xor(digest, element);
                });
            }
            case HashValue hash -> {
                mix(digest, HASH);
                hash.forEach(hash.onlyLiving(state.logTimeMillis(), (field, held) -> {
                    byte[] element = new byte[BYTES];
                    mix(element, field);
                    mix(element, held);
                    xor(digest, element);
                }));
            }
            case StreamValue stream -> {
                mix(digest, STREAM);
                for (Iterator<StreamEntry> all = stream.ascending(StreamId.MIN, StreamId.MAX); all.hasNext(); ) {
                    StreamEntry entry = all.next();
                    mix(digest, Bytes.of(entry.id().toString().replace('-', '.')));
                    entry.forEachWord(word -> mix(digest, word));
                }
            }
        }
    }

    private void mixString(byte[] digest, Bytes value) {
        mix(digest, STRING);
        mix(digest, value);
    }

    private void xor(byte[] digest, byte[] data) {
        xor(digest, data, 0, data.length);
    }

    private void xor(byte[] digest, byte[] data, int offset, int length) {
        sha1.update(data, offset, length);
        byte[] hash = sha1.digest();
        for (int i = 0; i < BYTES; i++) {
            digest[i] ^= hash[i];
        }
    }

    /** A number of four bytes. */
    private void mix(byte[] digest, int number) {
        mix(digest, Bytes.wrap(new byte[] {
            (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
        }));
    }

    private void mix(byte[] digest, Bytes data) {
        xor(digest, data.array(), data.offset(), data.length());
        byte[] hash = sha1.digest(Arrays.copyOf(digest, BYTES));
        System.arraycopy(hash, 0, digest, 0, BYTES);
    }
}
