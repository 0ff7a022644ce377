package io.ratiskv.session;

import io.ratiskv.acl.Denial;
import io.ratiskv.acl.User;
import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may use this node: the users of the log, and the node's own password of the default user. Any thread.
 *
 * <p>The node's password is one more of the default user, and there its {@code nopass} is void: whatever the log says, a
 * node that was started with a password never lets in who does not know one.
 */
public final class Admission implements Guard {
    private final CommandTable commands;
    private final Supplier<UserTable> users;
    private final Credentials own;

    /** @param users as of now */
    Admission(CommandTable commands, Supplier<UserTable> users, Credentials own) {
        this.commands = commands;
        this.users = users;
        this.own = own;
    }

    UserTable users() {
        return users.get();
    }

    @Override
    public boolean isOpen() {
        User user = users().defaultUser();
        return user.isEnabled() && user.isWithoutPassword() && !own.required();
    }

    /** Whether this node has a password of its own. */
    boolean isGuarded() {
        return own.required();
    }

    /** Whether the default user, on or off, needs no password: AUTH with a password alone is then a mistake. */
    boolean asksForNoPassword() {
        return users().defaultUser().isWithoutPassword() && !own.required();
    }

    @Override
    public boolean accepts(Bytes name, Bytes password) {
        User user = users().find(name);
        if (user == null || !user.isEnabled()) {
            return false;
        }
        boolean guarded = own.required() && name.equals(Request.DEFAULT_USER);
        if (user.isWithoutPassword() && !guarded) {
            return true;
        }
        boolean right = guarded && own.accepts(name, password);
        byte[] hash = hash(password).getBytes(StandardCharsets.US_ASCII);
        for (String known : user.passwords()) {
            right |= MessageDigest.isEqual(hash, known.getBytes(StandardCharsets.US_ASCII));
        }
        return right;
    }

    /** SHA-256 in lower-case hexadecimal digits: what is kept of a password. */
    static String hash(Bytes password) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(password.array(), password.offset(), password.length());
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    @Override
    public @Nullable String refusal(Bytes name, String... words) {
        User user = users().find(name);
        Request request = Request.of(words);
        Command command = commands.find(request);
        if (user == null || command == null) {
            return "NOAUTH Authentication required.";
        }
        Denial denial = user.check(command, request.words());
        return denial == null ? null : "NOPERM " + denial.message(name, command);
    }
}
