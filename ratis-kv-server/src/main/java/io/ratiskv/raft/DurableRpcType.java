package io.ratiskv.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcType;

/**
 * How Ratis finds {@link DurableFactory}: by this class' name in its properties. Public with a public constructor for
 * that reason alone.
 */
public final class DurableRpcType implements RpcType {
    @Override
    public String name() {
        return DurableRpcType.class.getName();
    }

    @Override
    public DurableFactory newFactory(Parameters parameters) {
        return new DurableFactory(parameters);
    }
}
