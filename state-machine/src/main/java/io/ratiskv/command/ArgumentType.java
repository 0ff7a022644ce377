package io.ratiskv.command;

/** What an argument's word must be. The wire names are those of COMMAND DOCS. */
enum ArgumentType {
    STRING("string"),
    INTEGER("integer"),
    DOUBLE("double"),
    KEY("key"),
    PATTERN("pattern"),
    UNIX_TIME("unix-time");

    final String wireName;

    ArgumentType(String wireName) {
        this.wireName = wireName;
    }

    /** The type an argument has by its name alone, when its usage line gives none. */
    static ArgumentType byName(String name) {
        return switch (name) {
            case "key", "newkey" -> KEY;
            case "pattern" -> PATTERN;
            case "count", "cursor", "db", "decrement", "end", "increment", "index", "milliseconds", "numkeys" ->
                INTEGER;
            case "numfields", "offset", "seconds", "start", "timeout" -> INTEGER;
            case "unix-time-milliseconds", "unix-time-seconds" -> UNIX_TIME;
            default -> STRING;
        };
    }

    static ArgumentType byWireName(String wireName) {
        for (ArgumentType type : values()) {
            if (type.wireName.equals(wireName)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no argument type " + wireName);
    }
}
