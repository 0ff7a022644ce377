package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which keyspace events a request causes: as Redis names them, in its order. */
class KeyspaceEventsTest {
    private final KeyValueStateMachine machine = new KeyValueStateMachine();
    private long id;

    KeyspaceEventsTest() {
        machine.listen(EnumSet.of(EffectInterest.KEY_EVENTS));
        machine.apply(1, 0, new Entry.OpenGateway("n1", 1, "", ""), Audience.GATEWAY);
    }

    @Test
    void a_set_that_gains_or_loses_members_says_so_once_for_a_request() {
        assertEvents("sadd s", "SADD s a b c d e f");
        assertEvents("", "SADD s a b");
        assertEvents("srem s", "SREM s a none");
        assertEvents("", "SREM s a none");
        assertEvents("srem s, sadd t", "SMOVE s t b");
        assertEvents("", "SMOVE s t b");
        assertEvents("", "SMOVE t t b");
        assertEvents("sadd t", "SADD t c");
        assertEvents("srem t", "SMOVE t s c");
        assertEvents("srem t, del t, sadd s", "SMOVE t s b");
        assertEvents("spop s", "SPOP s");
        assertEvents("spop s", "SPOP s 2");
        assertEvents("", "SPOP s 0");
        assertEvents("spop s, del s", "SPOP s 10");
        assertEvents("", "SPOP s 10");
        assertEvents("sadd s", "SADD s a");
        assertEvents("spop s, del s", "SPOP s");
        assertEvents("sadd s", "SADD s a");
        assertEvents("srem s, del s", "SREM s a b");
    }

    @Test
    void a_stored_set_is_named_after_what_it_was_made_by() {
        assertEvents("sadd s", "SADD s a b");
        assertEvents("sadd t", "SADD t b c");
        assertEvents("sunionstore d", "SUNIONSTORE d s t");
        assertEvents("sinterstore d", "SINTERSTORE d s t");
        assertEvents("sdiffstore d", "SDIFFSTORE d s t");
        assertEvents("del d", "SINTERSTORE d s none");
        assertEvents("", "SINTERSTORE d s none");
        assertEvents("", "SUNIONSTORE d none");
    }

    private void assertEvents(String expected, String request) {
        Unit unit = new Unit.Single(Request.of(request.split(" ")));
        Entry entry = new Entry.Execute(1, id, id, List.of(unit));
        id++;
        List<String> events = machine.apply(machine.appliedIndex() + 1, 0, entry, Audience.GATEWAY).effects().stream()
                .map(effect -> (Effect.Notified) effect)
                .map(event -> event.event() + " " + event.key())
                .toList();
        assertEquals(expected, String.join(", ", events), request);
    }
}
