package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.Test;

class InstallGuardTest {
    private final AtomicReference<LifeCycle.State> state = new AtomicReference<>(LifeCycle.State.PAUSED);
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicReference<LifeCycle.State> installedWhile = new AtomicReference<>();

    @Test
    void a_snapshot_waits_until_the_one_before_is_restored() throws Exception {
        StateMachine stateMachine = fake(StateMachine.class, Map.of("getLifeCycleState", () -> {
            looks.incrementAndGet();
            return state.get();
        }));
        RaftServer.Division division = fake(
                RaftServer.Division.class,
                Map.of(
                        "getInfo",
                        () -> fake(DivisionInfo.class, Map.of("isLeader", () -> false, "getCurrentTerm", () -> 1L)),
                        "getRaftLog",
                        () -> fake(
                                RaftLog.class,
                                Map.of("getFlushIndex", () -> 5L, "getNextIndex", () -> 6L, "contains", () -> false)),
                        "getStateMachine",
                        () -> stateMachine));
        InstallGuard guard =
                new InstallGuard(fake(RaftServer.class, Map.of("getDivision", () -> division, "installSnapshot", () -> {
                    installedWhile.set(state.get());
                    return InstallSnapshotReplyProto.getDefaultInstance();
                })));

        CompletableFuture<InstallSnapshotReplyProto> reply = CompletableFuture.supplyAsync(() -> {
            try {
                return guard.install(lastChunk());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Await.until("it came", () -> looks.get() > 1 || installedWhile.get() != null);
        state.set(LifeCycle.State.RUNNING);
        reply.get(20, TimeUnit.SECONDS);
        assertEquals(LifeCycle.State.RUNNING, installedWhile.get());
    }

    private static InstallSnapshotRequestProto lastChunk() {
        return InstallSnapshotRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRaftGroupId(RaftGroupIdProto.newBuilder()
                                .setId(RaftGroupId.randomId().toByteString())))
                .setLeaderTerm(1)
                .setSnapshotChunk(SnapshotChunkProto.newBuilder().setDone(true))
                .build();
    }

    /** Answers these methods, whatever their arguments, and no other. */
    private static <T> T fake(Class<T> type, Map<String, Supplier<Object>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Supplier<Object> answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new UnsupportedOperationException(method.toString());
                    }
                    return answer.get();
                }));
    }
}
