package io.ratiskv.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Money moves between accounts in transactions: whoever looks at all of them sees all of it. */
final class TransferWorkload implements Workload {
    private static final int ACCOUNTS = 6;
    private static final long EACH = 1_000;

    @Override
    public void prepare(Connection connection) throws IOException, Connection.ErrorReply {
        for (int i = 0; i < ACCOUNTS; i++) {
            connection.ask("SET", account(i), Long.toString(EACH));
        }
    }

    @Override
    public void step(Client client) throws InterruptedException {
        if (client.random.nextInt(3) == 0) {
            Client.Answer answer = client.ask(false, List.of(all()));
            if (answer.isAnswered()) {
                check(answer.reply(), client.tally());
            }
            return;
        }
        String amount = Integer.toString(1 + client.random.nextInt(50));
        int from = client.random.nextInt(ACCOUNTS);
        int to = (from + 1 + client.random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        client.ask(
                true,
                List.of(
                        List.of("MULTI"),
                        List.of("DECRBY", account(from), amount),
                        List.of("INCRBY", account(to), amount),
                        List.of("EXEC")));
    }

    @Override
    public void check(Connection connection, Tally tally) throws IOException, Connection.ErrorReply {
        check(connection.ask(List.of(all())), tally);
    }

    private static void check(String balances, Tally tally) {
        long sum = Arrays.stream(balances.substring(1, balances.length() - 1).split(","))
                .filter(balance -> !balance.equals(Replies.NIL))
                .mapToLong(Long::parseLong)
                .sum();
        if (sum != ACCOUNTS * EACH) {
            tally.violated("accounts hold " + sum + " instead of " + ACCOUNTS * EACH + ": " + balances);
        }
    }

    private static List<String> all() {
        List<String> words = new ArrayList<>(List.of("MGET"));
        IntStream.range(0, ACCOUNTS).mapToObj(TransferWorkload::account).forEach(words::add);
        return words;
    }

    private static String account(int i) {
        return "account:" + i;
    }
}
