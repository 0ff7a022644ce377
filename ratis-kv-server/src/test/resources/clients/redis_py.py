"""What people do with redis-py, against the port of 127.0.0.1 that the first argument names."""

import sys
import threading
import time

import redis

PORT = int(sys.argv[1])
LIBRARY = """#!lua name=tests
redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
"""


def connect(**options):
    return redis.Redis(port=PORT, db=2, client_name="py", decode_responses=True, socket_timeout=20, **options)


def wait_until(holds):
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def refused(error, call):
    try:
        call()
    except error:
        return True
    return False


def commands(kv):
    assert kv.ping()
    assert kv.set("k", "v", ex=100) and kv.get("k") == "v" and 0 < kv.ttl("k") <= 100
    assert kv.get("none") is None
    kv.hset("h", mapping={"a": 1, "b": 2})
    assert kv.hgetall("h") == {"a": "1", "b": "2"}
    kv.zadd("z", {"a": 1.5, "b": 2.5})
    assert kv.zrange("z", 0, -1, withscores=True) == [("a", 1.5), ("b", 2.5)]
    assert kv.client_getname() == "py" and "py" in [client["name"] for client in kv.client_list()]
    assert kv.info()["redis_version"].startswith("7.")
    assert kv.config_get("save") == {"save": ""}
    assert kv.command_count() > 50 and "get" in kv.command()
    id = kv.xadd("x", {"f": "v"})
    assert kv.xread({"x": 0}) == [["x", [(id, {"f": "v"})]]]
    assert refused(redis.ResponseError, lambda: kv.incr("k"))


def pipelines(kv):
    pipe = kv.pipeline(transaction=False)
    for _ in range(1000):
        pipe.incr("n")
    answers = pipe.llen("n").get("n").execute(raise_on_error=False)
    assert answers[:1000] == list(range(1, 1001))
    assert isinstance(answers[1000], redis.ResponseError)
    assert answers[1001] == "1000"


def transactions(kv):
    assert kv.pipeline().incr("n").get("n").execute() == [1, "1"]
    with kv.pipeline() as pipe:
        pipe.watch("n")
        connect().incr("n")
        pipe.multi()
        pipe.set("n", "late")
        assert refused(redis.WatchError, pipe.execute)
    assert kv.get("n") == "2"
    assert kv.transaction(lambda pipe: pipe.multi() or pipe.incr("n"), "n") == [3]


def channels_and_patterns(kv):
    listener = kv.pubsub()
    listener.subscribe("letters")
    listener.psubscribe("new*")
    assert [listener.get_message(timeout=20)["type"] for _ in range(2)] == ["subscribe", "psubscribe"]
    assert kv.pubsub_numpat() == 1 and kv.pubsub_numsub("letters") == [("letters", 1)]
    assert kv.publish("letters", "a") == 1
    assert kv.publish("news", "b") == 1
    assert listener.get_message(timeout=20) == {
        "type": "message", "pattern": None, "channel": "letters", "data": "a"}
    assert listener.get_message(timeout=20) == {
        "type": "pmessage", "pattern": "new*", "channel": "news", "data": "b"}
    listener.ping()
    assert listener.get_message(timeout=20)["type"] == "pong"
    listener.unsubscribe()
    assert listener.get_message(timeout=20)["type"] == "unsubscribe"
    assert kv.publish("letters", "c") == 0
    listener.close()


def blocking_pops(kv):
    popped = []

    def later(call):
        thread = threading.Thread(target=lambda: popped.append(call(connect())), daemon=True)
        thread.start()
        wait_until(lambda: kv.info("clients")["blocked_clients"] == 1)
        return thread

    thread = later(lambda own: own.blpop(["first", "second"], timeout=20))
    kv.rpush("second", "a", "b")
    thread.join()
    thread = later(lambda own: own.bzpopmin("z", timeout=20))
    kv.zadd("z", {"a": 1})
    thread.join()
    assert popped == [("second", "a"), ("z", "a", 1.0)]
    assert kv.lrange("second", 0, -1) == ["b"]
    assert kv.blpop("first", timeout=0.01) is None


def scans(kv):
    names = {f"name:{i}" for i in range(3000)}
    kv.mset({name: "v" for name in names})
    kv.hset("h", mapping={name: name for name in names})
    kv.sadd("s", *names)
    kv.zadd("z", {name: 1.5 for name in names})
    assert set(kv.scan_iter("name:*", count=100)) == names
    assert set(kv.sscan_iter("s", count=100)) == names
    assert dict(kv.hscan_iter("h", count=100)) == {name: name for name in names}
    assert set(kv.zscan_iter("z", count=100)) == {(name, 1.5) for name in names}
    assert list(kv.scan_iter(_type="hash")) == ["h"]


def scripts_and_functions(kv):
    text = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), 'text', false, {1, 2}}"
    assert kv.eval(text, 1, "n", 5) == [5, "text", None, [1, 2]]
    script = kv.register_script(text)
    assert script(["n"], [5]) == [10, "text", None, [1, 2]]
    assert kv.script_exists(script.sha) == [True]
    kv.script_flush()
    assert refused(redis.exceptions.NoScriptError, lambda: kv.evalsha(script.sha, 1, "n", 5))
    assert script(["n"], [5])[0] == 15
    pipe = kv.pipeline()
    script(["n"], [5], client=pipe)
    assert pipe.execute()[0][0] == 20
    kv.function_flush()
    assert kv.function_load(LIBRARY) == "tests"
    assert kv.fcall("put", 1, "k", "v") == "OK" and kv.get("k") == "v"
    assert len(kv.function_list()) == 1


def locks(kv):
    with kv.lock("lock", timeout=20) as lock:
        assert lock.owned() and not connect().lock("lock").acquire(blocking=False)
        assert lock.extend(10)
    assert kv.get("lock") is None


def tracking(kv):
    """RESP2 hears of changes on a second connection, as messages of a channel."""
    listener = kv.pubsub()
    listener.subscribe("__redis__:invalidate")
    assert listener.get_message(timeout=20)["type"] == "subscribe"
    reader = connect(single_connection_client=True)
    hearer = [client["id"] for client in kv.client_list() if client["sub"] == "1"]
    assert len(hearer) == 1
    assert reader.client_tracking_on(clientid=int(hearer[0]))
    kv.set("k", "1")
    assert reader.get("k") == "1"
    kv.set("k", "2")
    assert listener.get_message(timeout=20)["data"] == ["k"]
    listener.close()


for part in (commands, pipelines, transactions, channels_and_patterns, blocking_pops, scans, scripts_and_functions, locks,
             tracking):
    kv = connect()
    kv.flushall()
    part(kv)
print("ok")
