package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.command.CommandTable;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All users at one moment; the default user is always among them. Immutable; any thread. */
public final class UserTable {
    private final CommandNames names;
    private final Map<Bytes, User> byName;
    private final User defaultUser;

    private UserTable(CommandNames names, Map<Bytes, User> byName) {
        this.names = names;
        this.byName = byName;
        User found = byName.get(Request.DEFAULT_USER);
        if (found == null) {
            throw new IllegalArgumentException("there is no default user");
        }
        this.defaultUser = found;
    }

    /** The default user alone, who may do everything. */
    public static UserTable initial(CommandTable commands) {
        CommandNames names = new CommandNames(commands);
        TreeMap<Bytes, User> byName = new TreeMap<>();
        byName.put(Request.DEFAULT_USER, User.byDefault(names));
        return new UserTable(names, byName);
    }

    /** Whether it is what there is before anybody changes it. */
    public boolean isInitial() {
        return byName.size() == 1
                && defaultUser.rules().equals(User.byDefault(names).rules());
    }

    /** The user of that name; null if there is none. */
    public @Nullable User find(Bytes name) {
        return name.equals(Request.DEFAULT_USER) ? defaultUser : byName.get(name);
    }

    public User defaultUser() {
        return defaultUser;
    }

    /** Sorted by name. */
    public Collection<User> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /**
     * With one user as rules change or make it.
     *
     * @throws io.ratiskv.api.CommandException if one of them is none
     */
    public UserTable with(Bytes name, List<Bytes> rules) {
        User known = find(name);
        User changed = (known == null ? User.created(name, names) : known).with(rules, names);
        TreeMap<Bytes, User> all = new TreeMap<>(byName);
        all.put(changed.name(), changed);
        return new UserTable(names, all);
    }

    UserTable without(Bytes name) {
        TreeMap<Bytes, User> all = new TreeMap<>(byName);
        all.remove(name);
        return new UserTable(names, all);
    }

    /** Adds a user of a snapshot, as its rules say; a command that this release does not know stays in them, without use. */
    public UserTable restored(Bytes name, List<Bytes> rules) {
        TreeMap<Bytes, User> all = new TreeMap<>(byName);
        User user = User.restored(name, rules, names);
        all.put(user.name(), user);
        return new UserTable(names, all);
    }
}
