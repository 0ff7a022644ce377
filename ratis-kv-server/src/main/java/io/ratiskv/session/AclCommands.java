package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.command.Category;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** ACL as far as there is one user: who I am, who there is, which categories commands are in. Event loop only. */
final class AclCommands {
    private AclCommands() {}

    static void declare(LocalCommands table) {
        table.now("acl|whoami", (session, words) -> Reply.bulk(session.state().user()));
        table.now("acl|users", (session, words) -> Reply.array(List.of(Reply.bulk("default"))));
        table.now(
                "acl|list",
                (session, words) -> Reply.array(List.of(Reply.bulk("user default on "
                        + (session.sessions().credentials().required() ? "" : "nopass ") + "~* &* +@all"))));
        table.now("acl|cat", AclCommands::categories);
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
                .orElseThrow(() -> new CommandException("ERR Unknown category '" + words[2].latin1() + "'"));
        List<Reply> names = new ArrayList<>();
        for (Binding binding : session.sessions().bindings().all()) {
            if (binding.command().categories().contains(category)) {
                names.add(Reply.bulk(binding.command().name()));
            }
        }
        return Reply.array(names);
    }
}
