package io.ratiskv.session;

import io.ratiskv.acl.Denial;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What was denied on this node, newest first: ACL LOG and its counters. Confined to the event loop. */
final class AccessLog {
    /** The same again within this time is counted, not told anew. */
    private static final long SAME_MILLIS = 60_000;

    private static final int LOOKED_AT_MAX = 10;
    private static final int STANDARD_LENGTH = 128;

    /** Why something was denied, as it is shown. */
    enum Reason {
        COMMAND,
        KEY,
        CHANNEL,
        AUTH;

        static Reason of(Denial denial) {
            return switch (denial.reason()) {
                case COMMAND -> COMMAND;
                case KEY -> KEY;
                case CHANNEL -> CHANNEL;
            };
        }

        String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Something that was denied once or more often. */
    private static final class Entry {
        final long id;
        final Reason reason;
        final String context;
        final Bytes object;
        final Bytes user;
        final long createdMillis;
        long updatedMillis;
        long count = 1;
        String client;

        Entry(long id, Reason reason, String context, Bytes object, Bytes user, long nowMillis, String client) {
            this.id = id;
            this.reason = reason;
            this.context = context;
            this.object = object;
            this.user = user;
            this.createdMillis = nowMillis;
            this.updatedMillis = nowMillis;
            this.client = client;
        }

        boolean isAgain(Entry later) {
            return reason == later.reason
                    && context.equals(later.context)
                    && object.equals(later.object)
                    && user.equals(later.user)
                    && later.createdMillis - updatedMillis <= SAME_MILLIS;
        }
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<Reason, Long> denied = new EnumMap<>(Reason.class);
    private int lengthMax = STANDARD_LENGTH;
    private long nextId;

    /**
     * @param object the command, key or channel that was denied
     * @param user who was denied it, or tried to become that user
     * @param inTransaction whether it was to be queued, or had been
     */
    void add(Session session, Reason reason, Bytes object, Bytes user, boolean inTransaction) {
        denied.merge(reason, 1L, Long::sum);
        if (lengthMax == 0) {
            return;
        }
        Entry entry = new Entry(
                nextId,
                reason,
                inTransaction ? "multi" : "toplevel",
                object.owned(),
                user.owned(),
                session.sessions().nowMillis(),
                ClientLine.of(session));
        Iterator<Entry> newest = entries.iterator();
        for (int looked = 0; looked < LOOKED_AT_MAX && newest.hasNext(); looked++) {
            Entry earlier = newest.next();
            if (earlier.isAgain(entry)) {
                newest.remove();
                earlier.count++;
                earlier.updatedMillis = entry.createdMillis;
                earlier.client = entry.client;
                entries.addFirst(earlier);
                return;
            }
        }
        nextId++;
        entries.addFirst(entry);
        dropOldest();
    }

    private void dropOldest() {
        while (entries.size() > lengthMax) {
            entries.removeLast();
        }
    }

    /** How often something was denied for a reason since the counters were set back. */
    long denied(Reason reason) {
        return denied.getOrDefault(reason, 0L);
    }

    void resetCounters() {
        denied.clear();
    }

    void clear() {
        entries.clear();
    }

    int lengthMax() {
        return lengthMax;
    }

    void lengthMax(int length) {
        lengthMax = length;
        dropOldest();
    }

    /** The newest, {@code count} at most. */
    Reply newest(long count, long nowMillis) {
        return Reply.array(entries.stream()
                .limit(Math.max(0, count))
                .map(entry -> told(entry, nowMillis))
                .toList());
    }

    private static Reply told(Entry entry, long nowMillis) {
        List<Reply> facts = new ArrayList<>();
        facts.add(Reply.bulk("count"));
        facts.add(Reply.of(entry.count));
        facts.add(Reply.bulk("reason"));
        facts.add(Reply.bulk(entry.reason.wireName()));
        facts.add(Reply.bulk("context"));
        facts.add(Reply.bulk(entry.context));
        facts.add(Reply.bulk("object"));
        facts.add(Reply.bulk(entry.object));
        facts.add(Reply.bulk("username"));
        facts.add(Reply.bulk(entry.user));
        facts.add(Reply.bulk("age-seconds"));
        facts.add(new Reply.Decimal((nowMillis - entry.updatedMillis) / 1000.0));
        facts.add(Reply.bulk("client-info"));
        facts.add(Reply.bulk(entry.client));
        facts.add(Reply.bulk("entry-id"));
        facts.add(Reply.of(entry.id));
        facts.add(Reply.bulk("timestamp-created"));
        facts.add(Reply.of(entry.createdMillis));
        facts.add(Reply.bulk("timestamp-last-updated"));
        facts.add(Reply.of(entry.updatedMillis));
        return new Reply.Map(facts);
    }
}
