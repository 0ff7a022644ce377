package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Notifications;
import io.ratiskv.keyspace.EvictionPolicy;
import io.ratiskv.keyspace.MemoryLimit;
import io.ratiskv.resp.RespServer;
import io.ratiskv.value.Limit;
import io.ratiskv.value.Numeral;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What CONFIG shows and changes: this node's settings under Redis' names, and those that the log replicates. Confined
 * to the event loop.
 */
final class NodeSettings {
    /** A setting of this node; {@code change} is null when it can only be chosen at the start. */
    private record Setting(Supplier<String> value, @Nullable Change change) {}

    /** Prepares for a new value. */
    private interface Change {
        /**
         * What makes the value take effect.
         *
         * @throws CommandException whose message says what the value should be
         */
        Runnable checked(Bytes value);
    }

    /**
     * A setting of the log.
     *
     * @param standard what holds while nothing is set
     * @param spelling a value as it is kept; throws CommandException as {@link Change#checked}
     */
    private record Replicated(String standard, UnaryOperator<Bytes> spelling) {}

    /** Redis' older names of replicated settings. */
    private static final Map<String, String> ALIASES = Arrays.stream(Limit.values())
            .filter(limit -> limit.olderName() != null)
            .collect(Collectors.toMap(Limit::olderName, Limit::setting));

    private final Sessions sessions;
    private final Map<String, Setting> settings = new TreeMap<>();
    private final Map<String, Replicated> replicated = new TreeMap<>();

    NodeSettings(Sessions sessions) {
        this.sessions = sessions;
        changeable();
        withoutEffect();
        fixed();
        replicated();
    }

    private void changeable() {
        number("maxclients", () -> server() == null ? 0 : server().maxClients(), 1, Integer.MAX_VALUE, value -> {
            RespServer server = server();
            if (server != null) {
                server.maxClients((int) value);
            }
        });
        number("timeout", () -> server() == null ? 0 : server().idleTimeoutSeconds(), 0, Integer.MAX_VALUE, value -> {
            RespServer server = server();
            if (server != null) {
                server.idleTimeoutSeconds((int) value);
            }
        });
        Tracking tracking = sessions.tracking();
        number("tracking-table-max-keys", tracking::keysMax, 0, Long.MAX_VALUE, tracking::keysMax);
        LatencyMonitor monitor = sessions.statistics().monitor();
        number("latency-monitor-threshold", monitor::thresholdMillis, 0, Long.MAX_VALUE, monitor::thresholdMillis);
        RequestStatistics statistics = sessions.statistics();
        settings.put("latency-tracking", new Setting(() -> statistics.keepsHistograms() ? "yes" : "no", word -> {
            boolean wanted = yesOrNo(word);
            return () -> statistics.keepHistograms(wanted);
        }));
        settings.put(
                "latency-tracking-info-percentiles",
                new Setting(
                        () -> Arrays.stream(statistics.shownPercentiles())
                                .mapToObj(InfoOfRequests::percentile)
                                .collect(Collectors.joining(" ")),
                        word -> {
                            double[] wanted = percentiles(word);
                            return () -> statistics.showPercentiles(wanted);
                        }));
        SlowLog slowLog = sessions.slowLog();
        number("slowlog-log-slower-than", slowLog::thresholdMicros, -1, Long.MAX_VALUE, slowLog::thresholdMicros);
        AccessLog accessLog = sessions.accessLog();
        number("acllog-max-len", accessLog::lengthMax, 0, 1 << 20, value -> accessLog.lengthMax((int) value));
        number("slowlog-max-len", slowLog::lengthMax, 0, 1 << 20, value -> slowLog.lengthMax((int) value));
    }

    /** How Redis works inside: programs that tune it are not refused, and find what they set. */
    private void withoutEffect() {
        settings.put("list-compress-depth", kept("0", Integer.MAX_VALUE));
        // There is no BUSY: scripts end by what they take.
        Setting threshold = kept("5000", Long.MAX_VALUE);
        settings.put("busy-reply-threshold", threshold);
        settings.put("lua-time-limit", threshold);
        for (String what : List.of("eviction", "expire", "server-del", "user-del", "user-flush")) {
            yesOrNo("lazyfree-lazy-" + what, "no");
        }
        yesOrNo("activerehashing", "yes");
    }

    private static Setting kept(String standard, long max) {
        String[] current = {standard};
        return new Setting(() -> current[0], word -> {
            long number = integer(word, 0, max);
            return () -> current[0] = Long.toString(number);
        });
    }

    private void yesOrNo(String name, String standard) {
        String[] current = {standard};
        settings.put(name, new Setting(() -> current[0], word -> {
            String wanted = yesOrNo(word) ? "yes" : "no";
            return () -> current[0] = wanted;
        }));
    }

    private static boolean yesOrNo(Bytes word) {
        if (!word.equalsIgnoreCase("YES") && !word.equalsIgnoreCase("NO")) {
            throw new CommandException("argument must be 'yes' or 'no'");
        }
        return word.equalsIgnoreCase("YES");
    }

    private static double[] percentiles(Bytes list) {
        String text = list.latin1().strip();
        String[] words = text.isEmpty() ? new String[0] : text.split("\\s+");
        double[] percentiles = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            double percentile = Numeral.parseDouble(Bytes.of(words[i]))
                    .orElseThrow(() -> new CommandException("Invalid latency-tracking-info-percentiles parameters"));
            if (!(percentile >= 0 && percentile <= 100)) {
                throw new CommandException(
                        "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
            }
            percentiles[i] = percentile;
        }
        return percentiles;
    }

    private @Nullable RespServer server() {
        return sessions.server();
    }

    private void fixed() {
        NodeView node = sessions.node();
        // Redis' words for what cannot be switched off here: every acknowledged write is in a synced log.
        fixed("appendonly", () -> "yes");
        fixed("appendfsync", () -> node.fsync().equals("always") ? "always" : "everysec");
        fixed("save", () -> "");
        fixed("databases", () -> "16");
        fixed("lfu-log-factor", () -> "10");
        fixed("lfu-decay-time", () -> "1");
        fixed("cluster-enabled", () -> "no");
        fixed("replica-read-only", () -> "no");
        fixed("slave-read-only", () -> "no");
        fixed("io-threads", () -> "1");
        fixed("hz", () -> "10");
        fixed("protected-mode", () -> "yes");
        fixed("aclfile", () -> "");
        fixed("acl-pubsub-default", () -> "resetchannels");
        fixed("enable-debug-command", () -> option("enable-debug-command", "no"));
        fixed("requirepass", () -> sessions.admission().isGuarded() ? "(hidden)" : "");
        fixed("bind", () -> host(option("resp", "")));
        fixed("port", () -> port(option("resp", ":0")));
        fixed("tls-port", () -> option("tls-cert", "").isEmpty() ? "0" : port(option("resp", ":0")));
        fixed("dir", () -> option("data", ""));
        fixed("proto-max-bulk-len", () -> {
            RespServer server = server();
            return Long.toString(server == null ? 0 : server.settings().bulkBytesMax());
        });
        fixed("tcp-keepalive", () -> {
            RespServer server = server();
            return Integer.toString(server == null ? 0 : server.settings().tcpKeepaliveSeconds());
        });
        fixed("client-output-buffer-limit", () -> {
            RespServer server = server();
            long bytes = server == null ? 0 : server.settings().outputBytesMax();
            return "normal " + bytes + " 0 0 slave 0 0 0 pubsub " + bytes + " 0 0";
        });
    }

    private void replicated() {
        for (Limit limit : Limit.values()) {
            replicated.put(
                    limit.setting(),
                    new Replicated(
                            Long.toString(limit.standard()),
                            word -> Bytes.of(integer(word, limit.min(), limit.max()))));
        }
        MemoryLimit none = MemoryLimit.NONE;
        replicated.put(
                MemoryLimit.MAX_BYTES,
                new Replicated(Long.toString(none.maxBytes()), word -> Bytes.of(MemorySize.parse(word))));
        replicated.put(MemoryLimit.POLICY, new Replicated(none.policy().word(), word -> Bytes.of(policy(word))));
        replicated.put(
                MemoryLimit.SAMPLES,
                new Replicated(
                        Integer.toString(none.samples()), word -> Bytes.of(integer(word, 1, MemoryLimit.SAMPLES_MAX))));
        replicated.put(
                Notifications.SETTING,
                new Replicated("", word -> Bytes.of(notifications(word).toString())));
    }

    private static String policy(Bytes word) {
        EvictionPolicy chosen = EvictionPolicy.of(word.latin1());
        if (chosen == null) {
            throw new CommandException("argument(s) must be one of the following: "
                    + Arrays.stream(EvictionPolicy.values())
                            .map(EvictionPolicy::word)
                            .collect(Collectors.joining(", ")));
        }
        return chosen.word();
    }

    private static Notifications notifications(Bytes letters) {
        Notifications chosen = Notifications.parse(letters);
        if (chosen == null) {
            throw new CommandException("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
        }
        return chosen;
    }

    private String option(String name, String otherwise) {
        return sessions.node().options().getOrDefault(name, otherwise);
    }

    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    private void fixed(String name, Supplier<String> value) {
        settings.put(name, new Setting(value, null));
    }

    private void number(String name, Supplier<? extends Number> value, long min, long max, LongConsumer change) {
        settings.put(name, new Setting(() -> value.get().toString(), word -> {
            long number = integer(word, min, max);
            return () -> change.accept(number);
        }));
    }

    private static long integer(Bytes word, long min, long max) {
        long number = LocalCommands.integer(word, "argument couldn't be parsed into an integer");
        if (number < min || number > max) {
            throw new CommandException("argument must be between " + min + " and " + max + " inclusive");
        }
        return number;
    }

    /** Every setting by name: Redis' names for this node, then the node's own options under {@code ratis-kv-…}. */
    Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        settings.forEach((name, setting) -> all.put(name, setting.value().get()));
        sessions.node().options().forEach((name, value) -> all.put("ratis-kv-" + name, value));
        Map<String, Bytes> set = sessions.node().replicatedSettings();
        replicated.forEach((name, setting) -> {
            Bytes value = set.get(name);
            all.put(name, value == null ? setting.standard() : value.latin1());
        });
        ALIASES.forEach((alias, name) -> all.put(alias, all.getOrDefault(name, "")));
        return all;
    }

    boolean knows(String name) {
        return settings.containsKey(name) || replicates(name);
    }

    boolean replicates(String name) {
        return replicated.containsKey(nameInLog(name));
    }

    private static String nameInLog(String name) {
        return ALIASES.getOrDefault(name, name);
    }

    /**
     * What makes a value take effect.
     *
     * @throws CommandException in Redis' words; nothing changed then
     */
    Supplier<CompletableFuture<Void>> checked(String name, Bytes value) {
        try {
            Replicated inLog = replicated.get(nameInLog(name));
            if (inLog != null) {
                Bytes spelled = inLog.spelling().apply(value).owned();
                return () -> sessions.administration().configure(nameInLog(name), spelled);
            }
            Setting setting = settings.get(name);
            if (setting == null) {
                throw new CommandException("unknown setting");
            }
            Runnable change = checked(setting, value);
            return () -> CompletableFuture.completedFuture(null).thenRun(change);
        } catch (CommandException refused) {
            throw new CommandException(
                    "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + refused.getMessage());
        }
    }

    private static Runnable checked(Setting setting, Bytes value) {
        Change change = setting.change();
        if (change != null) {
            return change.checked(value);
        }
        if (!setting.value().get().equals(value.latin1())) {
            throw new CommandException("can't set immutable config");
        }
        return () -> {};
    }
}
