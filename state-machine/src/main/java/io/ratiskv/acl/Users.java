package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.command.Access;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandTable;
import io.ratiskv.command.Errors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The users of the replicated state. Confined to whoever holds the state's lock. */
public final class Users implements Access {
    private final CommandTable commands;
    private UserTable table;

    /** What the running entry changed. */
    private List<Effect> effects = List.of();

    public Users(CommandTable commands, UserTable initial) {
        this.commands = commands;
        this.table = initial;
    }

    /** As they are now. */
    public UserTable table() {
        return table;
    }

    /** Takes over what a snapshot holds. */
    public void restore(UserTable users) {
        table = users;
    }

    /** What changed since the last call. */
    public List<Effect> takeEffects() {
        List<Effect> taken = effects;
        effects = List.of();
        return taken;
    }

    /**
     * Throws unless the user of a request may have it run.
     *
     * @param inTransaction whether it was queued, when it was allowed
     */
    public void require(Command command, Request request, boolean inTransaction) {
        Bytes name = request.user();
        if (name.isEmpty()) {
            return;
        }
        User user = table.find(name);
        if (user == null) {
            throw new CommandException("NOAUTH Authentication required.");
        }
        Denial denial = user.check(command, request.words());
        if (denial != null) {
            throw new CommandException(
                    "NOPERM " + (inTransaction ? denial.insideTransaction() : denial.message(name, command)));
        }
    }

    @Override
    public void set(Bytes name, List<Bytes> rules) {
        if (name.isEmpty() || Words.hasSpaces(name)) {
            throw new CommandException("ERR Usernames can't contain spaces or null characters");
        }
        table = table.with(name, rules);
        changed(name, /* removed= */ false);
    }

    @Override
    public long remove(List<Bytes> names) {
        if (names.contains(Request.DEFAULT_USER)) {
            throw new CommandException("ERR The 'default' user cannot be removed");
        }
        long removed = 0;
        for (Bytes name : names) {
            if (table.find(name) != null) {
                table = table.without(name);
                changed(name, /* removed= */ true);
                removed++;
            }
        }
        return removed;
    }

    private void changed(Bytes name, boolean removed) {
        if (effects.isEmpty()) {
            effects = new ArrayList<>();
        }
        effects.add(new Effect.UserChanged(name.owned(), removed));
    }

    @Override
    public List<Bytes> names() {
        return table.all().stream().map(User::name).toList();
    }

    @Override
    public List<Bytes> lines() {
        return table.all().stream().map(User::line).toList();
    }

    @Override
    public @Nullable Reply details(Bytes name) {
        User user = table.find(name);
        return user == null ? null : user.details();
    }

    @Override
    public @Nullable String denial(Bytes name, Command command, Bytes[] words) {
        User user = name.isEmpty() ? null : table.find(name);
        Denial denial = user == null ? null : user.check(command, words);
        return denial == null ? null : denial.message(name, command);
    }

    @Override
    public boolean mayReadAllKeys(Bytes name, Command command, Bytes[] words) {
        User user = name.isEmpty() ? null : table.find(name);
        return user == null || user.mayReadAllKeys(command, words);
    }

    @Override
    public @Nullable String refusal(Bytes name, Bytes[] words) {
        User user = table.find(name);
        if (user == null) {
            throw new CommandException("ERR User '" + Errors.quoted(name) + "' not found");
        }
        Command command = commands.find(new Request(0, 2, name, words));
        if (command == null) {
            throw new CommandException("ERR Command '" + Errors.quoted(words[0]) + "' not found");
        }
        if (!command.takes(words.length)) {
            throw new CommandException("ERR wrong number of arguments for '" + command.name() + "' command");
        }
        Denial denial = user.check(command, words);
        return denial == null ? null : denial.verboseMessage(name, command, words);
    }
}
