package io.ratiskv.server;

import java.util.List;

/** Everything that is wrong with a configuration, in one message. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence per problem; each names its option. */
    public List<String> problems() {
        return problems;
    }

    private static String message(List<String> problems) {
        String head = problems.size() == 1
                ? "1 problem in the configuration:"
                : problems.size() + " problems in the configuration:";
        return head + "\n  - " + String.join("\n  - ", problems);
    }
}
