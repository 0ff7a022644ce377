package io.ratiskv.agreement;

import io.ratiskv.api.Reply;
import io.ratiskv.command.Group;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Replies that may differ, each by name and with its reason; whatever no case explains is a finding. */
enum Difference {
    // Of Redis before 7.2, asked first.

    LISTS_WITHOUT_LISTPACK("before 7.2 lists had no listpack", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return isEncoding(it, "quicklist", "listpack");
        }
    },

    // Deliberate: docs/differences.md.

    EMPTY_KEY_BY_STARS("KEYS ** finds the empty key; in Redis only KEYS * does") {
        @Override
        boolean explains(Exchange it) {
            return it.name().equals("keys") && withoutEmpty(it.theirs()).equals(withoutEmpty(it.ours()));
        }
    },
    EXPIRED_KEYS_COUNT("Redis counts keys that expired and that it has not met since") {
        @Override
        boolean explains(Exchange it) {
            return it.name().equals("dbsize")
                    && it.theirs() instanceof Reply.Int their
                    && it.ours() instanceof Reply.Int our
                    && their.value() >= our.value();
        }
    },
    EXPIRED_KEYS_WEIGH("Redis weighs keys that expired and that it has not met since") {
        @Override
        boolean explains(Exchange it) {
            return it.name().equals("memory|usage")
                    && it.theirs() instanceof Reply.Int
                    && it.ours() instanceof Reply.Null;
        }
    },
    LATEST_DEADLINE("the greatest integer is no deadline here; Redis rounds it up to below zero") {
        @Override
        boolean explains(Exchange it) {
            return it.name().equals("expiretime") && it.ourText().equals("9223372036854776");
        }
    },
    SUM_IS_TEXT("what INCRBYFLOAT left is text to Redis, even if it is an integer") {
        @Override
        boolean explains(Exchange it) {
            return isEncoding(it, "embstr", "int");
        }
    },
    BITS_ARE_NO_NUMBER("to Redis a string is no number any more once a bit of it was set to what it was") {
        @Override
        boolean explains(Exchange it) {
            return isEncoding(it, "raw", "int") || isEncoding(it, "raw", "embstr");
        }
    },
    LIST_SHRINKS_SOONER("a list goes back to listpack when half of the limit holds it; Redis waits for its nodes") {
        @Override
        boolean explains(Exchange it) {
            return isEncoding(it, "quicklist", "listpack");
        }
    },

    DUMP_IS_PLAIN("a dump is in the plain form, under the version of Redis 5") {
        @Override
        boolean explains(Exchange it) {
            boolean dumps = it.name().equals("dump") || it.name().equals("function|dump");
            return dumps && it.theirs() instanceof Reply.Bulk && it.ours() instanceof Reply.Bulk;
        }
    },
    SORT_IS_NO_CHANGE("SORT makes a skip list of a small sorted set in Redis, and changes nothing here") {
        @Override
        boolean explains(Exchange it) {
            return isEncoding(it, "skiplist", "listpack");
        }
    },
    RANGE_OF_OTHER_NUMBERS("to SORT of Redis all numbers are out of range once any number was") {
        @Override
        boolean explains(Exchange it) {
            return it.name().startsWith("sort")
                    && it.theirText().equals("(error) ERR One or more scores can't be converted into double");
        }
    },
    SETS_HAVE_NO_ORDER("SORT BY what names no key leaves the members of a set in the order they have") {
        @Override
        boolean explains(Exchange it) {
            return it.name().startsWith("sort")
                    && it.has("BY")
                    && !it.has("LIMIT")
                    && Likeness.parts(it.theirs(), 1).equals(Likeness.parts(it.ours(), 1));
        }
    },
    KEYS_BY_OTHER_MEANS(
            "where words do not fit, COMMAND GETKEYS of Redis goes on looking for keys as it did before 7.0") {
        @Override
        boolean explains(Exchange it) {
            return it.name().startsWith("command|getkeys")
                    && (it.ourText().equals("(error) ERR Invalid arguments specified for command")
                            || it.ourText().equals("[]"));
        }
    },
    DESTINATION_LIKE_AN_OPTION(
            "COMMAND GETKEYS of Redis takes a destination of SORT for an option if it is called like one") {
        @Override
        boolean explains(Exchange it) {
            boolean asked = it.name().startsWith("command|getkeys") && it.has("SORT");
            return asked
                    && IntStream.range(1, it.words().length)
                            .anyMatch(i -> it.words()[i - 1].equalsIgnoreCase("STORE")
                                    && Stream.of("STORE", "BY", "GET", "LIMIT")
                                            .anyMatch(it.words()[i]::equalsIgnoreCase));
        }
    },
    FLAGS_OF_A_BROKEN_BITFIELD("what is no BITFIELD at all is said to write by Redis, and to read here") {
        @Override
        boolean explains(Exchange it) {
            return it.name().equals("command|getkeysandflags")
                    && it.has("BITFIELD")
                    && it.theirText()
                            .replace("RW, access, update", "RO, access")
                            .equals(it.ourText());
        }
    },
    COORDINATES_IN_RESP3("seventeen decimals to Redis, the fewest digits here") {
        @Override
        boolean explains(Exchange it) {
            return it.protocol() == 3
                    && it.command() != null
                    && it.command().group() == Group.GEO
                    && withSeventeenDecimals(it.theirText()).equals(withSeventeenDecimals(it.ourText()));
        }
    },

    // Of Redis before 7.2.

    WORDS_OF_GETKEYS("before 7.2 COMMAND GETKEYS wanted one word more", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return it.name().startsWith("command|getkeys") && it.words().length == 3;
        }
    },

    ROOM_FOR_EVERY_WORD("before 7.2 an addition made room for what is new alone", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return isEncoding(it, "intset", "listpack")
                    || isEncoding(it, "intset", "hashtable")
                    || isEncoding(it, "listpack", "hashtable")
                    || isEncoding(it, "listpack", "skiplist");
        }
    },
    SETS_WITHOUT_LISTPACK("before 7.2 sets had no listpack", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return isEncoding(it, "hashtable", "listpack");
        }
    },
    SEVENTEEN_DIGITS("before 7.2 scores had seventeen digits, and zero its sign in compact sets", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            boolean scored = it.command() != null
                    && (it.command().group() == Group.SORTED_SET || it.command().group() == Group.GEO);
            return scored && withoutDigits(it.theirText()).equals(withoutDigits(it.ourText()));
        }
    },
    RANK_WITH_SCORE("ZRANK and ZREVRANK with WITHSCORE came with 7.2", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            boolean asked = it.name().startsWith("command|getkeys") && (it.has("ZRANK") || it.has("ZREVRANK"));
            return asked || Set.of("zrank", "zrevrank").contains(it.name()) && it.words().length > 3;
        }
    },
    TIMEOUT_OVERFLOWS("before 7.2 a time-out that overflows was negative, or none", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return it.ourText().equals("(error) ERR timeout is out of range")
                    && (it.theirText().equals("(error) ERR timeout is negative")
                            || it.name().startsWith("xread"));
        }
    },
    WHOSE_LIST("before 7.2 it was not said whose list of streams is unbalanced", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return it.ourText().contains("Unbalanced '") && it.theirText().contains("Unbalanced XREAD list");
        }
    },
    NO_SEQUENCE_LEFT("before 7.2 an id with no sequence left was said to be too large a value", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return it.name().equals("xadd") && it.theirText().equals("(error) ERR Elements are too large to be stored");
        }
    },
    CONSUMERS_COME_LATER(
            "before 7.2 a consumer came to be with its first entry, and had one time", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return Set.of("xgroup|createconsumer", "xinfo|consumers").contains(it.name())
                    || it.name().equals("xinfo|stream") && it.has("FULL")
                    || it.name().equals("xinfo|groups")
                            && CONSUMERS
                                    .matcher(it.theirText())
                                    .replaceAll("")
                                    .equals(CONSUMERS.matcher(it.ourText()).replaceAll(""));
        }
    },
    LEAST_RANK("before 7.2 LPOS took the least integer for a rank", /* until72= */ true) {
        @Override
        boolean explains(Exchange it) {
            return it.name().equals("lpos") && it.ourText().contains("value must between");
        }
    };

    private static final Pattern CONSUMERS = Pattern.compile("\"consumers\"[:,] \\d+");
    private static final Pattern NUMBER =
            Pattern.compile("(?<=\"|\\(double\\) )-?(\\d+(\\.\\d+)?(e[+-]?\\d+)?|inf)(?=[\", \\]]|$)");

    private final String reason;
    private final boolean until72;

    Difference(String reason) {
        this(reason, false);
    }

    Difference(String reason, boolean until72) {
        this.reason = reason;
        this.until72 = until72;
    }

    String reason() {
        return reason;
    }

    /** Whether it is only to be met where Redis is older than 7.2. */
    boolean isUntil72() {
        return until72;
    }

    abstract boolean explains(Exchange it);

    private static boolean isEncoding(Exchange it, String theirs, String ours) {
        return it.name().equals("object|encoding")
                && it.theirText().equals('"' + theirs + '"')
                && it.ourText().equals('"' + ours + '"');
    }

    private static List<String> withoutEmpty(Reply keys) {
        return Likeness.parts(keys, 1).stream()
                .filter(part -> !part.equals("[\"\"]"))
                .toList();
    }

    private static String withSeventeenDecimals(String text) {
        return NUMBER.matcher(text)
                .replaceAll(number -> String.format(Locale.ROOT, "%.15f", Double.parseDouble(number.group())));
    }

    /** With numbers as one spelling. */
    private static String withoutDigits(String text) {
        return NUMBER.matcher(text).replaceAll(number -> {
            String digits = number.group().replace("inf", "Infinity");
            return Double.toString(Double.parseDouble(digits) + 0.0);
        });
    }
}
