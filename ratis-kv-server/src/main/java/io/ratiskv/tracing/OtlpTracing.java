package io.ratiskv.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Traces for an OpenTelemetry collector, sent as OTLP over HTTP by a thread of its own. Any thread; {@link #close}
 * blocks.
 *
 * <p>What the collector does not take in time is dropped: at most {@value #SPANS_MAX} spans wait, and no request waits
 * for any of it.
 */
public final class OtlpTracing implements Tracing, AutoCloseable {
    private static final int SPANS_MAX = 4_096;
    private static final Duration SEND_EVERY = Duration.ofSeconds(1);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);
    private static final long CLOSE_MILLIS_MAX = 2_000;

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    private OtlpTracing(SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = provider.get("io.ratiskv");
    }

    /**
     * @param endpoint of the collector; without a path it is the one that OTLP names, {@code /v1/traces}
     * @param ratio of the requests without a caller that are followed, 0 to 1
     * @param node its id
     */
    public static OtlpTracing start(URI endpoint, double ratio, String node, String version) {
        boolean bare = endpoint.getRawPath().isEmpty() || endpoint.getRawPath().equals("/");
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(bare ? endpoint.resolve("/v1/traces").toString() : endpoint.toString())
                .setTimeout(SEND_TIMEOUT)
                .setConnectTimeout(SEND_TIMEOUT)
                .build();
        Resource resource = Resource.create(Attributes.of(
                AttributeKey.stringKey("service.name"),
                "ratis-kv",
                AttributeKey.stringKey("service.version"),
                version,
                AttributeKey.stringKey("service.instance.id"),
                node));
        return new OtlpTracing(SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(SPANS_MAX)
                        .setScheduleDelay(SEND_EVERY)
                        .build())
                .build());
    }

    @Override
    public @Nullable Trace begin(@Nullable String traceparent, long beganAtNanos) {
        Context caller = traceparent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, OtlpTracing::header);
        Instant now = Instant.now();
        long epochNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        long offset = epochNanos - System.nanoTime();
        Span span = tracer.spanBuilder("request")
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(beganAtNanos + offset, TimeUnit.NANOSECONDS)
                .startSpan();
        return span.isRecording() ? new Followed(tracer, span, offset) : null;
    }

    private static @Nullable String header(@Nullable String traceparent, String name) {
        return name.equals("traceparent") ? traceparent : null;
    }

    /** Sends what waits, and ends. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }

    /** @param offset from {@link System#nanoTime} to nanoseconds since the epoch */
    private record Followed(Tracer tracer, Span span, long offset) implements Trace {
        @Override
        public String traceparent() {
            SpanContext context = span.getSpanContext();
            return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                    + context.getTraceFlags().asHex();
        }

        @Override
        public void stop(String name, long fromNanos, long untilNanos) {
            tracer.spanBuilder(name)
                    .setParent(Context.root().with(span))
                    .setStartTimestamp(fromNanos + offset, TimeUnit.NANOSECONDS)
                    .startSpan()
                    .end(untilNanos + offset, TimeUnit.NANOSECONDS);
        }

        @Override
        public void attribute(String name, String value) {
            span.setAttribute(name, value);
        }

        @Override
        public void attribute(String name, long value) {
            span.setAttribute(name, value);
        }

        @Override
        public void end(String name, @Nullable String error, long nanos) {
            span.updateName(name);
            if (error != null) {
                span.setStatus(StatusCode.ERROR);
                span.setAttribute("error.type", error);
            }
            span.end(nanos + offset, TimeUnit.NANOSECONDS);
        }
    }
}
