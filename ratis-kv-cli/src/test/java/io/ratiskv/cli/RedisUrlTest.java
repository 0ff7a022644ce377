package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URISyntaxException;
import org.junit.jupiter.api.Test;

final class RedisUrlTest {
    @Test
    void parts_are_told_apart() throws URISyntaxException {
        assertEquals(new RedisUrl(false, "h", 6379, null, null, null), RedisUrl.of("redis://h"));
        assertEquals(
                new RedisUrl(true, "::1", 7000, null, "p@ss:w+rd", 3),
                RedisUrl.of("rediss://:p%40ss:w+rd@[::1]:7000/3"));
        assertEquals(new RedisUrl(false, "h.example", 1, "ann", "", null), RedisUrl.of("redis://ann:@h.example:1/"));
    }

    @Test
    void what_is_none_is_refused_without_being_repeated() {
        for (String wrong :
                new String[] {"redis://", "redis://u:se#cret@h", "redis://h/x", "redis://h/1?a=1", "redis:// h"}) {
            URISyntaxException refusal = assertThrows(URISyntaxException.class, () -> RedisUrl.of(wrong), wrong);
            assertFalse(String.valueOf(refusal.getMessage()).contains("cret"), refusal.toString());
        }
    }

    @Test
    void a_password_is_not_printed() throws URISyntaxException {
        assertEquals("h:6379", RedisUrl.of("redis://u:secret@h").toString());
    }
}
