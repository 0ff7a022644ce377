package io.ratiskv.rest;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many requests one client address may send: a token bucket each, which holds those of a second. Any thread.
 *
 * <p>Addresses are forgotten in the order they were last seen once there are many; one that is forgotten begins with a
 * full bucket, so what is kept is far more than what one attacker can spread over.
 */
final class RateLimit {
    private static final int ADDRESSES_MAX = 16_384;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecondMax;

    @GuardedBy("this")
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };

    private static final class Bucket {
        private double tokens;
        private long filledAtNanos;
    }

    /** @param perSecondMax requests per second; 0: any number */
    RateLimit(int perSecondMax) {
        this.perSecondMax = perSecondMax;
    }

    /** Takes one request of the address' share; false when it is used up. */
    boolean admits(String address, long nowNanos) {
        if (perSecondMax == 0) return true;
        synchronized (this) {
            Bucket bucket = buckets.get(address);
            if (bucket == null) {
                bucket = new Bucket();
                bucket.tokens = perSecondMax;
                bucket.filledAtNanos = nowNanos;
                buckets.put(address, bucket);
            }
            double filled = (nowNanos - bucket.filledAtNanos) / NANOS_PER_SECOND * perSecondMax;
            bucket.tokens = Math.min(perSecondMax, bucket.tokens + filled);
            bucket.filledAtNanos = nowNanos;
            if (bucket.tokens < 1) return false;
            bucket.tokens--;
            return true;
        }
    }
}
