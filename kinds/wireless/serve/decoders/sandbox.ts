import { readFile } from "node:fs/promises";
import variant from "@jitl/quickjs-wasmfile-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import type { CallResult, DecoderFault, DecoderInput, DecoderLimits } from "./decoderProtocol.ts";

/**
 * Runs inside the interpreter before the profile's script, and keeps the built-ins it uses out of the script's reach.
 * Takes TTS v3's and ChirpStack v4's functions, then ChirpStack v3's, then TTN v2's.
 */
const DRIVER = `(() => {
  const { parse, stringify } = JSON, at = Date;
  const own = (name) => { try { const f = (0, eval)("typeof " + name + " === 'function' ? " + name + " : undefined"); return f } catch { return undefined } };
  return (direction) => {
    const names = direction === "up" ? ["decodeUplink", "Decode", "Decoder"] : ["encodeDownlink", "Encode", "Encoder"];
    const [modern, chirpstack3, ttn2] = names.map(own);
    if (!modern && !chirpstack3 && !ttn2) return undefined;
    const call = direction === "up"
      ? (input) => {
          if (modern) return modern({ bytes: input.bytes, fPort: input.fPort, recvTime: new at(input.recvTimeMs), variables: {} });
          return { data: chirpstack3 ? chirpstack3(input.fPort, input.bytes, {}) : ttn2(input.bytes, input.fPort) };
        }
      : (input) => {
          if (modern) return modern({ data: input.data, fPort: input.fPort, variables: {} });
          return { bytes: chirpstack3 ? chirpstack3(input.fPort, input.data, {}) : ttn2(input.data, input.fPort) };
        };
    return (json) => stringify(call(parse(json)));
  };
})()`;

type Fault = { readonly fault: DecoderFault };
/** Opaque. */
export type CompiledInterpreter = object;
// TypeScript declares WebAssembly with the browser's types only.
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    compile(bytes: Uint8Array): Promise<CompiledInterpreter>;
    Memory: new (pages: { initial: number; maximum: number }) => object;
  };
};

/** Compiled once, instantiated for every script. */
export async function compileInterpreter(): Promise<CompiledInterpreter> {
  return WebAssembly.compile(await readFile(new URL(import.meta.resolve("@jitl/quickjs-wasmfile-release-sync/wasm"))));
}

/**
 * An interpreter with a memory of its own that cannot grow beyond `memoryBytes`. QuickJS's own memory limit does not hold
 * in this build (it counts every block as empty), and a shared memory would be shared by customers.
 */
async function instantiate(compiled: CompiledInterpreter, memoryBytes: number): Promise<QuickJSWASMModule> {
  const pages = memoryBytes / 65_536;
  const wasmMemory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const own = newVariant(variant as unknown as QuickJSSyncVariant, { wasmModule: compiled, wasmMemory });
  return newQuickJSWASMModuleFromVariant(own);
}

/**
 * One profile's script in an interpreter of its own: a heap, globals and limits that no other profile shares. It has the
 * language's built-ins and nothing else: no clock but Date, no I/O, no modules, no timers.
 *
 * A script may keep globals from one call to the next; they vanish without notice, so nothing may depend on them. After
 * any failure the interpreter is to be thrown away.
 */
export class Sandbox {
  readonly #limits: DecoderLimits;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #functions = new Map<DecoderInput["direction"], QuickJSHandle | null>();
  #driver: QuickJSHandle | null = null;
  #startedUs = 0;
  #loaded = false;

  private constructor(module: QuickJSWASMModule, limits: DecoderLimits) {
    this.#limits = limits;
    this.#runtime = module.newRuntime();
    this.#runtime.setMaxStackSize(limits.stackBytes);
    this.#runtime.setInterruptHandler(() => cpuUs() - this.#startedUs > limits.cpuMs * 1_000);
    this.#context = this.#runtime.newContext();
  }

  static async create(compiled: CompiledInterpreter, limits: DecoderLimits): Promise<Sandbox> {
    return new Sandbox(await instantiate(compiled, limits.memoryBytes), limits);
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** @param source - hostile. @returns null when it is ready for calls. */
  load(source: string): CallResult | null {
    this.#startedUs = cpuUs();
    const driver = this.#context.evalCode(DRIVER, "driver.js");
    if (driver.error !== undefined) return this.#faultOf(driver.error);
    this.#driver = driver.value;
    const loaded = this.#context.evalCode(source, "decoder.js");
    if (loaded.error !== undefined) return this.#faultOf(loaded.error);
    loaded.value.dispose();
    this.#loaded = true;
    return null;
  }

  call(input: DecoderInput): CallResult {
    this.#startedUs = cpuUs();
    const fn = this.#functionFor(input.direction);
    if (fn === null) {
      const name = input.direction === "up" ? "decodeUplink" : "encodeDownlink";
      return { fault: { code: "decoder-function-missing", message: `The script has no function ${name}` } };
    }
    if ("fault" in fn) return fn;
    const argument = this.#context.newString(argumentOf(input));
    const called = this.#context.callFunction(fn, this.#context.undefined, argument);
    argument.dispose();
    if (called.error !== undefined) return this.#faultOf(called.error);
    return this.#resultOf(called.value);
  }

  /** Frees nothing of the instance's memory by itself: that goes with the last reference to it. */
  dispose(): void {
    for (const fn of this.#functions.values()) fn?.dispose();
    this.#driver?.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  #functionFor(direction: DecoderInput["direction"]): QuickJSHandle | Fault | null {
    const known = this.#functions.get(direction);
    if (known !== undefined) return known;
    const name = this.#context.newString(direction);
    const found = this.#context.callFunction(this.#driver!, this.#context.undefined, name);
    name.dispose();
    if (found.error !== undefined) return this.#faultOf(found.error);
    const isFunction = this.#context.typeof(found.value) === "function";
    if (!isFunction) found.value.dispose();
    const fn = isFunction ? found.value : null;
    this.#functions.set(direction, fn);
    return fn;
  }

  #resultOf(value: QuickJSHandle): CallResult {
    try {
      if (this.#context.typeof(value) !== "string") {
        return { fault: { code: "decoder-result-invalid", message: "The script returned nothing that is JSON" } };
      }
      const length = this.#context
        .getProp(value, "length")
        .consume((handle: QuickJSHandle) => this.#context.getNumber(handle));
      if (length > this.#limits.resultChars) {
        const message = `The result is ${length} characters of JSON, more than ${this.#limits.resultChars}`;
        return { fault: { code: "decoder-result-too-large", message } };
      }
      return { json: this.#context.getString(value) };
    } finally {
      value.dispose();
    }
  }

  /** The script's own words, shortened. Reading them may run its code (getters), under the same time limit. */
  #faultOf(error: QuickJSHandle): Fault {
    const text = (name: string) => {
      const handle = this.#context.getProp(error, name);
      const value = this.#context.typeof(handle) === "string" ? this.#context.getString(handle) : "";
      handle.dispose();
      return value;
    };
    try {
      const isObject = this.#context.typeof(error) === "object";
      const message = (isObject ? `${text("name")}: ${text("message")}` : this.#context.getString(error)).slice(0, 500);
      if (message === "InternalError: interrupted") {
        return { fault: { code: "decoder-timeout", message: `The script ran longer than ${this.#limits.cpuMs} ms` } };
      }
      if (message === "InternalError: out of memory" || message === "null") {
        const limit = `${this.#limits.memoryBytes / 1024 / 1024} MiB`;
        return { fault: { code: "decoder-out-of-memory", message: `The script needs more than ${limit}` } };
      }
      return { fault: { code: "decoder-failed", message } };
    } catch {
      return { fault: { code: "decoder-failed", message: "The script failed with something that cannot be shown" } };
    } finally {
      error.dispose();
    }
  }
}

function argumentOf(input: DecoderInput): string {
  if (input.direction === "down") return `{"fPort":${input.fPort},"data":${input.json}}`;
  return `{"fPort":${input.fPort},"recvTimeMs":${input.recvTimeMs},"bytes":[${input.bytes.join(",")}]}`;
}

/** Of this thread, so that a busy machine does not make an honest script slow. */
function cpuUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
