package io.ratiskv.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class NotificationsTest {
    @Test
    void letters_are_shown_in_the_order_of_redis() {
        assertEquals("", of("").toString());
        assertEquals("AKE", of("EKA").toString());
        assertEquals("AKE", of("KEg$lshzxetd").toString());
        assertEquals("AnKEm", of("KEmnA").toString());
        assertEquals("g$lshzxetKE", of("Etexzhsl$gK").toString());
        assertEquals("nKm", of("Kmn").toString());
        assertNull(Notifications.parse(Bytes.of("AKEa")));
        assertNull(Notifications.parse(Bytes.of("AK\u00e9")));
    }

    @Test
    void what_is_shown_means_the_same() {
        for (String letters : new String[] {"", "KEA", "KEAnm", "Ex", "K$gn", "m", "Kd"}) {
            Notifications chosen = of(letters);
            Notifications again = of(chosen.toString());
            for (EventClass each : EventClass.values()) {
                assertEquals(chosen.tells(each), again.tells(each), letters + each);
            }
            assertEquals(chosen.byKey(), again.byKey(), letters);
            assertEquals(chosen.byEvent(), again.byEvent(), letters);
        }
    }

    @Test
    void without_a_channel_nothing_is_told() {
        assertFalse(of("A").tellsAny());
        assertFalse(of("A").tells(EventClass.STRING));
        assertFalse(of("KE").tellsAny());
        assertTrue(of("Kx").tells(EventClass.EXPIRED));
        assertFalse(of("Kx").tells(EventClass.GENERIC));
        assertFalse(of("KA").tells(EventClass.NEW));
        assertFalse(of("KA").tells(EventClass.KEY_MISS));
    }

    private static Notifications of(String letters) {
        return Objects.requireNonNull(Notifications.parse(Bytes.of(letters)));
    }
}
