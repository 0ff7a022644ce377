package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.replication.ReadLevel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a connection chooses for itself: PING, SELECT, AUTH, HELLO and their like. Event loop only. */
final class ConnectionCommands {
    private static final int DATABASES = 16;

    private ConnectionCommands() {}

    static void declare(LocalCommands table) {
        table.now("ping", ConnectionCommands::ping);
        table.now("echo", (session, words) -> Reply.bulk(words[1]));
        table.now("select", ConnectionCommands::select);
        table.now("unwatch", (session, words) -> {
            session.state().unwatch();
            return Reply.OK;
        });
        table.barrier("quit", (session, words) -> {
            session.quit();
            return Reply.OK;
        });
        table.barrier("reset", ConnectionCommands::reset);
        table.barrier("auth", ConnectionCommands::auth);
        table.barrier("hello", ConnectionCommands::hello);
        table.barrier("readonly", (session, words) -> {
            session.state().reads(ReadLevel.STALE);
            return Reply.OK;
        });
        table.barrier("readwrite", (session, words) -> {
            session.state().reads(ReadLevel.LINEARIZABLE);
            return Reply.OK;
        });
    }

    private static Reply ping(Session session, Bytes[] words) {
        if (words.length > 2) {
            throw new CommandException("ERR wrong number of arguments for 'ping' command");
        }
        if (session.state().protocol() == 2 && session.state().listens()) {
            return Reply.array(List.of(Reply.bulk("pong"), Reply.bulk(words.length == 2 ? words[1] : Bytes.EMPTY)));
        }
        return words.length == 2 ? Reply.bulk(words[1]) : Reply.PONG;
    }

    private static Reply select(Session session, Bytes[] words) {
        session.state().database(database(words[1]));
        return Reply.OK;
    }

    private static int database(Bytes word) {
        long index = LocalCommands.integer(word);
        if (index < 0 || index >= DATABASES) {
            throw new CommandException("ERR DB index is out of range");
        }
        return (int) index;
    }

    /** The database behind a local command in a transaction: another one behind a valid SELECT. */
    static int selected(Binding binding, Bytes[] words, int current) {
        if (!binding.command().name().equals("select")) {
            return current;
        }
        try {
            return database(words[1]);
        } catch (CommandException refused) {
            return current;
        }
    }

    private static Reply reset(Session session, Bytes[] words) {
        session.sessions().pubSub().leaveAll(session);
        session.sessions().tracking().end(session);
        session.sessions().monitors().end(session);
        session.state().reset(session.sessions().admission().isOpen());
        return new Reply.Simple("RESET");
    }

    private static Reply auth(Session session, Bytes[] words) {
        if (words.length > 3) {
            throw CommandException.syntax();
        }
        if (words.length == 2 && session.sessions().admission().asksForNoPassword()) {
            throw new CommandException("ERR AUTH <password> called without any password configured for the default"
                    + " user. Are you sure your configuration is correct?");
        }
        Bytes user = words.length == 3 ? words[1] : Request.DEFAULT_USER;
        authenticate(session, words[0], user, words[words.length - 1]);
        return Reply.OK;
    }

    /** @param by the command that does it */
    private static void authenticate(Session session, Bytes by, Bytes user, Bytes password) {
        Sessions sessions = session.sessions();
        if (!sessions.admission().accepts(user, password)) {
            sessions.accessLog()
                    .add(
                            session,
                            AccessLog.Reason.AUTH,
                            by,
                            user,
                            session.state().transaction() != null);
            throw new CommandException("WRONGPASS invalid username-password pair or user is disabled.");
        }
        session.state().authenticatedAs(user.owned());
    }

    private static Reply hello(Session session, Bytes[] words) {
        ClientState state = session.state();
        int protocol = state.protocol();
        int next = 1;
        if (words.length > 1) {
            long wanted = LocalCommands.integer(words[1], "ERR Protocol version is not an integer or out of range");
            if (wanted < 2 || wanted > 3) {
                throw new CommandException("NOPROTO unsupported protocol version");
            }
            protocol = (int) wanted;
            next = 2;
        }
        Bytes user = null;
        Bytes password = Bytes.EMPTY;
        Bytes name = null;
        while (next < words.length) {
            int more = words.length - next - 1;
            if (words[next].equalsIgnoreCase("AUTH") && more >= 2) {
                user = words[next + 1];
                password = words[next + 2];
                next += 3;
            } else if (words[next].equalsIgnoreCase("SETNAME") && more >= 1) {
                name = ClientCommands.validName(words[next + 1]);
                next += 2;
            } else {
                throw new CommandException("ERR Syntax error in HELLO option '" + words[next].latin1() + "'");
            }
        }
        if (user != null) {
            authenticate(session, words[0], user, password);
        }
        if (!session.authenticated()) {
            throw new CommandException("NOAUTH HELLO must be called with the client already authenticated, otherwise"
                    + " the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and"
                    + " select the RESP protocol version at the same time");
        }
        choose(state, protocol, name);
        return greeting(session);
    }

    private static void choose(ClientState state, int protocol, @Nullable Bytes name) {
        state.protocol(protocol);
        if (name != null) {
            state.name(name.owned());
        }
    }

    private static Reply greeting(Session session) {
        List<Reply> facts = new ArrayList<>();
        facts.add(Reply.bulk("server"));
        facts.add(Reply.bulk("redis"));
        facts.add(Reply.bulk("version"));
        facts.add(Reply.bulk(InfoText.REDIS_VERSION));
        facts.add(Reply.bulk("proto"));
        facts.add(Reply.of(session.state().protocol()));
        facts.add(Reply.bulk("id"));
        facts.add(Reply.of(session.state().id()));
        facts.add(Reply.bulk("mode"));
        facts.add(Reply.bulk("standalone"));
        facts.add(Reply.bulk("role"));
        facts.add(Reply.bulk(session.sessions().node().leads() ? "master" : "replica"));
        facts.add(Reply.bulk("modules"));
        facts.add(Reply.EMPTY_ARRAY);
        return new Reply.Map(facts);
    }
}
