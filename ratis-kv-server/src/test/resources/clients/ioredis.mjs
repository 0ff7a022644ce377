// What people do with ioredis, against the port of 127.0.0.1 that the first argument names.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

// Modules are looked for where the program is started, not where it lies.
const Redis = createRequire(`${process.cwd()}/`)("ioredis");

const port = Number(process.argv[2]);
const library = `#!lua name=tests
redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
`;
const connections = [];
let protocol;

function connect(options = {}) {
  const connection = new Redis({ port, protocol, db: 4, connectionName: "io", commandTimeout: 20000, ...options });
  connections.push(connection);
  return connection;
}

async function until(holds) {
  const end = Date.now() + 20000;
  while (!(await holds())) {
    assert(Date.now() < end);
    await setTimeout(1);
  }
}

async function commands(kv) {
  assert.equal(await kv.ping(), "PONG");
  assert.equal(await kv.set("k", "v", "EX", 100), "OK");
  assert.equal(await kv.get("k"), "v");
  assert.equal(await kv.get("none"), null);
  await kv.hset("h", { a: 1, b: 2 });
  assert.deepEqual(await kv.hgetall("h"), { a: "1", b: "2" });
  await kv.zadd("z", 1.5, "a", 2.5, "b");
  assert.deepEqual(await kv.zrange("z", 0, -1, "WITHSCORES"), ["a", "1.5", "b", "2.5"]);
  assert.equal(await kv.client("GETNAME"), "io");
  assert.deepEqual(await kv.config("GET", "save"), ["save", ""]);
  assert.match(await kv.info(), /redis_version:7\./);
  assert.deepEqual(await kv.getBuffer("k"), Buffer.from("v"));
  const id = await kv.xadd("x", "*", "f", "v");
  assert.deepEqual(await kv.xread("STREAMS", "x", 0), [["x", [[id, ["f", "v"]]]]]);
  await assert.rejects(kv.incr("k"), { name: "ReplyError", message: /^ERR value is not an integer/ });
}

async function pipelines(kv) {
  const pipeline = kv.pipeline();
  for (let i = 0; i < 1000; i++) pipeline.incr("n");
  const answers = await pipeline.llen("n").get("n").exec();
  assert.deepEqual(answers.slice(0, 1000), Array.from({ length: 1000 }, (_, i) => [null, i + 1]));
  assert.match(answers[1000][0].message, /^WRONGTYPE/);
  assert.deepEqual(answers[1001], [null, "1000"]);

  const own = connect({ enableAutoPipelining: true });
  assert.deepEqual(await Promise.all([own.incr("n"), own.incr("n")]), [1001, 1002]);
}

async function transactions(kv) {
  await kv.watch("n");
  assert.deepEqual(await kv.multi().incr("n").get("n").exec(), [[null, 1], [null, "1"]]);
  await kv.watch("n");
  await connect().incr("n");
  assert.equal(await kv.multi().set("n", "late").exec(), null);
  await kv.multi({ pipeline: false });
  assert.equal(await kv.set("n", "dropped"), "QUEUED");
  await kv.discard();
  assert.equal(await kv.get("n"), "2");
  await assert.rejects(kv.multi().set("n").exec(), { message: /^EXECABORT/ });
}

async function channelsAndPatterns(kv) {
  const own = connect();
  const heard = [];
  own.on("message", (...message) => heard.push(message));
  own.on("pmessage", (...message) => heard.push(message));
  assert.equal(await own.subscribe("letters"), 1);
  assert.equal(await own.psubscribe("new*"), 2);
  assert.match(String(await own.ping()), /^pong/i);
  assert.equal(await kv.pubsub("NUMPAT"), 1);
  assert.deepEqual(await kv.pubsub("NUMSUB", "letters"), ["letters", 1]);
  assert.equal(await kv.publish("letters", "a"), 1);
  assert.equal(await kv.publish("news", "b"), 1);
  await until(() => heard.length === 2);
  assert.deepEqual(heard, [["letters", "a"], ["new*", "news", "b"]]);
  assert.equal(await own.unsubscribe("letters"), 1);
  assert.equal(await own.punsubscribe("new*"), 0);
  assert.equal(await own.get("none"), null);
  assert.equal(await own.ssubscribe("shard"), 1);
  const message = once(own, "smessage");
  assert.equal(await kv.spublish("shard", "c"), 1);
  assert.deepEqual(await message, ["shard", "c"]);
}

async function blockingPops(kv) {
  const own = connect();
  const blocked = async () => (await kv.info("clients")).includes("blocked_clients:1");
  const popped = own.blpop("first", "second", 20);
  await until(blocked);
  await kv.rpush("second", "a", "b");
  assert.deepEqual(await popped, ["second", "a"]);
  assert.deepEqual(await kv.lrange("second", 0, -1), ["b"]);
  const scored = own.bzpopmin("z", 20);
  await until(blocked);
  await kv.zadd("z", 1, "a");
  assert.deepEqual(await scored, ["z", "a", "1"]);
  const read = own.xread("BLOCK", 20000, "STREAMS", "x", "$");
  await until(blocked);
  const id = await kv.xadd("x", "*", "f", "v");
  assert.deepEqual(await read, [["x", [[id, ["f", "v"]]]]]);
  assert.equal(await own.blpop("first", 0.01), null);
}

async function all(stream) {
  const met = [];
  for await (const some of stream) met.push(...some);
  return met;
}

async function scans(kv) {
  const names = new Set(Array.from({ length: 3000 }, (_, i) => `name:${i}`));
  const list = [...names];
  await kv.mset(list.flatMap((name) => [name, "v"]));
  await kv.hset("h", list.flatMap((name) => [name, "w"]));
  await kv.sadd("s", list);
  await kv.zadd("z", list.flatMap((name) => [1.5, name]));
  assert.deepEqual(new Set(await all(kv.scanStream({ match: "name:*", count: 100 }))), names);
  assert.deepEqual(new Set(await all(kv.sscanStream("s", { count: 100 }))), names);
  assert.deepEqual(new Set(await all(kv.hscanStream("h", { count: 100 }))), new Set([...names, "w"]));
  assert.deepEqual(new Set(await all(kv.zscanStream("z", { count: 100 }))), new Set([...names, "1.5"]));
  assert.deepEqual(await all(kv.scanStream({ type: "hash" })), ["h"]);
}

async function scriptsAndFunctions(kv) {
  const lua = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), 'text', false, {1, 2}}";
  assert.deepEqual(await kv.eval(lua, 1, "n", 5), [5, "text", null, [1, 2]]);
  const sha = await kv.script("LOAD", lua);
  assert.deepEqual(await kv.script("EXISTS", sha), [1]);
  assert.deepEqual(await kv.evalsha(sha, 1, "n", 5), [10, "text", null, [1, 2]]);
  await kv.script("FLUSH");
  await assert.rejects(kv.evalsha(sha, 1, "n", 5), { message: /^NOSCRIPT/ });
  kv.defineCommand("raise", { numberOfKeys: 1, lua });
  assert.equal((await kv.raise("n", 5))[0], 15);
  assert.equal((await kv.pipeline().raise("n", 5).exec())[0][1][0], 20);
  await kv.function("FLUSH");
  assert.equal(await kv.function("LOAD", library), "tests");
  assert.equal(await kv.fcall("put", 1, "k", "v"), "OK");
  assert.equal(await kv.get("k"), "v");
}

async function tracking(kv) {
  // Over RESP2 news of changes come on another connection, as messages of a channel; over RESP3 ioredis drops them.
  if (protocol === 3) return;
  const own = connect();
  const news = connect();
  await news.subscribe("__redis__:invalidate");
  const hears = (await kv.client("LIST")).match(/^id=(\d+) .* sub=1 /m)[1];
  assert.equal(await own.client("TRACKING", "ON", "REDIRECT", hears), "OK");
  await kv.set("k", "1");
  assert.equal(await own.get("k"), "1");
  const heard = [];
  news.on("message", (...message) => heard.push(message));
  await kv.set("k", "2");
  await until(() => heard.length === 1);
  assert.deepEqual([heard[0]].flat(2), ["__redis__:invalidate", "k"]);
}

const parts = [
  commands, pipelines, transactions, channelsAndPatterns, blockingPops, scans, scriptsAndFunctions, tracking,
];
for (protocol of [2, 3]) {
  for (const part of parts) {
    const kv = connect();
    await kv.flushall();
    await part(kv);
    for (const connection of connections.splice(0)) connection.disconnect();
  }
}
console.log("ok");
