package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A stream made of maps: what {@link StreamValue} is compared with. What a group has read is not counted. */
final class StreamTwin {
    /** An entry that was delivered. */
    static final class Pending {
        @Nullable
        String consumer;

        long atMillis;
        long deliveries;

        Pending(@Nullable String consumer, long atMillis, long deliveries) {
            this.consumer = consumer;
            this.atMillis = atMillis;
            this.deliveries = deliveries;
        }

        @Override
        public String toString() {
            return consumer + "@" + atMillis + "x" + deliveries;
        }
    }

    static final class Group {
        StreamId lastDelivered = StreamId.MIN;
        /** When each was seen and active. */
        final NavigableMap<String, long[]> consumers = new TreeMap<>();

        final NavigableMap<StreamId, Pending> pending = new TreeMap<>();

        boolean needs(StreamId id) {
            return id.isAfter(lastDelivered) || pending.containsKey(id);
        }

        void hand(StreamId id, String consumer, long atMillis, long deliveries, long nowMillis) {
            pending.put(id, new Pending(consumer, atMillis, deliveries));
            Objects.requireNonNull(consumers.get(consumer))[1] = nowMillis;
        }
    }

    final NavigableMap<StreamId, List<Bytes>> entries = new TreeMap<>();
    final NavigableMap<String, Group> groups = new TreeMap<>();
    StreamId lastId = StreamId.MIN;
    StreamId maxDeletedId = StreamId.MIN;
    long entriesAdded;

    Group group(String name) {
        return Objects.requireNonNull(groups.get(name));
    }

    void add(StreamId id, List<Bytes> words) {
        entries.put(id, words);
        lastId = id;
        entriesAdded++;
    }

    boolean remove(StreamId id) {
        if (entries.remove(id) == null) {
            return false;
        }
        maxDeletedId = id.isAfter(maxDeletedId) ? id : maxDeletedId;
        return true;
    }

    boolean forget(StreamId id) {
        boolean forgotten = false;
        for (Group group : groups.values()) {
            forgotten |= group.pending.remove(id) != null;
        }
        return forgotten;
    }

    boolean isNeeded(StreamId id) {
        return groups.values().stream().anyMatch(group -> group.needs(id));
    }

    /** The ids that an exact trim removes. */
    List<StreamId> trimmed(StreamTrim trim, References references) {
        List<StreamId> removed = new ArrayList<>();
        for (StreamId id : entries.keySet()) {
            if (trim.ages() ? !id.isBefore(trim.idMin()) : entries.size() - removed.size() <= trim.sizeMax()) {
                break;
            }
            if (references != References.RESPECTED || !isNeeded(id)) {
                removed.add(id);
            }
        }
        return removed;
    }

    void remove(List<StreamId> ids, References references) {
        entries.keySet().removeAll(ids);
        if (references == References.DROPPED && !ids.isEmpty()) {
            groups.values()
                    .forEach(group -> group.pending.headMap(ids.getLast(), true).clear());
        }
    }

    List<StreamId> deliver(String name, String consumer, long countMax, boolean acknowledged, long nowMillis) {
        Group group = group(name);
        List<StreamId> ids = entries.tailMap(group.lastDelivered, false).keySet().stream()
                .limit(countMax)
                .toList();
        for (StreamId id : ids) {
            group.lastDelivered = id;
            if (!acknowledged) {
                group.hand(id, consumer, nowMillis, 1, nowMillis);
            }
        }
        return ids;
    }

    /** Ids, those of entries that are gone with a minus before them. */
    List<String> deliverAgain(String name, String consumer, StreamId after, long countMax, long nowMillis) {
        List<String> told = new ArrayList<>();
        for (Map.Entry<StreamId, Pending> each :
                group(name).pending.tailMap(after, false).entrySet()) {
            Pending pending = each.getValue();
            if (told.size() < countMax && consumer.equals(pending.consumer)) {
                boolean there = entries.containsKey(each.getKey());
                told.add((there ? "" : "-") + each.getKey());
                if (there) {
                    pending.atMillis = nowMillis;
                    pending.deliveries++;
                }
            }
        }
        return told;
    }

    List<StreamId> acknowledge(String name, List<StreamId> ids) {
        return ids.stream().filter(id -> group(name).pending.remove(id) != null).toList();
    }

    List<StreamId> claim(String name, String consumer, List<StreamId> ids, StreamClaim claim, long nowMillis) {
        Group group = group(name);
        List<StreamId> claimed = new ArrayList<>();
        for (StreamId id : ids) {
            Pending pending = group.pending.get(id);
            if (!entries.containsKey(id)) {
                group.pending.remove(id);
            } else if (pending == null ? claim.forced() : isIdle(pending, claim, nowMillis)) {
                long deliveries = claim.deliveries(pending == null ? 1 : pending.deliveries);
                group.hand(id, consumer, claim.deliveredAtMillis(), deliveries, nowMillis);
                claimed.add(id);
            }
        }
        return claimed;
    }

    private static boolean isIdle(Pending pending, StreamClaim claim, long nowMillis) {
        return pending.consumer == null || nowMillis - pending.atMillis >= claim.idleMinMillis();
    }

    /** Where to go on, the claimed ids, the vanished ones. */
    String sweep(
            String name,
            String consumer,
            StreamId from,
            long countMax,
            long looksMax,
            StreamClaim claim,
            long nowMillis) {
        Group group = group(name);
        List<StreamId> claimed = new ArrayList<>();
        List<StreamId> vanished = new ArrayList<>();
        StreamId next = null;
        long looks = 0;
        for (StreamId id : List.copyOf(group.pending.tailMap(from, true).keySet())) {
            if (looks == looksMax || claimed.size() + vanished.size() == countMax) {
                next = id;
                break;
            }
            looks++;
            if (!entries.containsKey(id)) {
                vanished.add(id);
                group.pending.remove(id);
            } else {
                claimed.addAll(claim(name, consumer, List.of(id), claim, nowMillis));
            }
        }
        return next + " " + claimed + " " + vanished;
    }

    List<StreamId> release(String name, List<StreamId> ids, StreamRelease release) {
        Group group = group(name);
        List<StreamId> released = new ArrayList<>();
        for (StreamId id : ids) {
            Pending pending = group.pending.get(id);
            if (pending != null || release.forced() && entries.containsKey(id)) {
                long deliveries = release.deliveries(pending == null ? 0 : pending.deliveries);
                group.pending.put(id, new Pending(null, 0, deliveries));
                released.add(id);
            }
        }
        return released;
    }

    /** As {@link StreamValueTest} tells a stream. */
    String told() {
        StringBuilder told = new StringBuilder();
        told.append(lastId).append(' ').append(entriesAdded).append(' ').append(maxDeletedId);
        entries.forEach((id, words) -> told.append('\n').append(id).append(words));
        groups.forEach((name, group) -> {
            told.append("\ngroup ").append(name).append(' ').append(group.lastDelivered);
            group.consumers.forEach((consumer, times) -> {
                List<StreamId> its = new ArrayList<>();
                group.pending.forEach((id, pending) -> {
                    if (consumer.equals(pending.consumer)) {
                        its.add(id);
                    }
                });
                told.append('\n').append(consumer).append(' ').append(times[0]).append(' ');
                told.append(times[1]).append(its);
            });
            group.pending.forEach((id, pending) -> told.append('\n').append(id).append(pending));
        });
        return told.toString();
    }
}
