package io.ratiskv.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.machine.Digest;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.proto.peer.PeerFrame;
import io.ratiskv.replication.PeerMessage;
import io.ratiskv.replication.PeerMessage.Accesses;
import io.ratiskv.replication.PeerMessage.AskAccesses;
import io.ratiskv.replication.PeerMessage.AskIndex;
import io.ratiskv.replication.PeerMessage.AskTerm;
import io.ratiskv.replication.PeerMessage.Index;
import io.ratiskv.replication.PeerMessage.ListenerCount;
import io.ratiskv.replication.PeerMessage.Listening;
import io.ratiskv.replication.PeerMessage.NoIndex;
import io.ratiskv.replication.PeerMessage.Propose;
import io.ratiskv.replication.PeerMessage.Refused;
import io.ratiskv.replication.PeerMessage.Term;
import io.ratiskv.replication.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FramesTest {
    private final Frames asking = new Frames(1_000_000_007L << 20);
    private final Frames asked = new Frames(77);

    @Test
    void what_is_said_is_heard() throws Exception {
        List<PeerMessage> messages = List.of(
                new Refused(4, 5, new Refusal.NotLeader("n2")),
                new Refused(4, 5, new Refusal.NotLeader(null)),
                new Refused(4, 5, new Refusal.Overloaded()),
                new Refused(4, 5, new Refusal.NoSpace()),
                new Refused(4, 5, new Refusal.Indeterminate("closing")),
                new PeerMessage.Publish(Listening.SHARD_CHANNEL, Bytes.of("news"), Bytes.of("hello")),
                new PeerMessage.Heard(9),
                new PeerMessage.Listeners(true, List.of(new ListenerCount(Listening.PATTERN, Bytes.of("n*"), 3))));
        for (PeerMessage message : messages) assertEquals(message, asked.decode(wire(asking.encode(message))));

        Propose propose = new Propose(1L << 50, 7, new byte[] {1, 2, 3}, "00-0af7-b7ad-01");
        Propose heard = assertInstanceOf(Propose.class, asked.decode(wire(asking.encode(propose))));
        assertEquals(1L << 50, heard.epoch());
        assertEquals(7, heard.id());
        assertArrayEquals(new byte[] {1, 2, 3}, heard.entry());
        assertEquals("00-0af7-b7ad-01", heard.traceparent());
    }

    @Test
    void the_entry_of_a_batch_belongs_to_the_hearer() throws Exception {
        PeerFrame frame = wire(asking.encode(new Propose(1, 1, new byte[] {1, 2, 3})));
        Propose heard = assertInstanceOf(Propose.class, asked.decode(frame));
        assertNull(heard.traceparent());
        heard.entry()[0] = 9;
        assertEquals(3, heard.entry().length);
    }

    @Test
    void an_answer_bears_the_sequence_of_its_question() throws Exception {
        long onTheOtherSide = heardSequence(new AskTerm(12));
        assertEquals(new Term(12, 3, true), answer(new Term(onTheOtherSide, 3, true), asking));
        onTheOtherSide = heardSequence(new AskIndex(13, 99));
        assertEquals(new Index(13, 4, -5), answer(new Index(onTheOtherSide, 4, -5), asking));
        assertEquals(new NoIndex(13), answer(new NoIndex(onTheOtherSide), asking));
        onTheOtherSide = heardSequence(new PeerMessage.Transfer(14, "n2", 500));
        for (String problem : new String[] {null, "ERR no"}) {
            assertEquals(
                    new PeerMessage.Transferred(14, problem),
                    answer(new PeerMessage.Transferred(onTheOtherSide, problem), asking));
        }
        onTheOtherSide = heardSequence(new AskAccesses(14, List.of(-1L, 0L, 77L)));
        List<Integer> records = List.of(-1, 0, 5 << 8 | 3);
        assertEquals(new Accesses(14, records), answer(new Accesses(onTheOtherSide, records), asking));
    }

    @Test
    void what_a_state_was_arrives_whole_and_of_another_version_not_at_all() throws Exception {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        machine.apply(Request.of("SET", "k", "v"), 1);
        PeerMessage told =
                new PeerMessage.StateDigest(1L << 40, machine.freeze().digest());
        PeerFrame frame = wire(asking.encode(told));
        assertEquals(told, asked.decode(frame));
        PeerFrame.Builder later = frame.toBuilder();
        later.getStateDigestBuilder().setVersion(Digest.VERSION + 1);
        assertNull(asked.decode(later.build()));
    }

    @Test
    void an_answer_to_a_question_of_an_earlier_process_is_not_delivered() throws Exception {
        Frames restarted = new Frames(5L << 50);
        long onTheOtherSide = heardSequence(new AskIndex(12, 0));
        assertNull(answer(new Index(onTheOtherSide, 4, 5), restarted));
        assertNull(answer(new NoIndex(onTheOtherSide), restarted));
        assertNull(answer(new Term(onTheOtherSide, 4, true), restarted));
    }

    @Test
    void a_sequence_that_could_be_mistaken_is_not_sent() {
        assertThrows(IllegalArgumentException.class, () -> asking.encode(new AskTerm(-1)));
        assertThrows(IllegalArgumentException.class, () -> asking.encode(new AskTerm(1L << 40)));
    }

    @Test
    void a_frame_of_a_later_version_is_passed_over() throws Exception {
        byte[] unknownBody = {(byte) 0xA2, 0x06, 0x01, 0x00}; // field 100, a message of one byte
        assertNull(asked.decode(PeerFrame.parseFrom(unknownBody)));
        PeerFrame.Builder unknownReason = PeerFrame.newBuilder();
        unknownReason.getRefusedBuilder().setEpoch(1).setId(2).setReasonValue(99);
        Refused refused = assertInstanceOf(Refused.class, asked.decode(unknownReason.build()));
        assertInstanceOf(Refusal.Indeterminate.class, refused.refusal());
    }

    private long heardSequence(PeerMessage question) throws InvalidProtocolBufferException {
        @Nullable PeerMessage heard = asked.decode(wire(asking.encode(question)));
        if (heard instanceof AskTerm ask) return ask.sequence();
        if (heard instanceof PeerMessage.Transfer transfer) return transfer.sequence();
        if (heard instanceof AskAccesses ask) {
            assertEquals(((AskAccesses) question).keys(), ask.keys());
            return ask.sequence();
        }
        return assertInstanceOf(AskIndex.class, heard).sequence();
    }

    private @Nullable PeerMessage answer(PeerMessage answer, Frames hearer) throws InvalidProtocolBufferException {
        return hearer.decode(wire(asked.encode(answer)));
    }

    private static PeerFrame wire(PeerFrame frame) throws InvalidProtocolBufferException {
        return PeerFrame.parseFrom(frame.toByteArray());
    }
}
