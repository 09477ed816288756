import { parentPort, workerData } from "node:worker_threads";
import type { CallResult, DecoderInput, DecoderLimits, FromWorker, ToWorker } from "./decoderProtocol.ts";
import { RUNNING_SLOT } from "./decoderProtocol.ts";
import { compileInterpreter, Sandbox } from "./sandbox.ts";

const { limits, running } = workerData as { limits: DecoderLimits; running: Int32Array };
/** Interpreters kept warm: a megabyte or two each as a rule, sixteen at worst. */
const SANDBOXES_MAX = 24;

const sources = new Map<number, string>();
/** Least recently used first. */
const sandboxes = new Map<number, Sandbox>();
const compiled = await compileInterpreter();
/** Faults of the script's own making after which its interpreter is as good as before. */
const HARMLESS = new Set(["decoder-failed", "decoder-function-missing", "decoder-result-invalid"]);

async function run(id: number, key: number, input: DecoderInput): Promise<CallResult> {
  let sandbox = sandboxes.get(key);
  sandboxes.delete(key);
  if (sandbox === undefined) {
    if (sandboxes.size >= SANDBOXES_MAX) drop(sandboxes.keys().next().value!);
    sandbox = await Sandbox.create(compiled, limits);
  }
  Atomics.store(running, RUNNING_SLOT, id);
  const result = (sandbox.loaded ? null : sandbox.load(sources.get(key) ?? "")) ?? sandbox.call(input);
  if (sandbox.loaded && (!("fault" in result) || HARMLESS.has(result.fault.code))) sandboxes.set(key, sandbox);
  else sandbox.dispose();
  return result;
}

function drop(key: number): void {
  const sandbox = sandboxes.get(key);
  sandboxes.delete(key);
  sandbox?.dispose();
}

function post(message: FromWorker): void {
  parentPort!.postMessage(message);
}

async function handle(message: ToWorker): Promise<void> {
  if (message.do === "load") return void sources.set(message.key, message.source);
  if (message.do === "forget") {
    sources.delete(message.key);
    return drop(message.key);
  }
  const { id, key, input } = message;
  let result: CallResult;
  try {
    result = await run(id, key, input);
  } catch {
    // The interpreter itself gave up, mostly because it could not even build its error: it is not used again.
    result = { fault: { code: "decoder-out-of-memory", message: "The interpreter gave up" } };
  } finally {
    Atomics.store(running, RUNNING_SLOT, 0);
  }
  post({ id, result });
}

let handled: Promise<void> = Promise.resolve();
parentPort!.on("message", (message: ToWorker) => {
  handled = handled.then(() => handle(message));
});
post({ ready: true });
