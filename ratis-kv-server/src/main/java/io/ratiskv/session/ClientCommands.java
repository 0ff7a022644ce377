package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.replication.ReadLevel;
import java.util.ArrayList;
import java.util.List;

/** CLIENT and its subcommands. Event loop only. */
final class ClientCommands {
    private static final Reply UNBLOCKED = Reply.error("UNBLOCKED client unblocked via CLIENT UNBLOCK");

    private ClientCommands() {}

    static void declare(LocalCommands table) {
        table.now("client|id", (session, words) -> Reply.of(session.state().id()));
        table.now("client|getname", (session, words) -> {
            Bytes name = session.state().name();
            return name.isEmpty() ? Reply.NULL : Reply.bulk(name);
        });
        table.now("client|setname", (session, words) -> {
            session.state().name(validName(words[2]).owned());
            return Reply.OK;
        });
        table.now("client|setinfo", ClientCommands::setInfo);
        table.now("client|no-evict", (session, words) -> {
            session.state().noEvict(LocalCommands.either(words[2], "ON", "OFF"));
            return Reply.OK;
        });
        table.now("client|no-touch", (session, words) -> {
            session.state().noTouch(LocalCommands.either(words[2], "ON", "OFF"));
            return Reply.OK;
        });
        table.now("client|unblock", ClientCommands::unblock);
        table.barrier("monitor", (session, words) -> {
            session.sessions().monitors().begin(session);
            return Reply.OK;
        });
        table.barrier("client|info", (session, words) -> LocalCommands.text(ClientLine.of(session) + "\n"));
        table.barrier("client|list", ClientCommands::list);
        table.barrier("client|kill", ClientCommands::kill);
        table.barrier("client|reads", ClientCommands::reads);
        table.barrier("client|reply", ClientCommands::reply);
        table.barrier("client|pause", ClientCommands::pause);
        table.barrier("client|unpause", (session, words) -> {
            session.sessions().pause().end();
            return Reply.OK;
        });
    }

    /** @throws CommandException if {@code name} would break CLIENT LIST */
    static Bytes validName(Bytes name) {
        if (!isPlain(name)) {
            throw new CommandException("ERR Client names cannot contain spaces, newlines or special characters.");
        }
        return name;
    }

    private static boolean isPlain(Bytes text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.at(i) < '!' || text.at(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** With nothing asked for, what holds, and up to where this node has shown the log. */
    private static Reply reads(Session session, Bytes[] words) {
        ClientState state = session.state();
        if (words.length == 2) {
            return new Reply.Map(List.of(
                    Reply.bulk("level"),
                    Reply.bulk(state.reads().toString()),
                    Reply.bulk("index"),
                    Reply.of(session.sessions().node().appliedIndex())));
        }
        List<String> asked = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            asked.add(words[i].latin1());
        }
        ReadLevel level = ReadLevel.parse(asked);
        if (level == null) {
            throw new CommandException("ERR the level must be " + ReadLevel.USAGE);
        }
        state.reads(level);
        return Reply.OK;
    }

    private static Reply setInfo(Session session, Bytes[] words) {
        boolean name = words[2].equalsIgnoreCase("LIB-NAME");
        if (!name && !words[2].equalsIgnoreCase("LIB-VER")) {
            throw new CommandException("ERR Unrecognized option '" + words[2].latin1() + "'");
        }
        if (!isPlain(words[3])) {
            throw new CommandException("ERR " + (name ? "lib-name" : "lib-ver")
                    + " cannot contain spaces, newlines or special characters.");
        }
        if (name) {
            session.state().libraryName(words[3].owned());
        } else {
            session.state().libraryVersion(words[3].owned());
        }
        return Reply.OK;
    }

    private static Reply unblock(Session session, Bytes[] words) {
        boolean error = words.length == 4 && words[3].equalsIgnoreCase("ERROR");
        if (words.length > 4 || words.length == 4 && !error && !words[3].equalsIgnoreCase("TIMEOUT")) {
            throw new CommandException("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        }
        Session target = session.sessions().find(LocalCommands.integer(words[2]));
        if (target == null) {
            return Reply.of(0);
        }
        BlockedClients blocked = session.sessions().blocked();
        return Reply.of(error ? blocked.unblock(target, UNBLOCKED) : blocked.timeOut(target));
    }

    private static Reply list(Session session, Bytes[] words) {
        Sessions sessions = session.sessions();
        List<Session> shown = new ArrayList<>();
        if (words.length == 2) {
            shown.addAll(sessions.all());
        } else if (words.length == 4 && words[2].equalsIgnoreCase("TYPE")) {
            sessions.all().stream().filter(ClientFilter.ofType(words[3])).forEach(shown::add);
        } else if (words.length > 3 && words[2].equalsIgnoreCase("ID")) {
            for (int i = 3; i < words.length; i++) {
                Session found = sessions.find(LocalCommands.integer(words[i], "ERR Invalid client ID"));
                if (found != null) {
                    shown.add(found);
                }
            }
        } else {
            throw CommandException.syntax();
        }
        StringBuilder lines = new StringBuilder();
        shown.forEach(each -> lines.append(ClientLine.of(each)).append('\n'));
        return LocalCommands.text(lines.toString());
    }

    private static Reply kill(Session session, Bytes[] words) {
        boolean oldForm = words.length == 3;
        ClientFilter filter = oldForm
                ? ClientFilter.ofAddress(words[2])
                : ClientFilter.ofKill(words, session.sessions().admission().users());
        int killed = 0;
        for (Session each : session.sessions().all()) {
            if (filter.takes(each, session)) {
                killed++;
                if (each.state().id() == session.state().id()) {
                    session.quit();
                } else {
                    each.outlet().close();
                }
            }
        }
        if (!oldForm) {
            return Reply.of(killed);
        }
        return killed > 0 ? Reply.OK : Reply.error("ERR No such client");
    }

    private static Reply reply(Session session, Bytes[] words) {
        ClientState state = session.state();
        if (words[2].equalsIgnoreCase("ON")) {
            state.replyMode(ClientState.ReplyMode.ON);
        } else if (words[2].equalsIgnoreCase("OFF")) {
            state.replyMode(ClientState.ReplyMode.OFF);
        } else if (words[2].equalsIgnoreCase("SKIP")) {
            state.skipReplies(2);
        } else {
            throw CommandException.syntax();
        }
        return Reply.OK;
    }

    private static Reply pause(Session session, Bytes[] words) {
        boolean writesOnly = words.length == 4 && words[3].equalsIgnoreCase("WRITE");
        if (words.length > 4 || words.length == 4 && !writesOnly && !words[3].equalsIgnoreCase("ALL")) {
            throw new CommandException("ERR CLIENT PAUSE mode must be WRITE or ALL");
        }
        long millis = LocalCommands.integer(words[2], "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        if (millis > Long.MAX_VALUE - session.sessions().nowMillis()) {
            throw new CommandException("ERR timeout is out of range");
        }
        session.sessions().pause().begin(millis, writesOnly);
        return Reply.OK;
    }
}
