package io.ratiskv.session;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which connections CLIENT KILL means: all conditions must hold, of those given twice the last. Event loop only. */
final class ClientFilter {
    private long id;
    private Predicate<Session> type = session -> true;
    private @Nullable String address;
    private @Nullable String localAddress;
    private @Nullable Bytes user;
    private boolean skipsSelf = true;

    private ClientFilter() {}

    boolean takes(Session session, Session self) {
        return (id == 0 || session.state().id() == id)
                && type.test(session)
                && (address == null || session.outlet().remoteAddress().equals(address))
                && (localAddress == null || session.outlet().localAddress().equals(localAddress))
                && (user == null || session.state().user().equals(user))
                && !(skipsSelf && session.state().id() == self.state().id());
    }

    /** The old form of CLIENT KILL: the client's {@code host:port}, which may be one's own. */
    static ClientFilter ofAddress(Bytes address) {
        ClientFilter filter = new ClientFilter();
        filter.address = address.latin1();
        filter.skipsSelf = false;
        return filter;
    }

    /** {@code CLIENT KILL [ID id] [TYPE type] [USER name] [ADDR a] [LADDR a] [SKIPME yes|no]}. */
    static ClientFilter ofKill(Bytes[] words, UserTable users) {
        ClientFilter filter = new ClientFilter();
        for (int i = 2; i < words.length; i += 2) {
            if (i + 1 == words.length) {
                throw CommandException.syntax();
            }
            filter.add(words[i], words[i + 1], users);
        }
        return filter;
    }

    private void add(Bytes option, Bytes value, UserTable users) {
        if (option.equalsIgnoreCase("ID")) {
            id = positive(value);
        } else if (option.equalsIgnoreCase("TYPE")) {
            type = ofType(value);
        } else if (option.equalsIgnoreCase("ADDR")) {
            address = value.latin1();
        } else if (option.equalsIgnoreCase("LADDR")) {
            localAddress = value.latin1();
        } else if (option.equalsIgnoreCase("USER")) {
            if (users.find(value) == null) {
                throw new CommandException("ERR No such user '" + value.utf8() + "'");
            }
            user = value;
        } else if (option.equalsIgnoreCase("SKIPME")) {
            skipsSelf = LocalCommands.either(value, "YES", "NO");
        } else {
            throw CommandException.syntax();
        }
    }

    private static long positive(Bytes word) {
        String problem = "ERR client-id should be greater than 0";
        long id = LocalCommands.integer(word, problem);
        if (id < 1) {
            throw new CommandException(problem);
        }
        return id;
    }

    /** Connections of a type, by the name that CLIENT LIST and CLIENT KILL have for it. */
    static Predicate<Session> ofType(Bytes type) {
        return switch (LocalCommands.lower(type)) {
            case "normal" -> session -> !session.state().listens();
            case "pubsub" -> session -> session.state().listens();
            // Nodes talk to each other over ports of their own.
            case "master", "replica", "slave" -> session -> false;
            default -> throw new CommandException("ERR Unknown client type '" + type.latin1() + "'");
        };
    }
}
