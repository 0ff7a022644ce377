package io.ratiskv.session;

import io.ratiskv.api.CommandException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** The classes whose objects take most of the heap. Any thread. */
final class HeapHistogram {
    private static final int LINES = 60;

    private HeapHistogram() {}

    /** Counts them on a thread of its own, for a moment with all others stopped. */
    static CompletableFuture<String> take() {
        CompletableFuture<String> taken = new CompletableFuture<>();
        Thread.ofPlatform().name("heap-histogram").daemon().start(() -> {
            try {
                Object table = ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                "gcClassHistogram",
                                new Object[] {new String[0]},
                                new String[] {String[].class.getName()});
                taken.complete(table.toString().lines().limit(LINES).collect(Collectors.joining("\n", "", "\n")));
            } catch (JMException | RuntimeException failure) {
                taken.completeExceptionally(new CommandException("ERR this JVM does not tell what is in its heap"));
            }
        });
        return taken;
    }
}
