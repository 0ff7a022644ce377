package io.ratiskv.acl;

import io.ratiskv.command.Command;

/** What a command does with the channels that it names. */
enum ChannelUse {
    NONE,
    /** Its first argument is one. */
    PUBLISHES,
    /** All its arguments are channels. */
    SUBSCRIBES,
    SUBSCRIBES_PATTERNS;

    static ChannelUse of(Command command) {
        return switch (command.name()) {
            case "publish", "spublish" -> PUBLISHES;
            case "subscribe", "ssubscribe" -> SUBSCRIBES;
            case "psubscribe" -> SUBSCRIBES_PATTERNS;
            default -> NONE;
        };
    }
}
