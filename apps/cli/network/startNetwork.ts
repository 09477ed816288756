import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { formatEndpoint } from "@wayleave/core/endpoint";
import { WayleaveError } from "@wayleave/core/errors";
import { type Network, networkSchema } from "@wayleave/core/network";
import { portsFrom, VERIFIER_PORT_STEP } from "@wayleave/core/ports";
import type { AgentConfig } from "@wayleave/app-agent/config";
import { type Anvil, startAnvil } from "../supervise/anvil.ts";
import { type Child, type ChildCrash, startChild } from "../supervise/child.ts";
import { type DatabaseServer, openDatabaseServer } from "../supervise/databaseServer.ts";
import type { PostgresServer } from "../supervise/postgres.ts";
import { MEMORY_FLAGS } from "../supervise/memoryFlags.ts";
import { requireFreePorts } from "../supervise/requireFreePorts.ts";
import { CHAIN_ID, deployLocal } from "./deployLocal.ts";
import type { NetworkFile } from "./networkFile.ts";
import { openNetwork } from "./openNetwork.ts";
import { demoKeys, mustRecover, frontUrl, VERIFIERS, networkFileOf, portUses, verifierUrl } from "./localEndpoints.ts";
import { operatorKeys } from "@wayleave/app-front/operatorKeys";
import { say } from "../terminal.ts";
import { demoApplication, demoApplicationOfLastTime } from "./demoApplication.ts";
import {
  type Place,
  frontConfig,
  gatewayAgentConfig,
  radioConfig,
  storageAgentConfig,
  verifierConfig,
} from "./programConfigs.ts";
import { StateDirectory } from "./stateDirectory.ts";
import { z } from "zod";

/** A registration takes two blocks; a device that lost its place yesterday does not hold up the start. */
const JOIN_PATIENCE_MS = 15_000;
const JOIN_LOOK_MS = 250;
const statusSchema = z.object({
  serving: z.number(),
  wireless: z.object({ agents: z.array(z.object({ connected: z.boolean() })) }),
});

export interface NetworkOptions {
  readonly directory: string;
  readonly portBase: number;
  readonly storage: number;
  readonly cheaters: number;
  /** Agents with a simulated LoRaWAN gateway each, and a few simulated devices around them. */
  readonly gateways?: number;
  readonly epochMs: number;
  readonly quotaBytes: number;
  /** Data and all pieces of a new bucket's segments. */
  readonly policy?: { readonly k: number; readonly n: number };
  readonly logLevel?: "debug" | "info";
  /** Settings of single devices that differ, for tests and benchmarks. */
  readonly deviceSettings?: (index: number) => Partial<AgentConfig>;
}

/** One step that a person sees happen. */
export type Phase = <T>(name: string, work: () => Promise<T>, done: (result: T) => string) => Promise<T>;

export interface RunningNetwork {
  readonly file: NetworkFile;
  readonly state: StateDirectory;
  readonly resumed: boolean;
  /** The front lost its database: it serves nothing before `wayleave recover`. */
  readonly mustRecover: boolean;
  readonly children: ReadonlyMap<string, Child>;
  readonly chain: Anvil;
  /** Null when `DATABASE_URL` names another server. */
  readonly postgres: PostgresServer | null;
  /** Of each program: `front`, `verifier_1`… Secrets. */
  readonly databaseUrls: ReadonlyMap<string, string>;
  /** Resident bytes of everything, by part. */
  memory(): ReadonlyMap<string, number>;
  startDevice(index: number, cheat?: string): Promise<Child>;
  /** A gateway's agent. @param index - from 1. */
  startGateway(index: number): Promise<Child>;
  startFront(): Promise<Child>;
  stop(): Promise<void>;
}

interface Observers {
  readonly phase: Phase;
  readonly onCrash: (crash: ChildCrash) => void;
}

/** Starts a whole network on this machine, or goes on with the one in `directory`. */
export async function startNetwork(options: NetworkOptions, observers: Observers): Promise<RunningNetwork> {
  const starter = new NetworkStarter(options, observers);
  try {
    return await starter.start();
  } catch (error) {
    await starter.stop();
    throw error;
  }
}

class NetworkStarter {
  readonly #options: NetworkOptions;
  readonly #observers: Observers;
  readonly #state: StateDirectory;
  readonly #ports: ReturnType<typeof portsFrom>;
  readonly #children = new Map<string, Child>();
  #chain: Anvil | null = null;
  #databases: DatabaseServer | null = null;
  readonly #databaseUrls = new Map<string, string>();
  #network!: Network;
  #dumping: NodeJS.Timeout | null = null;

  constructor(options: NetworkOptions, observers: Observers) {
    this.#options = options;
    this.#observers = observers;
    this.#state = new StateDirectory(options.directory);
    this.#ports = portsFrom(options.portBase);
  }

  async start(): Promise<RunningNetwork> {
    const { phase } = this.#observers;
    const state = this.#state;
    state.folder();
    const resumed = state.exists("public.json");
    // What another version left is refused before anything of it is started, and changed.
    if (resumed && state.exists("network.json")) openNetwork(state.root);
    await requireFreePorts(portUses(this.#ports, this.#gateways));
    const [chain, databases] = await Promise.all([
      phase(
        "Chain",
        () => this.#startChain(),
        (anvil) => `${anvil.resumed ? "resumed" : "new"}, ${anvil.rpcUrl}`,
      ),
      phase(
        "PostgreSQL",
        () => this.#startDatabases(),
        ({ embedded }) =>
          `${embedded === null ? "at DATABASE_URL" : `port ${embedded.port}`}, one database per program`,
      ),
    ]);
    if (resumed && !chain.resumed) {
      throw new WayleaveError(
        "state-invalid",
        `${state.path("chain")} was lost, but the network was made on it: remove ${state.root} to begin anew`,
        {
          directory: state.root,
        },
      );
    }
    this.#network = resumed
      ? networkSchema.parse(state.readJson("public.json"))
      : await phase(
          "Contracts",
          () => this.#makeNetwork(chain),
          (network) =>
            `${Object.keys(network.contracts).length} deployed, epochs of ${network.schedule.epochMs / 1000} s`,
        );
    this.#dumping = setInterval(() => void this.#saveChain(chain), this.#network.schedule.epochMs);
    const count = this.#options.storage + this.#options.cheaters;
    const gateways = this.#gateways === 0 ? "" : ` and ${this.#gateways} gateway agents`;
    // All at once: they find each other by dialling again until somebody answers.
    const [front] = await Promise.all([
      phase(
        "Front",
        () => this.startFront(),
        () => `S3 on port ${this.#ports.s3}, API on port ${this.#ports.front}`,
      ),
      phase(
        "Verifiers",
        () => this.#startVerifiers(),
        (children) => `${children.length} started, quorum ${Math.ceil((2 * children.length) / 3)}`,
      ),
      phase(
        "Devices",
        () => this.#startDevices(),
        () => `${count} storage devices${gateways}, each dialling out from a network of its own`,
      ),
    ]);
    const demo = demoKeys(this.#state, front);
    const lorawan =
      this.#gateways === 0
        ? null
        : await phase(
            "Radio",
            () => this.#startRadio(demo.apiKey, front),
            (radio) => `simulated: ${this.#gateways} gateways over UDP, ${radio?.devEuis.length ?? 0} LoRaWAN devices`,
          );
    const file = networkFileOf(this.#place(), { ...demo, region: "local", bucket: "demo", lorawan });
    state.writeJson(file, "network.json");
    await phase(
      "Joined",
      () => this.#devicesJoined(file.endpoints.front),
      ({ storage, gateways: agents }) =>
        this.#gateways === 0
          ? `${storage} devices serve the front`
          : `${storage} storage devices and ${agents} gateway agents serve the front`,
    );
    return {
      file,
      state,
      resumed,
      mustRecover: mustRecover(front),
      children: this.#children,
      chain,
      postgres: databases.embedded,
      databaseUrls: this.#databaseUrls,
      memory: () => this.#memory(),
      startDevice: (index, cheat) => this.#startDevice(index, cheat),
      startGateway: (index) => this.#startGateway(index),
      startFront: () => this.startFront(),
      stop: () => this.stop(),
    };
  }

  /** A failure costs nothing until a kill -9, and the next epoch tries again: so it is told, and nothing stops. */
  async #saveChain(chain: Anvil): Promise<void> {
    try {
      await chain.dump();
    } catch (error) {
      say(`The chain was not saved to disk this epoch: ${String(error)}`);
    }
  }

  /** Orderly: those who serve first, then what they stand on. */
  async stop(): Promise<void> {
    if (this.#dumping !== null) clearInterval(this.#dumping);
    const named = [...this.#children];
    const stopAll = (prefix: string) =>
      Promise.all(named.filter(([name]) => name.startsWith(prefix)).map(([, child]) => child.stop()));
    // Verifiers before devices: nobody is to be judged for a stop that was asked for.
    await stopAll("radio");
    await stopAll("front");
    await stopAll("verifier");
    await stopAll("device");
    await stopAll("gateway");
    await this.#chain?.stop();
    await this.#databases?.stop();
  }

  async #startChain(): Promise<Anvil> {
    this.#chain = await startAnvil({
      stateDir: this.#state.folder("chain"),
      chainId: CHAIN_ID,
      port: this.#ports.chain,
    });
    this.#watch("chain", this.#chain);
    return this.#chain;
  }

  async #startDatabases(): Promise<DatabaseServer> {
    const server = await openDatabaseServer({
      databaseUrl: process.env["DATABASE_URL"],
      stateDir: this.#state.folder("postgres"),
      port: this.#ports.postgres,
    });
    this.#databases = server;
    if (server.embedded !== null) this.#watch("PostgreSQL", server.embedded);
    const names = ["front", ...Array.from({ length: VERIFIERS }, (_, i) => `verifier_${i + 1}`)];
    for (const name of names) this.#databaseUrls.set(name, await server.database(name));
    return server;
  }

  /** Tells when a part that is no program of ours ends by itself. */
  #watch(name: string, part: Pick<Anvil, "exited" | "lastLines">): void {
    void part.exited.then((exit) => {
      if (!exit.expected) this.#observers.onCrash({ ...exit, name, lastLines: part.lastLines() });
    });
  }

  async #makeNetwork(chain: Anvil): Promise<Network> {
    const state = this.#state;
    const ports = this.#ports;
    const network = await deployLocal(chain, this.#options.epochMs, {
      deployer: state.account("deployer"),
      treasury: state.account("treasury"),
      operator: {
        ...operatorKeys(state.secret("recovery")),
        endpoint: formatEndpoint(`http://127.0.0.1:${ports.front}`, ports.frontLink),
      },
      verifiers: Array.from({ length: VERIFIERS }, (_, i) => ({
        account: state.account(`verifier-${i + 1}`),
        linkKey: deviceKeyFromSeed(state.secret(`verifier-${i + 1}-link`)),
        endpoint: formatEndpoint(verifierUrl(ports, i), ports.verifierLink + i * VERIFIER_PORT_STEP),
      })),
    });
    state.writeJson(network, "public.json");
    return network;
  }

  #startVerifiers(): Promise<Child[]> {
    return Promise.all(Array.from({ length: VERIFIERS }, (_, i) => this.#startVerifier(i)));
  }

  #startVerifier(i: number): Promise<Child> {
    const databaseUrl = this.#databaseUrls.get(`verifier_${i + 1}`)!;
    return this.#startChild(
      `verifier-${i + 1}`,
      moduleOf("verifier/main.ts"),
      verifierConfig(this.#place(), i, databaseUrl),
    );
  }

  #place(): Place {
    return { network: this.#network, state: this.#state, ports: this.#ports, options: this.#options };
  }

  async startFront(): Promise<Child> {
    return this.#startChild(
      "front",
      moduleOf("front/main.ts"),
      frontConfig(this.#place(), this.#databaseUrls.get("front")!),
    );
  }

  async #startDevices(): Promise<void> {
    const { storage, cheaters } = this.#options;
    const cheats = ["lose-data", "offline", "omit-pieces", "restore-snapshot", "replay-answers", "corrupt-data"];
    await Promise.all(
      Array.from({ length: storage + cheaters }, (_, i) =>
        this.#startDevice(i + 1, i < storage ? undefined : cheats[(i - storage) % cheats.length]!),
      ),
    );
    await Promise.all(Array.from({ length: this.#gateways }, (_, i) => this.#startGateway(i + 1)));
  }

  #startGateway(index: number): Promise<Child> {
    return this.#startChild(`gateway-${index}`, moduleOf("agent/main.ts"), gatewayAgentConfig(this.#place(), index));
  }

  get #gateways(): number {
    return this.#options.gateways ?? 0;
  }

  /** The demo customer registers its devices, then the simulated world begins. */
  async #startRadio(apiKey: string, front: Child): Promise<NetworkFile["demo"]["lorawan"]> {
    const application = mustRecover(front)
      ? demoApplicationOfLastTime(this.#state)
      : await demoApplication(frontUrl(this.#ports), apiKey, this.#state);
    if (application === null) return null;
    const { applicationId, devices } = application;
    const config = radioConfig(this.#place(), devices);
    await this.#startChild("radio", moduleOf("../testbed/radio/main.ts"), config);
    return { applicationId, devEuis: devices.map(({ devEui }) => devEui) };
  }

  #startDevice(index: number, cheat?: string): Promise<Child> {
    const config = storageAgentConfig(this.#place(), index);
    const name = `device-${index}`;
    if (cheat === undefined) return this.#startChild(name, moduleOf("agent/main.ts"), config);
    return this.#startChild(name, moduleOf("../testbed/cheatingAgent.ts"), config, [cheat]);
  }

  async #startChild(name: string, module: string, config: object, args: readonly string[] = []): Promise<Child> {
    const file = this.#state.writeJson(config, "config", `${name}.json`);
    this.#state.folder("logs");
    const child = await startChild({
      name,
      module,
      args: [file, ...args],
      logFile: this.#state.path("logs", `${name}.log`),
      nodeFlags: name === "front" ? MEMORY_FLAGS.front : /^(device|gateway)-/.test(name) ? MEMORY_FLAGS.agent : [],
      onCrash: this.#observers.onCrash,
    });
    this.#children.set(name, child);
    return child;
  }

  /** Until every device passed its first challenge, was registered and serves the front; a slow one is not waited for long. */
  async #devicesJoined(frontUrl: string): Promise<{ readonly storage: number; readonly gateways: number }> {
    const wanted = this.#options.storage;
    for (const until = performance.now() + JOIN_PATIENCE_MS; ; await pause(JOIN_LOOK_MS)) {
      const response = await fetch(`${frontUrl}/v1/status`);
      const { serving, wireless } = statusSchema.parse(await response.json());
      const gateways = wireless.agents.filter(({ connected }) => connected).length;
      const isEverybody = serving >= wanted && gateways >= this.#gateways;
      if (isEverybody || performance.now() > until) return { storage: serving, gateways };
    }
  }

  #memory(): ReadonlyMap<string, number> {
    const parts = new Map<string, number>([["supervisor", process.memoryUsage.rss()]]);
    for (const [name, child] of this.#children) parts.set(name, child.residentBytes() ?? 0);
    parts.set("chain", this.#chain?.residentBytes() ?? 0);
    parts.set("postgres", this.#databases?.embedded?.residentBytes() ?? 0);
    return parts;
  }
}

function moduleOf(relative: string): string {
  return path.resolve(import.meta.dirname, "../..", relative);
}
