package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The users of the state, as ACL asks for them. Confined to whoever holds the state's lock. */
public interface Access {
    /**
     * Makes a user, or changes one, by the rules of ACL SETUSER, in which no password stands in the clear.
     *
     * @throws io.ratiskv.api.CommandException if a rule is none; nothing changed then
     */
    void set(Bytes name, List<Bytes> rules);

    /**
     * Removes users.
     *
     * @return how many there were
     * @throws io.ratiskv.api.CommandException if the default user is among them; nothing changed then
     */
    long remove(List<Bytes> names);

    /** In order. */
    List<Bytes> names();

    /** What makes each user again, as Redis' files tell it, in the order of the names. */
    List<Bytes> lines();

    /** What is known of a user; null if there is none of that name. */
    @Nullable
    Reply details(Bytes name);

    /**
     * Why a user may not have a command run, as the user is told; null if it is allowed.
     *
     * @param command that the words invoke
     */
    @Nullable
    String denial(Bytes name, Command command, Bytes[] words);

    /**
     * Whether a user may have a command run, and that read whichever key it finds.
     *
     * @param command that the words invoke
     */
    boolean mayReadAllKeys(Bytes name, Command command, Bytes[] words);

    /**
     * Why a user may not have these words run, as others are told.
     *
     * @return null if it is allowed
     * @throws io.ratiskv.api.CommandException if there is no such user or command
     */
    @Nullable
    String refusal(Bytes name, Bytes[] words);
}
