package io.ratiskv.agreement;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.command.Command;
import io.ratiskv.command.Group;
import io.ratiskv.value.Numeral;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Requests that are not put to the two sides, each with its reason: afterwards their states would differ, or one has no such thing. */
enum LeftOut {
    UNKNOWN_COMMANDS("this Redis does not have the command") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            boolean asks = command.name().startsWith("command|getkeys");
            return there.isOnlyOurs(command.name())
                    || asks
                            && words.length > 2
                            && there.isOnlyOurs(words[2].latin1().toLowerCase(Locale.ROOT));
        }
    },
    FILLS_MEMORY("both sides would fill their memory, or a reply, with what the request asks for") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            boolean grows = GROWING.contains(command.name());
            boolean draws = command.name().contains("rand");
            return (grows || draws)
                    && Arrays.stream(words).anyMatch(word -> {
                        Bytes digits = word.length() > 1 && word.at(0) == '#' ? word.slice(1, word.length() - 1) : word;
                        long number = Numeral.parseLong(digits).orElse(0);
                        return grows && number > 100_000 && number < 1L << 33
                                || draws && number < -1_000 && number > Long.MIN_VALUE;
                    });
        }
    },
    TESTS_OF_REDIS("PFDEBUG is for the tests of Redis itself, and refused here") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("pfdebug");
        }
    },
    USERS_STAY("users outlive what a scene clears, and could shut its connection out; AclAgreementTest compares them") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return Set.of("acl|setuser", "acl|deluser").contains(command.name());
        }
    },
    FLAGS_OF_USERS("before 7.2 a user's flags do not tell sanitize-payload") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return Set.of("acl|list", "acl|getuser").contains(command.name()) && there.isUntil72();
        }
    },
    CONDITIONS_OF_SET("IFEQ, IFNE, IFDEQ and IFDNE came with Redis 8.4") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("set")
                    && Stream.of("IFEQ", "IFNE", "IFDEQ", "IFDNE").anyMatch(token -> has(words, token));
        }
    },
    OPERATIONS_OF_BITOP("DIFF, DIFF1, ANDOR and ONE came with Redis 8.2") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("bitop")
                    && Stream.of("DIFF", "DIFF1", "ANDOR", "ONE").anyMatch(token -> has(words, token));
        }
    },
    ORDER_OF_EQUALS(
            "what SORT is to order by texts of other keys, or not at all, may stand in any order, and be cut off") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().startsWith("sort")
                    && has(words, "BY")
                    && (has(words, "LIMIT") || has(words, "STORE"));
        }
    },
    NUMBERS_STORED("SORT of Redis stores nothing once any number was out of range") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("sort") && has(words, "STORE") && !has(words, "ALPHA");
        }
    },
    INDEX_OF_LSET("Redis 7.2 takes the lower 32 bits of it") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            long index = command.name().equals("lset") && words.length > 2
                    ? Numeral.parseLong(words[2]).orElse(0)
                    : 0;
            return index != (int) index;
        }
    },
    IDS_BY_THE_CLOCK("XADD * takes each one's own clock") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("xadd") && has(words, "*");
        }
    },
    REFERENCES_TO_ENTRIES("KEEPREF, DELREF and ACKED came with Redis 8.2, IDMP and IDMPAUTO with 8.6") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return (command.name().equals("xadd") || command.name().equals("xtrim"))
                    && Stream.of("KEEPREF", "DELREF", "ACKED", "IDMP", "IDMPAUTO")
                            .anyMatch(token -> has(words, token));
        }
    },
    LAST_ENTRY("XREAD + came with Redis 7.4") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("xread") && has(words, "+");
        }
    },
    IDLE_FOR_A_MOMENT("whether an entry is pending for some milliseconds depends on how fast requests come") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            boolean asks = Set.of("xautoclaim", "xclaim", "xpending").contains(command.name());
            long idleMillis =
                    asks && words.length > 4 ? Numeral.parseLong(words[4]).orElse(0) : 0;
            return idleMillis > 0 && idleMillis < 100_000_000;
        }
    },
    ROOM_FOR_CLAIMED_IDS("Redis makes room beforehand for all that XAUTOCLAIM may claim, if there is so much memory") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("xautoclaim")
                    && Stream.of(words)
                            .skip(5)
                            .anyMatch(word -> Numeral.parseLong(word).orElse(0) > 1_000_000);
        }
    },
    LAST_ID_GOES_BACK("before 7.2 XSETID went back behind an entry that was deleted") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.name().equals("xsetid") && there.isUntil72();
        }
    },
    /** docs/differences.md, sorted sets. */
    STRINGS_OF_SCORES_THAT_DIFFER(
            "a range of strings where scores differ has no one answer once a skip list is walked, or with an offset") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            boolean byStrings = command.name().contains("lex") || has(words, "BYLEX");
            return byStrings
                    && Arrays.stream(words)
                            .skip(1)
                            .anyMatch(key -> there.encoding(key).equals("skiplist")
                                    || has(words, "LIMIT") && distinctScores(there, key) > 1);
        }
    },
    /** docs/differences.md, sorted sets. */
    PLACES_EQUALLY_FAR("of places equally far away a count may keep any") {
        @Override
        boolean covers(Command command, Bytes[] words, Surroundings there) {
            return command.group() == Group.GEO
                    && has(words, "COUNT")
                    && Arrays.stream(words)
                            .skip(1)
                            .anyMatch(key -> distinctScores(there, key)
                                    < there.scores(key).size());
        }
    };

    /** Commands whose numbers say how long a string is to be. */
    private static final Set<String> GROWING = Set.of("setrange", "setbit", "bitfield");

    private final String reason;

    LeftOut(String reason) {
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    /** What a request meets. */
    interface Surroundings {
        /** Of what a key of the selected database holds, as OBJECT ENCODING says it. */
        String encoding(Bytes key);

        /** Of the members of the sorted set that a key of the selected database holds, in ascending order; none if it holds no such. */
        List<Reply> scores(Bytes key);

        /** Whether Redis does not have a command, or a subcommand, of this name in lower case, but the library has. */
        boolean isOnlyOurs(String command);

        /** Whether Redis is older than 7.2. */
        boolean isUntil72();
    }

    abstract boolean covers(Command command, Bytes[] words, Surroundings there);

    private static int distinctScores(Surroundings there, Bytes key) {
        return new HashSet<>(there.scores(key)).size();
    }

    private static boolean has(Bytes[] words, String token) {
        return Arrays.stream(words).anyMatch(word -> word.equalsIgnoreCase(token));
    }
}
