package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CLIENT TRACKING and its kin. Event loop only. */
final class TrackingCommands {
    private TrackingCommands() {}

    static void declare(LocalCommands table) {
        table.barrier("client|tracking", TrackingCommands::tracking);
        table.now("client|caching", TrackingCommands::caching);
        table.now(
                "client|getredir",
                (session, words) -> Reply.of(redirect(session.state().tracking())));
        table.now(
                "client|trackinginfo", (session, words) -> info(session.state().tracking()));
    }

    /** 0 for the connection itself, -1 when it does not track. */
    static long redirect(@Nullable ClientTracking tracking) {
        return tracking == null ? -1 : tracking.redirect();
    }

    /** The options of CLIENT TRACKING, as they were given. */
    private static final class Options {
        long redirect;
        boolean broadcasts;
        boolean optIn;
        boolean optOut;
        boolean noLoop;
        final List<Bytes> prefixes = new ArrayList<>();

        static Options parse(Session session, Bytes[] words) {
            Options options = new Options();
            for (int i = 3; i < words.length; i++) {
                boolean more = i + 1 < words.length;
                if (words[i].equalsIgnoreCase("REDIRECT") && more) {
                    options.redirect(session, words[++i]);
                } else if (words[i].equalsIgnoreCase("PREFIX") && more) {
                    options.prefixes.add(words[++i].owned());
                } else if (words[i].equalsIgnoreCase("BCAST")) {
                    options.broadcasts = true;
                } else if (words[i].equalsIgnoreCase("OPTIN")) {
                    options.optIn = true;
                } else if (words[i].equalsIgnoreCase("OPTOUT")) {
                    options.optOut = true;
                } else if (words[i].equalsIgnoreCase("NOLOOP")) {
                    options.noLoop = true;
                } else {
                    throw CommandException.syntax();
                }
            }
            return options;
        }

        private void redirect(Session session, Bytes id) {
            if (redirect != 0) {
                throw new CommandException("ERR A client can only redirect to a single other client");
            }
            redirect = LocalCommands.integer(id);
            if (session.sessions().find(redirect) == null) {
                throw new CommandException("ERR The client ID you want redirect to does not exist");
            }
        }

        ClientTracking.Choice choice() {
            if (optIn) {
                return ClientTracking.Choice.OPT_IN;
            }
            return optOut ? ClientTracking.Choice.OPT_OUT : ClientTracking.Choice.ALL;
        }

        /** @throws CommandException if they do not go together, or not with what was chosen before */
        void check(@Nullable ClientTracking before) {
            if (!broadcasts && !prefixes.isEmpty()) {
                throw new CommandException("ERR PREFIX option requires BCAST mode to be enabled");
            }
            if (before != null && before.broadcasts() != broadcasts) {
                throw new CommandException("ERR You can't switch BCAST mode on/off before disabling tracking for this"
                        + " client, and then re-enabling it with a different mode.");
            }
            if (broadcasts && (optIn || optOut)) {
                throw new CommandException("ERR OPTIN and OPTOUT are not compatible with BCAST");
            }
            if (optIn && optOut) {
                throw new CommandException("ERR You can't specify both OPTIN mode and OPTOUT mode");
            }
            boolean switches = before != null
                    && (optIn && before.choice() == ClientTracking.Choice.OPT_OUT
                            || optOut && before.choice() == ClientTracking.Choice.OPT_IN);
            if (switches) {
                throw new CommandException("ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this"
                        + " client, and then re-enabling it with a different mode.");
            }
            if (broadcasts) {
                checkPrefixes(before);
            }
        }

        private void checkPrefixes(@Nullable ClientTracking before) {
            for (int i = 0; i < prefixes.size(); i++) {
                Bytes prefix = prefixes.get(i);
                for (Bytes other : before == null ? List.<Bytes>of() : before.prefixes()) {
                    checkOverlap(prefix, other, "an existing prefix");
                }
                for (Bytes other : prefixes.subList(i + 1, prefixes.size())) {
                    checkOverlap(prefix, other, "another provided prefix");
                }
            }
        }

        private static void checkOverlap(Bytes prefix, Bytes other, String which) {
            int common = Math.min(prefix.length(), other.length());
            if (prefix.slice(0, common).equals(other.slice(0, common))) {
                throw new CommandException("ERR Prefix '" + prefix.utf8() + "' overlaps with " + which + " '"
                        + other.utf8() + "'. Prefixes for a single client must not overlap.");
            }
        }
    }

    private static Reply tracking(Session session, Bytes[] words) {
        Tracking all = session.sessions().tracking();
        // As Redis, which reads the options before it looks whether they are asked for.
        Options options = Options.parse(session, words);
        if (words[2].equalsIgnoreCase("OFF")) {
            all.end(session);
            return Reply.OK;
        }
        if (!words[2].equalsIgnoreCase("ON")) {
            throw CommandException.syntax();
        }
        ClientTracking before = session.state().tracking();
        options.check(before);
        ClientTracking tracking = before == null ? new ClientTracking(options.broadcasts) : before;
        tracking.choose(options.choice(), !options.noLoop, options.redirect);
        if (options.broadcasts) {
            tracking.prefixes().addAll(options.prefixes.isEmpty() ? List.of(Bytes.EMPTY) : options.prefixes);
        }
        all.begin(session, tracking);
        return Reply.OK;
    }

    private static Reply caching(Session session, Bytes[] words) {
        ClientTracking tracking = session.state().tracking();
        if (tracking == null) {
            throw new CommandException("ERR CLIENT CACHING can be called only when the client is in tracking mode with"
                    + " OPTIN or OPTOUT mode enabled");
        }
        if (words[2].equalsIgnoreCase("YES")) {
            requireChoice(tracking, ClientTracking.Choice.OPT_IN, "YES", "OPTIN");
        } else if (words[2].equalsIgnoreCase("NO")) {
            requireChoice(tracking, ClientTracking.Choice.OPT_OUT, "NO", "OPTOUT");
        } else {
            throw CommandException.syntax();
        }
        tracking.giveCaching();
        return Reply.OK;
    }

    private static void requireChoice(ClientTracking tracking, ClientTracking.Choice needed, String word, String mode) {
        if (tracking.choice() != needed) {
            throw new CommandException(
                    "ERR CLIENT CACHING " + word + " is only valid when tracking is enabled in " + mode + " mode.");
        }
    }

    private static Reply info(@Nullable ClientTracking tracking) {
        List<Reply> flags = new ArrayList<>();
        flags.add(Reply.bulk(tracking == null ? "off" : "on"));
        List<Reply> prefixes = new ArrayList<>();
        if (tracking != null) {
            describe(tracking, flags);
            tracking.prefixes().forEach(prefix -> prefixes.add(Reply.bulk(prefix)));
        }
        return new Reply.Map(List.of(
                Reply.bulk("flags"),
                new Reply.Set(flags),
                Reply.bulk("redirect"),
                Reply.of(redirect(tracking)),
                Reply.bulk("prefixes"),
                Reply.array(prefixes)));
    }

    private static void describe(ClientTracking tracking, List<Reply> flags) {
        if (tracking.broadcasts()) {
            flags.add(Reply.bulk("bcast"));
        }
        switch (tracking.choice()) {
            case ALL -> {}
            case OPT_IN -> {
                flags.add(Reply.bulk("optin"));
                if (tracking.cachingGiven()) {
                    flags.add(Reply.bulk("caching-yes"));
                }
            }
            case OPT_OUT -> {
                flags.add(Reply.bulk("optout"));
                if (tracking.cachingGiven()) {
                    flags.add(Reply.bulk("caching-no"));
                }
            }
        }
        if (tracking.noLoop()) {
            flags.add(Reply.bulk("noloop"));
        }
        if (tracking.redirectBroken()) {
            flags.add(Reply.bulk("broken_redirect"));
        }
    }
}
