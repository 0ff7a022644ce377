package io.ratiskv.architecture;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;

/** Classes that break one rule of {@link ArchitectureTest} each, and one that breaks none. Never run. */
final class Offenders {
    private Offenders() {}

    static final class Library {
        void offend() {
            Assertions.fail();
        }
    }

    static final class WallClock {
        long offend() {
            return Instant.now().toEpochMilli();
        }
    }

    static final class Calendars {
        @SuppressWarnings("JavaUtilDate") // the offence
        long offend() {
            return new Date().getTime();
        }
    }

    static final class SystemClock {
        long offend() {
            return System.nanoTime();
        }
    }

    static final class IdentityHash {
        int offend(Object any) {
            return System.identityHashCode(any);
        }
    }

    static final class Print {
        Object offend() {
            return System.out;
        }
    }

    static final class Cores {
        int offend() {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    static final class Die {
        int offend() {
            return new Random(1).nextInt();
        }
    }

    static final class UnseededDie {
        int offend() {
            return new SplittableRandom().nextInt();
        }
    }

    static final class Shuffle {
        void offend(List<String> list) {
            Collections.shuffle(list);
        }
    }

    static final class RandomName {
        String offend() {
            return UUID.randomUUID().toString();
        }
    }

    static final class OwnThread {
        Object offend() {
            return Thread.currentThread();
        }
    }

    static final class Pool {
        Object offend() {
            return Executors.newCachedThreadPool();
        }
    }

    static final class Parallel {
        long offend(Collection<String> strings) {
            return strings.parallelStream().count();
        }
    }

    static final class Weak {
        Object offend(Object any) {
            return new WeakReference<>(any);
        }
    }

    static final class OpenFile {
        Object offend() throws IOException {
            return new FileInputStream("a");
        }
    }

    static final class OpenPath {
        byte[] offend() throws IOException {
            return Files.readAllBytes(Path.of("a"));
        }
    }

    static final class Streams {
        Object offend() {
            return new ByteArrayOutputStream();
        }
    }

    static final class Power {
        double offend(double base) {
            return Math.pow(base, 2.5);
        }
    }

    static final class Hashed {
        Map<String, String> offend() {
            return new HashMap<>();
        }
    }

    static final class Salted {
        Set<String> offend() {
            return Set.of("a", "b");
        }
    }

    static final class Collected {
        Set<String> offend(List<String> list) {
            return list.stream().collect(Collectors.toSet());
        }
    }

    /** What the core does all day. */
    static final class Innocent {
        private final Map<String, byte[]> linked = new LinkedHashMap<>();
        private final Map<String, byte[]> sorted = new TreeMap<>();

        long live(long seed, byte[] bytes) {
            List<byte[]> copies = new ArrayList<>(List.of(Arrays.copyOf(bytes, bytes.length)));
            System.arraycopy(bytes, 0, copies.get(0), 0, bytes.length);
            linked.put(new String(bytes, StandardCharsets.UTF_8), bytes);
            sorted.putAll(linked);
            double strict = StrictMath.pow(2, 0.5) + Math.sqrt(2) + Math.floor(0.5) + Math.fma(1.0, 2.0, 3.0);
            return new SplittableRandom(seed).nextLong()
                    + Math.addExact(1L, Math.min(2L, Math.abs(3L)))
                    + (long) strict;
        }
    }
}
