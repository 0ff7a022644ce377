// What people do with node-redis, against the port of 127.0.0.1 that the first argument names.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

// Modules are looked for where the program is started, not where it lies.
const { BasicClientSideCache, createClient, defineScript } = createRequire(`${process.cwd()}/`)("redis");

const port = Number(process.argv[2]);
const library = `#!lua name=tests
redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
`;
const clients = [];
let RESP;

async function connect(options = {}) {
  const client = createClient({ socket: { host: "127.0.0.1", port }, RESP, database: 5, name: "node", ...options });
  client.on("error", (error) => assert.fail(error));
  clients.push(client);
  return client.connect();
}

async function until(holds) {
  const end = Date.now() + 20000;
  while (!(await holds())) {
    assert(Date.now() < end);
    await setTimeout(1);
  }
}

/** As objects that compare with those of literals. */
function plain(reply) {
  return JSON.parse(JSON.stringify(reply));
}

async function commands(kv) {
  assert.equal(await kv.ping(), "PONG");
  assert.equal(await kv.set("k", "v", { expiration: { type: "EX", value: 100 } }), "OK");
  assert.equal(await kv.get("k"), "v");
  assert.equal(await kv.get("none"), null);
  await kv.hSet("h", { a: "1", b: "2" });
  assert.deepEqual(plain(await kv.hGetAll("h")), { a: "1", b: "2" });
  await kv.zAdd("z", [{ score: 1.5, value: "a" }, { score: 2.5, value: "b" }]);
  assert.deepEqual(plain(await kv.zRangeWithScores("z", 0, -1)), [{ value: "a", score: 1.5 }, { value: "b", score: 2.5 }]);
  assert.equal(await kv.clientGetName(), "node");
  assert.equal((await kv.clientInfo()).name, "node");
  assert((await kv.clientList()).length >= 1);
  assert.deepEqual(plain(await kv.configGet("save")), { save: "" });
  assert.match(await kv.info(), /redis_version:7\./);
  assert((await kv.command()).length > 50);
  const id = await kv.xAdd("x", "*", { f: "v" });
  assert.deepEqual(plain(await kv.xRange("x", "-", "+")), [{ id, message: { f: "v" } }]);
  await assert.rejects(kv.incr("k"), { message: /^ERR value is not an integer/ });
}

async function pipelines(kv) {
  const answers = await Promise.all(Array.from({ length: 1000 }, () => kv.incr("n")));
  assert.deepEqual(answers, Array.from({ length: 1000 }, (_, i) => i + 1));
  assert.deepEqual(await kv.multi().incr("n").get("n").execAsPipeline(), [1001, "1001"]);
}

async function transactions(kv) {
  await kv.watch("n");
  assert.deepEqual(await kv.multi().incr("n").get("n").exec(), [1, "1"]);
  await kv.watch("n");
  await (await connect()).incr("n");
  await assert.rejects(kv.multi().set("n", "late").exec(), (error) => error.constructor.name === "WatchError");
  assert.equal(await kv.get("n"), "2");
  await assert.rejects(kv.multi().incr("n").lLen("n").exec());
  assert.equal(await kv.get("n"), "3");
}

async function channelsAndPatterns(kv) {
  const own = await connect();
  const heard = [];
  const hear = (message, channel) => heard.push([channel, message]);
  await own.subscribe("letters", hear);
  await own.pSubscribe("new*", hear);
  await own.sSubscribe("shard", hear);
  await own.ping();
  assert.equal(await kv.pubSubNumPat(), 1);
  assert.deepEqual(plain(await kv.pubSubNumSub("letters")), { letters: 1 });
  assert.equal(await kv.publish("letters", "a"), 1);
  assert.equal(await kv.publish("news", "b"), 1);
  assert.equal(await kv.sPublish("shard", "c"), 1);
  await until(() => heard.length === 3);
  assert.deepEqual(heard, [["letters", "a"], ["news", "b"], ["shard", "c"]]);
  await own.unsubscribe();
  await own.pUnsubscribe();
  await own.sUnsubscribe();
  assert.equal(await own.get("none"), null);
  assert.deepEqual(await kv.pubSubChannels(), []);
}

async function blockingPops(kv) {
  const own = await connect();
  const blocked = async () => (await kv.info("clients")).includes("blocked_clients:1");
  const popped = own.blPop(["first", "second"], 20);
  await until(blocked);
  await kv.rPush("second", ["a", "b"]);
  assert.deepEqual(plain(await popped), { key: "second", element: "a" });
  assert.deepEqual(await kv.lRange("second", 0, -1), ["b"]);
  const scored = own.bzPopMin("z", 20);
  await until(blocked);
  await kv.zAdd("z", { score: 1, value: "a" });
  assert.deepEqual(plain(await scored), { key: "z", value: "a", score: 1 });
  const read = own.xRead({ key: "x", id: "$" }, { BLOCK: 20000 });
  await until(blocked);
  const id = await kv.xAdd("x", "*", { f: "v" });
  assert(JSON.stringify(await read).includes(id));
  assert.equal(await own.blPop("first", 0.01), null);
}

async function all(iterator) {
  const met = [];
  for await (const some of iterator) met.push(...some);
  return met;
}

async function scans(kv) {
  const names = Array.from({ length: 3000 }, (_, i) => `name:${i}`).sort();
  const few = { MATCH: "name:*", COUNT: 100 };
  await kv.mSet(Object.fromEntries(names.map((name) => [name, "v"])));
  await kv.hSet("h", Object.fromEntries(names.map((name) => [name, name])));
  await kv.sAdd("s", names);
  await kv.zAdd("z", names.map((value) => ({ score: 1.5, value })));
  const met = async (iterator) => [...new Set(await all(iterator))].sort();
  assert.deepEqual(await met(kv.scanIterator(few)), names);
  assert.deepEqual(await met(kv.sScanIterator("s", few)), names);
  const fields = await all(kv.hScanIterator("h", few));
  assert(fields.every(({ field, value }) => field === value));
  assert.deepEqual([...new Set(fields.map(({ field }) => field))].sort(), names);
  const members = await all(kv.zScanIterator("z", few));
  assert(members.every(({ score }) => score === 1.5));
  assert.deepEqual([...new Set(members.map(({ value }) => value))].sort(), names);
  assert.deepEqual(await all(kv.scanIterator({ TYPE: "hash" })), ["h"]);
}

async function scriptsAndFunctions(kv) {
  const lua = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), 'text', false, {1, 2}}";
  const given = { keys: ["n"], arguments: ["5"] };
  assert.deepEqual(await kv.eval(lua, given), [5, "text", null, [1, 2]]);
  const sha = await kv.scriptLoad(lua);
  assert.deepEqual(await kv.scriptExists(sha), [1]);
  assert.deepEqual(await kv.evalSha(sha, given), [10, "text", null, [1, 2]]);
  await kv.scriptFlush();
  await assert.rejects(kv.evalSha(sha, given), { message: /^NOSCRIPT/ });
  const raise = defineScript({
    SCRIPT: lua,
    NUMBER_OF_KEYS: 1,
    parseCommand: (parser, key, by) => {
      parser.pushKey(key);
      parser.push(String(by));
    },
    transformReply: ([sum]) => sum,
  });
  const own = await connect({ scripts: { raise } });
  assert.equal(await own.raise("n", 5), 15);
  assert.deepEqual(await own.multi().raise("n", 5).exec(), [20]);
  await kv.functionFlush();
  assert.equal(await kv.functionLoad(library), "tests");
  assert.equal(await kv.fCall("put", { keys: ["k"], arguments: ["v"] }), "OK");
  assert.equal(await kv.get("k"), "v");
  assert.equal((await kv.functionList())[0].library_name, "tests");
}

async function tracking(kv) {
  if (RESP === 2) return; // node-redis hears of changes by RESP3
  const clientSideCache = new BasicClientSideCache();
  const own = await connect({ clientSideCache });
  await kv.set("k", "1");
  assert.equal(await own.get("k"), "1");
  assert.equal(await own.get("k"), "1");
  assert.equal(clientSideCache.stats().hitCount, 1);
  await kv.set("k", "2");
  await until(async () => (await own.get("k")) === "2");
  await kv.flushAll();
  await until(async () => (await own.get("k")) === null);
}

const parts = [
  commands, pipelines, transactions, channelsAndPatterns, blockingPops, scans, scriptsAndFunctions, tracking,
];
for (RESP of [2, 3]) {
  for (const part of parts) {
    const kv = await connect();
    await kv.flushAll();
    await part(kv);
    for (const client of clients.splice(0)) client.destroy();
  }
}
console.log("ok");
