package io.ratiskv.session;

import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What stands behind ONCE and its number: a request for the state, judged before it is sent. Stateless; event loop. */
final class Once {
    private static final int COMMAND_AT = 2;

    private Once() {}

    /** Why the command may not be asked for; null when it may. */
    static @Nullable Reply refusal(Bindings bindings, Rights rights, Request request) {
        Request only = request.with(Arrays.copyOfRange(request.words(), COMMAND_AT, request.words().length));
        Binding binding;
        try {
            binding = bindings.resolve(only);
        } catch (CommandException refused) {
            return refused.reply();
        }
        if (binding.local() || binding.changesUsers() || binding.opensSession() || binding.isOnce()) {
            return Reply.error("ERR " + binding.command().typedName() + " can not be numbered: ONCE is for keys");
        }
        return rights.refusal(binding, only);
    }
}
