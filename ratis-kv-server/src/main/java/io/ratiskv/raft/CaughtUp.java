package io.ratiskv.raft;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.apache.ratis.server.leader.FollowerInfo;

/**
 * Tells Ratis that a follower is a member like the others. Stateless; any thread.
 *
 * <p>Ratis 3.3.0 does so itself for voters that it adds, not for listeners, nor for a follower whose appender failed and
 * was begun anew. Whoever is not marked loses its appender when a later change of members fails, and may not depose the
 * leader by a higher term: a listener that was made a voter would be one by half.
 */
final class CaughtUp {
    private static final MethodHandle MARK;

    static {
        try {
            Class<?> type = Class.forName("org.apache.ratis.server.impl.FollowerInfoImpl");
            MARK = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findVirtual(type, "catchUp", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, FollowerInfo.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private CaughtUp() {}

    static void mark(FollowerInfo follower) {
        try {
            MARK.invokeExact(follower);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
