package io.ratiskv.lab;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Jobs are put into a queue and taken out of it by clients that wait: each is taken once, none is lost. */
final class QueueWorkload implements Workload {
    private static final String QUEUE = "queue";

    private final AtomicLong fresh = new AtomicLong();
    private final Set<String> offered = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final AtomicLong unknownTakes = new AtomicLong();

    @Override
    public void step(Client client) throws InterruptedException {
        if (client.random.nextBoolean()) {
            String job = Long.toString(fresh.incrementAndGet());
            offered.add(job);
            if (client.ask(true, "LPUSH", QUEUE, job).isAnswered()) {
                acknowledged.add(job);
            }
            return;
        }
        Client.Answer answer = client.ask(true, "BRPOP", QUEUE, "0.5");
        if (answer.outcome() == Client.Outcome.UNKNOWN) {
            unknownTakes.incrementAndGet();
        } else if (answer.isAnswered() && !answer.reply().equals(Replies.NIL)) {
            took(answer.reply(), client.tally());
        }
    }

    private void took(String reply, Tally tally) {
        String job = reply.substring(QUEUE.length() + 2, reply.length() - 1);
        if (!offered.contains(job)) {
            tally.violated("job " + job + " was taken and never put into the queue");
        } else if (!taken.add(job)) {
            tally.violated("job " + job + " was taken twice");
        }
    }

    @Override
    public void check(Connection connection, Tally tally) throws IOException, Connection.ErrorReply {
        for (String reply = connection.ask("RPOP", QUEUE);
                !reply.equals(Replies.NIL);
                reply = connection.ask("RPOP", QUEUE)) {
            took("[" + QUEUE + "," + reply + "]", tally);
        }
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(taken);
        if (lost.size() > unknownTakes.get()) {
            tally.violated(lost.size() + " jobs are lost, and only " + unknownTakes + " takes are unknown: " + lost);
        }
    }
}
