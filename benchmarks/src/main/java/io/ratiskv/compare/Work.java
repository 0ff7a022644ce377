package io.ratiskv.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One kind of load. Immutable.
 *
 * @param kind of requests
 * @param connections that are open, each with {@code pipeline} requests under way
 * @param valueBytes of each value that is written
 * @param keys among which each request draws
 * @param paced whether operations begin at half of the highest rate that was measured, whatever the answers take
 */
record Work(Kind kind, int connections, int pipeline, int valueBytes, int keys, boolean paced) {
    static final int USUAL_CONNECTIONS = 50;
    static final int SMALL = 16;
    static final int USUAL_KEYS = 1_000_000;
    private static final int LARGE = 1024;
    private static final List<Integer> PIPELINES = List.of(1, 16, 64);
    private static final Set<Kind> PLAIN = Set.of(Kind.SET, Kind.GET);

    /** What requests are made of. */
    enum Kind {
        SET("set"),
        GET("get"),
        INCR("incr"),
        HSET("hset"),
        LPUSH("lpush"),
        LPOP("lpop"),
        ZADD("zadd"),
        XADD(""),
        MSET("mset"),
        /** Half of them SET, half GET. */
        HALF("1:1"),
        /** A SET for 19 GET. */
        MOSTLY_GET("1:19");

        private final String argument;

        Kind(String argument) {
            this.argument = argument;
        }

        /** The name of redis-benchmark, or the ratio of SET to GET; empty where neither knows it. */
        String argument() {
            return argument;
        }

        boolean mixed() {
            return this == HALF || this == MOSTLY_GET;
        }

        @Override
        public String toString() {
            return switch (this) {
                case HALF -> "SET 50 %, GET 50 %";
                case MOSTLY_GET -> "SET 5 %, GET 95 %";
                case MSET -> "MSET of 10";
                default -> name();
            };
        }
    }

    /** All, those first that fill what later ones read. */
    static List<Work> all() {
        List<Work> all = new ArrayList<>();
        for (int pipeline : PIPELINES) {
            for (Kind kind : Kind.values()) {
                // raft-cli's load is a program in Java on the same cores, which costs more than what it measures at
                // P64.
                if (!kind.mixed() || pipeline < PIPELINES.getLast())
                    all.add(closed(kind, USUAL_CONNECTIONS, pipeline, SMALL));
            }
        }
        for (Kind kind : List.of(Kind.SET, Kind.GET)) {
            all.add(closed(kind, 1, 1, SMALL));
            all.add(closed(kind, 1000, 1, SMALL));
            for (int pipeline : PIPELINES) all.add(closed(kind, USUAL_CONNECTIONS, pipeline, LARGE));
        }
        for (Kind kind : List.of(Kind.SET, Kind.GET))
            all.add(new Work(kind, USUAL_CONNECTIONS, 1, SMALL, USUAL_KEYS, true));
        return all;
    }

    static Work closed(Kind kind, int connections, int pipeline, int valueBytes) {
        return new Work(kind, connections, pipeline, valueBytes, USUAL_KEYS, false);
    }

    boolean suits(Contestant.Protocol protocol) {
        return switch (protocol) {
            case RESP -> true;
            case ETCD -> PLAIN.contains(kind) && pipeline == 1 && !paced;
        };
    }

    /** The work whose rate a paced one takes the half of. */
    Work peak() {
        return new Work(kind, connections, pipeline, valueBytes, keys, false);
    }

    /** A number of bytes in whole B, KiB or MiB. */
    static String size(int bytes) {
        if (bytes >= 1 << 20) return (bytes >> 20) + " MiB";
        return bytes >= 1 << 10 ? (bytes >> 10) + " KiB" : bytes + " B";
    }

    @Override
    public String toString() {
        return kind
                + " P"
                + pipeline
                + (connections == USUAL_CONNECTIONS
                        ? ""
                        : connections == 1 ? ", 1 connection" : ", " + connections + " connections")
                + (valueBytes == SMALL ? "" : ", " + size(valueBytes))
                + (keys == USUAL_KEYS ? "" : ", " + keys + " keys")
                + (paced ? ", half of the peak" : "");
    }
}
