package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.command.Category;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What of ACL concerns the connection or the node; users and rules are the state's. Event loop only. */
final class AclCommands {
    private static final int BITS_MAX = 4096;
    private static final int BITS = 256;

    private static final SecureRandom RANDOM = new SecureRandom();

    private AclCommands() {}

    static void declare(LocalCommands table) {
        table.now("acl|whoami", (session, words) -> Reply.bulk(session.state().user()));
        table.now("acl|cat", AclCommands::categories);
        table.now("acl|genpass", AclCommands::password);
        table.now("acl|log", AclCommands::log);
        String users =
                "users are in the log and in snapshots, the same on every node; ACL LIST shows what ACL SETUSER takes";
        table.refused("acl|load", users);
        table.refused("acl|save", users);
    }

    private static Reply categories(Session session, Bytes[] words) {
        if (words.length == 2) {
            return Reply.array(Arrays.stream(Category.values())
                    .map(category -> Reply.bulk(category.wireName()))
                    .toList());
        }
        String wanted = LocalCommands.lower(words[2]);
        Category category = Arrays.stream(Category.values())
                .filter(each -> each.wireName().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new CommandException("ERR Unknown category '"
                        + words[2].slice(0, Math.min(words[2].length(), 128)).latin1() + "'"));
        List<Reply> names = new ArrayList<>();
        for (Binding binding : session.sessions().bindings().all()) {
            if (binding.command().categories().contains(category)) {
                names.add(Reply.bulk(binding.command().name()));
            }
        }
        return Reply.array(names);
    }

    private static Reply password(Session session, Bytes[] words) {
        long bits = words.length > 2 ? LocalCommands.integer(words[2]) : BITS;
        if (bits <= 0 || bits > BITS_MAX) {
            throw new CommandException("ERR ACL GENPASS argument must be the number of bits for the output password, a"
                    + " positive number up to " + BITS_MAX);
        }
        int digits = ((int) bits + 3) / 4;
        byte[] random = new byte[(digits + 1) / 2];
        RANDOM.nextBytes(random);
        return Reply.bulk(HexFormat.of().formatHex(random).substring(0, digits));
    }

    private static Reply log(Session session, Bytes[] words) {
        AccessLog log = session.sessions().accessLog();
        if (words.length > 2 && words[2].equalsIgnoreCase("RESET")) {
            log.clear();
            return Reply.OK;
        }
        long count = words.length > 2 ? LocalCommands.integer(words[2]) : 10;
        return log.newest(count, session.sessions().nowMillis());
    }
}
