package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.resp.Conversation;
import io.ratiskv.resp.Outlet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One client of {@link Sessions} without a socket: what it sends and what it got. */
final class Dialogue implements Outlet {
    private final Node node;
    private final Conversation conversation;
    private final String address;
    private List<Reply> received = new ArrayList<>();
    private boolean congested;
    private boolean reading = true;
    private boolean closed;

    /** The sessions of one node over a state machine in process. */
    static final class Node {
        final ManualLoop loop = new ManualLoop();
        final io.ratiskv.local.LocalReplicator replicator =
                new io.ratiskv.local.LocalReplicator(loop, () -> 1_000_000 + loop.nanoTime() / 1_000_000);
        final TestNode view = new TestNode(replicator);
        final Aftermath aftermath;
        final Sessions sessions;
        private int clients;

        Node(Credentials credentials) {
            aftermath = new Aftermath(loop, new PubSub(loop, NoPeers.INSTANCE), wanted -> {});
            replicator.listen(aftermath);
            sessions = new Sessions(
                    replicator.machine().commands(),
                    replicator,
                    loop,
                    view,
                    view,
                    credentials,
                    aftermath,
                    SessionSettings.defaults(),
                    null);
        }

        Node() {
            this(Credentials.NONE);
        }

        Dialogue connect() {
            return connect("127.0.0.1:" + (50_000 + clients++));
        }

        Dialogue connect(String address) {
            return new Dialogue(this, address);
        }
    }

    private Dialogue(Node node, String address) {
        this.node = node;
        this.address = address;
        this.conversation = node.sessions.begin(this);
    }

    /** A request that arrives in this turn; its words parted by blanks. */
    Dialogue send(String line) {
        conversation.request(Arrays.stream(line.split(" ")).map(Bytes::of).toArray(Bytes[]::new));
        return this;
    }

    /** Ends the turn in which requests arrived, without letting the loop go on. */
    Dialogue endTurn() {
        conversation.turnEnded();
        return this;
    }

    /** Ends the turn and lets the loop run; returns what the client got since last asked. */
    List<Reply> replies() {
        endTurn();
        node.loop.turn();
        return taken();
    }

    /** What the client got since last asked. */
    List<Reply> taken() {
        List<Reply> replies = received;
        received = new ArrayList<>();
        return replies;
    }

    /** The one reply to one request. */
    Reply ask(String line) {
        List<Reply> replies = send(line).replies();
        if (replies.size() != 1) {
            throw new AssertionError("one reply expected to " + line + ": " + replies);
        }
        return replies.get(0);
    }

    String askText(String line) {
        return switch (ask(line)) {
            case Reply.Verbatim verbatim -> verbatim.text().utf8();
            case Reply.Bulk bulk -> bulk.value().utf8();
            case Reply.Simple simple -> simple.text();
            case Reply.Failure failure -> failure.text();
            case Reply other -> other.toString();
        };
    }

    void congested(boolean isCongested) {
        congested = isCongested;
        if (!isCongested) {
            conversation.drained();
        }
    }

    Conversation conversation() {
        return conversation;
    }

    boolean isReading() {
        return reading;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void write(Reply reply, int protocol) {
        received.add(reply);
    }

    @Override
    public void flush() {}

    @Override
    public boolean congested() {
        return congested;
    }

    @Override
    public void reading(boolean wanted) {
        reading = wanted;
    }

    @Override
    public void closeAfterFlush() {
        close();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            conversation.closed();
        }
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public String remoteAddress() {
        return address;
    }

    @Override
    public String localAddress() {
        return "127.0.0.1:6379";
    }
}
