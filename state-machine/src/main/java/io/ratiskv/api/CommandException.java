package io.ratiskv.api;

/**
 * The client's error: caught once per request, where it becomes the reply. Immutable; any thread.
 *
 * <p>The message is Redis' exact text, its first word the code. It carries no stack: it is an answer, not a fault.
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final CommandException SYNTAX = new CommandException("ERR syntax error");
    private static final CommandException WRONG_TYPE =
            new CommandException("WRONGTYPE Operation against a key holding the wrong kind of value");
    private static final CommandException NOT_INTEGER =
            new CommandException("ERR value is not an integer or out of range");

    private final String text;

    public CommandException(String text) {
        super(text, null, false, false);
        this.text = text;
    }

    public static CommandException syntax() {
        return SYNTAX;
    }

    public static CommandException wrongType() {
        return WRONG_TYPE;
    }

    public static CommandException notInteger() {
        return NOT_INTEGER;
    }

    /** The error as it is sent. */
    public Reply.Failure reply() {
        return new Reply.Failure(text);
    }
}
