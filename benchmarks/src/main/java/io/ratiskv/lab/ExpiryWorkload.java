package io.ratiskv.lab;

import java.util.concurrent.atomic.AtomicLong;

/** Keys that live for a moment: once one was seen dead, nobody sees it alive. */
final class ExpiryWorkload implements Workload {
    private static final int LOOKS_AT_MOST = 200;

    private final AtomicLong fresh = new AtomicLong();

    @Override
    public void step(Client client) throws InterruptedException {
        String key = "mortal:" + fresh.incrementAndGet();
        String life = Integer.toString(50 + client.random.nextInt(400));
        if (!client.ask(true, "SET", key, "alive", "PX", life).isAnswered()) {
            return;
        }
        int dead = 0;
        for (int look = 0; look < LOOKS_AT_MOST && dead < 3; look++) {
            Client.Answer answer = client.ask(false, "GET", key);
            if (answer.isAnswered() && answer.reply().equals(Replies.NIL)) {
                dead++;
            } else if (answer.isAnswered() && dead > 0) {
                client.tally().violated(key + " was seen dead and is alive: " + answer.operation());
                return;
            }
            Thread.sleep(client.random.nextInt(20));
        }
    }
}
