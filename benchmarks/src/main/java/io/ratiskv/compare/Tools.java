package io.ratiskv.compare;

import io.ratiskv.compare.Work.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs that make loads, and what they print.
 *
 * <ul>
 *   <li>redis-benchmark (Redis 7.0): one kind of requests, as fast as answers come.
 *   <li>raft-cli benchmark: SET and GET mixed, and operations at a fixed rate, where one that begins late has waited.
 *   <li>h2load (nghttp2): gRPC requests to etcd, whose bodies are written down here: {@code etcdserverpb.KV/Put} and
 *       {@code Range}, which is linearizable unless told otherwise.
 * </ul>
 */
final class Tools {
    private static final Pattern RATE = Pattern.compile("finished in [^,]+, ([0-9.]+) req/s");
    private static final Pattern SUCCEEDED = Pattern.compile(" (\\d+) succeeded");
    private static final int LOG_MICROS = 2;

    private final Path raftCli;
    private final Path folder;

    /** @param folder for files of a moment */
    Tools(Path home, Path folder) {
        this.raftCli = home.resolve("ratis-kv-cli/bin/raft-cli");
        this.folder = folder;
    }

    /**
     * Loads {@code store} and waits for the end.
     *
     * @param rate of requests a second that are begun; 0 for as many as are answered
     * @throws IOException if a request was answered with an error, or the tool failed
     */
    Figures load(Contestant store, Work work, long requests, double rate) throws IOException, InterruptedException {
        if (store.protocol() == Contestant.Protocol.ETCD) return h2load(store, work, requests);
        return isForRaftCli(work) ? raftCli(store, work, requests, rate) : redisBenchmark(store, work, requests);
    }

    /** How many requests such a load makes, those that are not counted included. */
    static long requestsInAll(Work work, long requests) {
        return isForRaftCli(work) ? warmUp(work, requests) + requests : requests;
    }

    /**
     * How many requests raft-cli makes before it counts, lest the latency of a program that is being compiled is measured,
     * which a fixed rate shows most.
     */
    private static long warmUp(Work work, long requests) {
        return work.paced() ? 2 * requests : requests;
    }

    private static boolean isForRaftCli(Work work) {
        return work.paced() || work.kind().mixed();
    }

    private static Figures redisBenchmark(Contestant store, Work work, long requests)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "redis-benchmark",
                "-h",
                store.host(),
                "-p",
                Integer.toString(store.port()),
                "-c",
                Integer.toString(work.connections()),
                "-P",
                Integer.toString(work.pipeline()),
                "-d",
                Integer.toString(work.valueBytes()),
                "-n",
                Long.toString(requests),
                "-r",
                Integer.toString(work.keys()),
                "--csv"));
        command.addAll(
                work.kind() == Kind.XADD
                        ? List.of("XADD", "stream", "MAXLEN", "~", "10000", "*", "field", "x".repeat(work.valueBytes()))
                        : List.of("-t", work.kind().argument()));
        return fromRedisBenchmark(Commands.output(command));
    }

    /** The last line of {@code --csv}: name, rate, then milliseconds: mean, least, p50, p95, p99, most. */
    static Figures fromRedisBenchmark(String csv) throws IOException {
        String last = csv.strip().lines().reduce("", (before, line) -> line);
        String[] fields = last.replace("\"", "").split(",", -1);
        if (fields.length < 8 || fields[1].equals("rps")) throw new IOException("redis-benchmark: " + csv.strip());
        // Of the end, as the name may hold a comma.
        int rate = fields.length - 7;
        return Figures.of(number(fields[rate]), number(fields[rate + 3]), number(fields[rate + 5]));
    }

    /** A load that is over within a millisecond has a rate of "inf". */
    private static double number(String field) {
        return field.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(field);
    }

    private Figures raftCli(Contestant store, Work work, long requests, double rate)
            throws IOException, InterruptedException {
        String ratio = switch (work.kind()) {
            case SET -> "1:0";
            case GET -> "0:1";
            default -> work.kind().argument();
        };
        return fromRaftCli(Commands.output(List.of(
                raftCli.toString(),
                "benchmark",
                "--output",
                "json",
                "--resp",
                store.host() + ":" + store.port(),
                "--operations",
                Long.toString(requests),
                "--warm-up",
                Long.toString(warmUp(work, requests)),
                "--clients",
                Integer.toString(work.connections()),
                "--pipeline",
                Integer.toString(work.pipeline()),
                "--size",
                Integer.toString(work.valueBytes()),
                "--keys",
                Integer.toString(work.keys()),
                "--ratio",
                ratio,
                "--rate",
                String.format(Locale.ROOT, "%.0f", rate))));
    }

    /** The worse of SET and GET, as a mix is as slow as what is slow in it. */
    static Figures fromRaftCli(String json) {
        return new Figures(
                most(json, "ok_per_second"),
                most(json, "p50"),
                most(json, "p99"),
                most(json, "p99.9"),
                most(json, "p99.99"),
                Double.NaN,
                Double.NaN,
                Double.NaN);
    }

    private static double most(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + Pattern.quote(name) + "\"\\s*:\\s*([0-9.]+)")
                .matcher(json);
        double most = Double.NaN;
        while (matcher.find()) {
            double value = Double.parseDouble(matcher.group(1));
            if (!(most >= value)) most = value;
        }
        return most;
    }

    private Figures h2load(Contestant store, Work work, long requests) throws IOException, InterruptedException {
        boolean put = work.kind() == Kind.SET;
        Path body = Files.write(folder.resolve("body"), put ? put(work.valueBytes()) : range());
        Path log = folder.resolve("requests.log");
        Files.deleteIfExists(log);
        String said = Commands.output(List.of(
                "h2load",
                "-n",
                Long.toString(requests),
                "-c",
                Integer.toString(work.connections()),
                "-m",
                "1",
                "-d",
                body.toString(),
                "-H",
                "content-type: application/grpc",
                "-H",
                "te: trailers",
                "--log-file=" + log,
                "http://" + store.host() + ":" + store.port() + "/etcdserverpb.KV/" + (put ? "Put" : "Range")));
        return fromH2load(said, Files.readAllLines(log));
    }

    /** @param log a line for each request: when it began, the HTTP status, microseconds it took */
    static Figures fromH2load(String said, List<String> log) throws IOException {
        Matcher rate = RATE.matcher(said);
        Matcher succeeded = SUCCEEDED.matcher(said);
        if (!rate.find() || !succeeded.find() || Long.parseLong(succeeded.group(1)) < log.size()) {
            throw new IOException("h2load: " + said.strip());
        }
        double[] micros = log.stream()
                .mapToDouble(line -> Double.parseDouble(line.split("\t", -1)[LOG_MICROS]))
                .sorted()
                .toArray();
        return Figures.of(
                Double.parseDouble(rate.group(1)),
                micros[micros.length / 2] / 1000,
                micros[(int) (micros.length * 0.99)] / 1000);
    }

    /** A message of gRPC: not compressed, its length, a {@code PutRequest}: 1 the key, 2 the value. */
    private static byte[] put(int valueBytes) {
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) 'x');
        ByteBuffer message = ByteBuffer.allocate(32 + valueBytes);
        message.put((byte) 0).putInt(0);
        field(message, 1, "key:000000000001".getBytes(StandardCharsets.US_ASCII));
        field(message, 2, value);
        return framed(message);
    }

    /** A {@code RangeRequest}: 1 the key. */
    private static byte[] range() {
        ByteBuffer message = ByteBuffer.allocate(32);
        message.put((byte) 0).putInt(0);
        field(message, 1, "key:000000000001".getBytes(StandardCharsets.US_ASCII));
        return framed(message);
    }

    private static void field(ByteBuffer message, int number, byte[] bytes) {
        message.put((byte) (number << 3 | 2));
        int length = bytes.length;
        for (; length >= 0x80; length >>>= 7) message.put((byte) (length & 0x7f | 0x80));
        message.put((byte) length).put(bytes);
    }

    private static byte[] framed(ByteBuffer message) {
        message.putInt(1, message.position() - 5);
        byte[] bytes = new byte[message.position()];
        message.get(0, bytes);
        return bytes;
    }
}
