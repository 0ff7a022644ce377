package io.ratiskv.acl;

/** What is wrong with a rule, in Redis' words. */
enum Problem {
    UNKNOWN_COMMAND("Unknown command or category name in ACL"),
    SYNTAX("Syntax error"),
    ALL_KEYS_ALREADY(
            "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect."
                    + " Try 'resetkeys' to start with an empty list of patterns"),
    ALL_CHANNELS_ALREADY(
            "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have"
                    + " any effect. Try 'resetchannels' to start with an empty list of channels"),
    NO_SUCH_PASSWORD("The password you are trying to remove from the user does not exist"),
    NOT_A_HASH("The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"),
    FIRST_WORD_OF_SUBCOMMAND("Allowing first-arg of a subcommand is not supported");

    private final String text;

    Problem(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
