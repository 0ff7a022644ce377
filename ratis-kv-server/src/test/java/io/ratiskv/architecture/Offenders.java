package io.ratiskv.architecture;

import com.google.common.collect.ImmutableList;
import io.grpc.Status;
import io.javalin.Javalin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.opentelemetry.api.trace.Span;
import io.ratiskv.proto.peer.Hello;
import io.ratiskv.tracing.OtlpTracing;
import org.apache.ratis.protocol.RaftPeerId;

/** Classes that break one rule of {@link ArchitectureTest} each. Never run. */
final class Offenders {
    private Offenders() {}

    static final class Ratis {
        Object offend() {
            return RaftPeerId.valueOf("n1");
        }
    }

    static final class GrpcOfRatis {
        Object offend() {
            return org.apache.ratis.thirdparty.io.grpc.Status.OK;
        }
    }

    static final class Netty {
        ByteBuf offend() {
            return Unpooled.EMPTY_BUFFER;
        }
    }

    static final class Web {
        Object offend() {
            return Javalin.class;
        }
    }

    static final class Grpc {
        Object offend() {
            return Status.OK;
        }
    }

    static final class Message {
        Object offend() {
            return Hello.getDefaultInstance();
        }
    }

    static final class OpenTelemetry {
        Object offend() {
            return Span.getInvalid();
        }
    }

    static final class Traces {
        Object offend() {
            return OtlpTracing.class;
        }
    }

    static final class Guava {
        Object offend() {
            return ImmutableList.of();
        }
    }
}
