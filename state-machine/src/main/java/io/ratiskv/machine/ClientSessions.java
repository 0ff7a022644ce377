package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.CountedTreeView;
import io.ratiskv.collect.Epoch;
import io.ratiskv.machine.ClientSession.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first replies to what clients number, so that a request repeated after a lost connection takes effect once.
 * Confined to whoever holds the state's lock.
 *
 * <p>A client opens a session and numbers its requests; a number above all that came before is run, one that was answered
 * is answered the same again, and one that can not be told any more is refused. Source: Ongaro, "Consensus: Bridging Theory
 * and Practice" (2014), section 6.3. Number 0 opens its session by itself: the name of the session then stands for one
 * request.
 *
 * <p>Bounded by log time and by memory; the session unused for longest goes first.
 */
public final class ClientSessions {
    /** A session unused for so long is forgotten. */
    static final long IDLE_MAX_MILLIS = 24 * 60 * 60 * 1000L;

    /** A session keeps so many replies; it drops those of the lowest numbers. */
    public static final int ANSWERS_MAX = 256;

    /** What is longer is not kept: asked again, its request is only said to be done. */
    static final int ANSWER_BYTES_MAX = 1 << 20;

    /** All of them together cost at most so much, except that the one used last is kept. */
    static final long COST_BYTES_MAX = 64 << 20;

    /** So many go at most in one entry because their time is over. */
    private static final int FORGOTTEN_MAX = 512;

    private static final int NAME_BYTES_MAX = 512;

    private static final Comparator<ClientSession> BY_NAME = Comparator.comparing(ClientSession::name);
    private static final Comparator<ClientSession> BY_USE = Comparator.comparingLong(ClientSession::use);

    private final Epoch epoch = new Epoch();
    private final CountedTree<ClientSession> byName = new CountedTree<>(BY_NAME, epoch);
    private final CountedTree<ClientSession> byUse = new CountedTree<>(BY_USE, epoch);
    private long uses;
    private long cost;

    /** A session as it stands here: those of a user are no other user's. */
    static Bytes nameOf(Bytes user, Bytes name) {
        if (name.isEmpty() || name.length() > NAME_BYTES_MAX) {
            throw new CommandException("ERR the name of a session has 1 to " + NAME_BYTES_MAX + " bytes");
        }
        byte[] joined = new byte[user.length() + 1 + name.length()];
        user.copyTo(joined, 0);
        name.copyTo(joined, user.length() + 1);
        return Bytes.wrap(joined);
    }

    /** Opens a session, or goes on with the one that is open, and returns the highest number it was answered. */
    long open(Bytes name, long nowMillis) {
        ClientSession found = find(name);
        ClientSession session = found == null ? unused(name) : found;
        use(session, session.highest(), session.forgotten(), session.answers(), nowMillis);
        return session.highest();
    }

    /**
     * What was answered under this number; null if nothing was, and the request is to be run.
     *
     * @param fingerprint of the request
     * @throws CommandException if that can not be told, or it was another request: nothing is to be done then
     */
    @Nullable
    Bytes answer(Bytes name, long number, long fingerprint, long nowMillis) {
        ClientSession session = find(name);
        if (session == null) {
            if (number == 0) return null;
            throw new CommandException(
                    "NOSESSION the session is not known, or was not used for too long; nothing was done");
        }
        List<Answer> answers = session.answers();
        int at = position(answers, number);
        if (at < answers.size() && answers.get(at).number() == number) {
            Answer answer = answers.get(at);
            if (answer.fingerprint() != fingerprint) {
                throw new CommandException("MISMATCH number " + number + " was another request; nothing was done");
            }
            use(session, session.highest(), session.forgotten(), answers, nowMillis);
            return answer.reply();
        }
        if (number <= session.forgotten()) {
            throw new CommandException(
                    "NOREPLY the reply to number " + number + " is not kept any more; nothing was done now");
        }
        return null;
    }

    /** Keeps the first reply to a number that {@link #answer} found none for. */
    void keep(Bytes name, Answer answer, long nowMillis) {
        ClientSession found = find(name);
        ClientSession session = found == null ? unused(name) : found;
        List<Answer> answers = new ArrayList<>(session.answers());
        answers.add(position(answers, answer.number()), answer);
        long forgotten = session.forgotten();
        if (answers.size() > ANSWERS_MAX) {
            forgotten = answers.removeFirst().number();
        }
        use(session, Math.max(session.highest(), answer.number()), forgotten, List.copyOf(answers), nowMillis);
    }

    /** Forgets those that were not used for too long. */
    void forgetIdle(long nowMillis) {
        for (int i = 0; i < FORGOTTEN_MAX && byUse.size() > 0; i++) {
            ClientSession oldest = byUse.byIndex(0);
            if (oldest.usedAtMillis() + IDLE_MAX_MILLIS > nowMillis) return;
            forget(oldest);
        }
    }

    int size() {
        return byName.size();
    }

    /** All of them and how many uses there were, as of now; O(1). */
    State freeze() {
        return new State(uses, byName.freeze());
    }

    /**
     * The content at one index. Immutable; any thread.
     *
     * @param sessions sorted by name
     */
    public record State(long uses, CountedTreeView<ClientSession> sessions) {
        public static final State EMPTY = new ClientSessions().freeze();

        @Override
        public boolean equals(Object other) {
            return other instanceof State that && uses == that.uses && all().equals(that.all());
        }

        @Override
        public int hashCode() {
            return Long.hashCode(uses);
        }

        private List<ClientSession> all() {
            List<ClientSession> all = new ArrayList<>(sessions.size());
            sessions.forEach(all::add);
            return all;
        }
    }

    void restore(long usesUntilNow, List<ClientSession> sessions) {
        uses = usesUntilNow;
        for (ClientSession session : sessions) {
            add(session);
        }
    }

    private @Nullable ClientSession find(Bytes name) {
        return byName.get(unused(name));
    }

    private static ClientSession unused(Bytes name) {
        return new ClientSession(name, 0, 0, 0, 0, List.of());
    }

    /** Notes a use, which may be the first, and makes room: the sessions unused for longest go. */
    private void use(ClientSession session, long highest, long forgotten, List<Answer> answers, long nowMillis) {
        if (session.use() > 0) {
            forget(session);
        }
        add(new ClientSession(session.name(), ++uses, nowMillis, highest, forgotten, answers));
        while (cost > COST_BYTES_MAX && byUse.size() > 1) {
            forget(byUse.byIndex(0));
        }
    }

    private void add(ClientSession session) {
        byName.put(session);
        byUse.put(session);
        cost += session.cost();
    }

    private void forget(ClientSession session) {
        byName.remove(session);
        byUse.remove(session);
        cost -= session.cost();
    }

    /** Of the number, or where it would stand. */
    private static int position(List<Answer> answers, long number) {
        int low = 0;
        int high = answers.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (answers.get(middle).number() < number) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
