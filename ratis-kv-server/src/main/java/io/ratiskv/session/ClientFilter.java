package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Which connections CLIENT LIST or CLIENT KILL means: all conditions must hold. Event loop only. */
final class ClientFilter {
    private Predicate<Session> takes = session -> true;

    private ClientFilter() {}

    boolean takes(Session session) {
        return takes.test(session);
    }

    private void and(Predicate<Session> condition) {
        takes = takes.and(condition);
    }

    /** {@code CLIENT LIST [TYPE type] [ID id …]}. */
    static ClientFilter ofList(Bytes[] words) {
        ClientFilter filter = new ClientFilter();
        if (words.length == 2) {
            return filter;
        }
        if (words[2].equalsIgnoreCase("TYPE") && words.length == 4) {
            filter.and(ofType(words[3]));
        } else if (words[2].equalsIgnoreCase("ID") && words.length > 3) {
            Set<Long> ids = new HashSet<>();
            for (int i = 3; i < words.length; i++) {
                ids.add(id(words[i], "ERR Invalid client ID"));
            }
            filter.and(session -> ids.contains(session.state().id()));
        } else {
            throw CommandException.syntax();
        }
        return filter;
    }

    /** The old form of CLIENT KILL: the client's {@code host:port}. */
    static ClientFilter ofAddress(Bytes address) {
        ClientFilter filter = new ClientFilter();
        String wanted = address.latin1();
        filter.and(session -> session.outlet().remoteAddress().equals(wanted));
        return filter;
    }

    /** {@code CLIENT KILL [ID id] [TYPE type] [USER name] [ADDR a] [LADDR a] [SKIPME yes|no]}. */
    static ClientFilter ofKill(Bytes[] words, Session self) {
        if (words.length % 2 != 0) {
            throw CommandException.syntax();
        }
        ClientFilter filter = new ClientFilter();
        boolean skipsSelf = true;
        for (int i = 2; i < words.length; i += 2) {
            Bytes value = words[i + 1];
            String text = value.latin1();
            if (words[i].equalsIgnoreCase("ID")) {
                long id = id(value, "ERR client-id should be greater than 0");
                filter.and(session -> session.state().id() == id);
            } else if (words[i].equalsIgnoreCase("TYPE")) {
                filter.and(ofType(value));
            } else if (words[i].equalsIgnoreCase("USER")) {
                if (!value.equals(io.ratiskv.api.Request.DEFAULT_USER)) {
                    throw new CommandException("ERR No such user '" + text + "'");
                }
            } else if (words[i].equalsIgnoreCase("ADDR")) {
                filter.and(session -> session.outlet().remoteAddress().equals(text));
            } else if (words[i].equalsIgnoreCase("LADDR")) {
                filter.and(session -> session.outlet().localAddress().equals(text));
            } else if (words[i].equalsIgnoreCase("SKIPME")) {
                skipsSelf = LocalCommands.onOrOff(value);
            } else {
                throw CommandException.syntax();
            }
        }
        if (skipsSelf) {
            filter.and(session -> session.state().id() != self.state().id());
        }
        return filter;
    }

    private static long id(Bytes word, String problem) {
        long id = LocalCommands.integer(word, problem);
        if (id < 1) {
            throw new CommandException(problem);
        }
        return id;
    }

    private static Predicate<Session> ofType(Bytes type) {
        String name = LocalCommands.lower(type);
        return switch (name) {
            case "normal" -> session -> !session.state().listens();
            case "pubsub" -> session -> session.state().listens();
            case "master", "replica", "slave" -> session -> false;
            default -> throw new CommandException("ERR Unknown client type '" + type.latin1() + "'");
        };
    }
}
