import type { Hex, LocalAccount } from "viem";
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { AccountKey } from "@wayleave/core/accountKey";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { chainError } from "./chainError.ts";
import type { ChainClient } from "./connection.ts";

/** Callers waiting beyond this are a loop gone wild, not work. */
const QUEUE_MAX = 1_000;
/** Nodes keep 16 to 64 transactions of one account in their pools. */
const FLYING_MAX = 16;
/** Mined ones watched for a reorganization, and for how many blocks: two local epochs, four times finality's depth. */
const WATCHED_MAX = 512;
const WATCH_BLOCKS = 128n;
/** From the call to its block, a restart of the node included. */
const TIMEOUT_MS = 180_000;
const POLL_MS = 250;
/** While nothing pends and only reorganizations are watched for. */
const WATCH_POLL_MS = 1_000;
/** A node that restarted has lost its pool. */
const REBROADCAST_MS = 3_000;
/** Not mined for so long, its fee is too low: signed again with twice the fee. */
const BUMP_MS = 30_000;
/** How often one call is signed with a fresh nonce because another use of the account took its own. */
const ATTEMPTS_MAX = 5;
/** Estimates are for the last block's state; the next one's may need more. */
const GAS_MARGIN_PERCENT = 130n;
/** Unused gas costs nothing. */
const GAS_JITTER = 10_000;

/** A transaction to be. */
export interface OutboxCall {
  /** For people and logs: `openEpoch 7`. */
  readonly name: string;
  readonly to: Address;
  readonly data: Hex;
}

export interface MinedCall {
  readonly hash: Hash32;
  readonly blockNumber: bigint;
}

/** Sends one account's transactions. All uses of an account within a program share one outbox. */
export interface Outbox {
  readonly address: Address;
  /**
   * Resolves when the call is mined and succeeded. Calls may be mined in the same block, in the order of sending.
   * @throws WayleaveError `chain-reverted` with the contract's error, `outbox-full`, `chain-timeout` (retryable: it may
   *   still be mined), `chain-replaced`, `chain-closed`.
   */
  send(call: OutboxCall): Promise<MinedCall>;
  /** Calls not mined yet. */
  pending(): number;
  /** Gives up what pends. Idempotent. */
  close(): void;
}

interface Entry {
  readonly call: OutboxCall;
  readonly deadline: number;
  readonly settle: { resolve(mined: MinedCall): void; reject(error: WayleaveError): void };
  /** Its caller was answered already: it comes back only because its block did not stay. */
  answered: boolean;
  attempts: number;
  nonce: number;
  gas: bigint;
  raw: Hex;
  /** Every transaction signed for it at this nonce; at most one of them is mined. */
  hashes: Hash32[];
  signedAt: number;
  broadcastAt: number;
  /** How often its nonce was seen used while none of its transactions was mined. */
  missing: number;
  minedIn: { readonly hash: Hash32; readonly number: bigint } | null;
}

/**
 * Nonces are given here, one after the other; what is lost by a restarted node or a reorganization is sent again with
 * the same nonce, so that no call happens twice. Lives in memory: what a killed program had not sent is its duties' to
 * find missing.
 */
export async function openOutbox(client: ChainClient, key: AccountKey, log?: Logger): Promise<Outbox> {
  const { privateKeyToAccount } = await import("viem/accounts");
  return new AccountOutbox(client, privateKeyToAccount(key.exportPrivateKey()), key.address, log);
}

class AccountOutbox implements Outbox {
  readonly address: Address;
  readonly #client: ChainClient;
  readonly #account: LocalAccount;
  readonly #log: Logger | undefined;
  #queue: Entry[] = [];
  #flying: Entry[] = [];
  #watched: Entry[] = [];
  #nextNonce: number | null = null;
  #running = false;
  readonly #closed = new AbortController();
  #wake = new AbortController();

  constructor(client: ChainClient, account: LocalAccount, address: Address, log: Logger | undefined) {
    this.#client = client;
    this.#account = account;
    this.address = address;
    this.#log = log;
  }

  send(call: OutboxCall): Promise<MinedCall> {
    const facts = { action: call.name };
    if (this.#closed.signal.aborted) {
      return Promise.reject(new WayleaveError("chain-closed", `${call.name}: the outbox is closed`, facts));
    }
    if (this.#queue.length >= QUEUE_MAX) {
      const message = `${call.name}: ${QUEUE_MAX} transactions wait already`;
      return Promise.reject(new WayleaveError("outbox-full", message, facts, { retryable: true }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...freshEntry(call), settle: { resolve, reject } });
      this.#wake.abort();
      if (!this.#running) void this.#run();
    });
  }

  pending(): number {
    return this.#queue.length + this.#flying.length;
  }

  close(): void {
    this.#closed.abort();
    this.#wake.abort();
    for (const entry of [...this.#queue, ...this.#flying]) {
      const { name } = entry.call;
      this.#fail(entry, new WayleaveError("chain-closed", `${name}: the outbox was closed`, { action: name }));
    }
    this.#queue = [];
    this.#flying = [];
    this.#watched = [];
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (!this.#closed.signal.aborted && this.pending() + this.#watched.length > 0) {
      try {
        await this.#findReorganized();
        await this.#sendQueued();
        await this.#look();
      } catch (error) {
        this.#log?.debug({ reason: String(error) }, "Chain does not answer, trying again");
      }
      this.#expire();
      this.#wake = new AbortController();
      const idle = this.pending() === 0;
      if (this.#queue.length > 0 && this.#flying.length < FLYING_MAX) continue;
      // Watching alone must not keep a program alive.
      await pause(idle ? WATCH_POLL_MS : POLL_MS, undefined, { ref: !idle, signal: this.#wake.signal }).catch(
        () => undefined,
      );
    }
    this.#running = false;
  }

  /** Mined calls whose block did not stay come back to be sent again, same nonce, same bytes. */
  async #findReorganized(): Promise<void> {
    const newest = this.#watched.at(-1);
    if (newest === undefined || newest.minedIn === null) return;
    if ((await this.#canonicalHash(newest.minedIn.number)) === newest.minedIn.hash) return;
    const lost: Entry[] = [];
    for (const entry of this.#watched) {
      if ((await this.#canonicalHash(entry.minedIn!.number)) === entry.minedIn!.hash) continue;
      Object.assign(entry, { minedIn: null, broadcastAt: 0, missing: 0 });
      lost.push(entry);
    }
    this.#watched = this.#watched.filter((entry) => entry.minedIn !== null);
    this.#flying = [...lost, ...this.#flying].sort((a, b) => a.nonce - b.nonce);
    this.#nextNonce = null;
    this.#log?.warn({ account: this.address, calls: lost.length }, "Sending again what a reorganization undid");
  }

  async #canonicalHash(number: bigint): Promise<Hash32 | null> {
    const block = await this.#client.getBlock({ blockNumber: number }).catch(absent("BlockNotFoundError"));
    return block?.hash ?? null;
  }

  async #sendQueued(): Promise<void> {
    while (this.#flying.length < FLYING_MAX) {
      const entry = this.#queue[0];
      if (entry === undefined) return;
      try {
        await this.#prepare(entry);
      } catch (error) {
        const failure = await chainError(entry.call.name, error);
        if (failure.retryable) throw failure;
        this.#drop(entry);
        this.#fail(entry, failure);
        continue;
      }
      this.#drop(entry);
      if (this.#closed.signal.aborted) return;
      await this.#broadcast(entry);
    }
  }

  async #prepare(entry: Entry): Promise<void> {
    const { to, data } = entry.call;
    const [gas, pendingNonce] = await Promise.all([
      // Pending: in the block it will run in, after what this account sent before.
      this.#client.estimateGas({ account: this.address, to, data, blockTag: "pending" }),
      this.#client.getTransactionCount({ address: this.address, blockTag: "pending" }),
    ]);
    const flyingNonces = this.#flying.map((other) => other.nonce + 1);
    entry.nonce = Math.max(pendingNonce, this.#nextNonce ?? 0, ...flyingNonces);
    // Two programs with one account could sign the very same bytes and both take the one transaction for theirs.
    entry.gas = (gas * GAS_MARGIN_PERCENT) / 100n + BigInt(randomInt(GAS_JITTER));
    entry.hashes = [];
    await this.#sign(entry, 2n);
    this.#nextNonce = entry.nonce + 1;
  }

  async #sign(entry: Entry, feeFactor: bigint): Promise<void> {
    const fees = await this.#client.estimateFeesPerGas();
    entry.raw = await this.#account.signTransaction({
      type: "eip1559",
      chainId: this.#client.chain.id,
      nonce: entry.nonce,
      gas: entry.gas,
      to: entry.call.to,
      data: entry.call.data,
      maxFeePerGas: fees.maxFeePerGas * feeFactor,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas * (feeFactor / 2n),
    });
    const { keccak256 } = await import("viem");
    entry.hashes.push(keccak256(entry.raw));
    entry.signedAt = performance.now();
  }

  async #broadcast(entry: Entry): Promise<void> {
    entry.broadcastAt = performance.now();
    if (!this.#flying.includes(entry)) this.#flying.push(entry);
    try {
      await this.#client.sendRawTransaction({ serializedTransaction: entry.raw });
    } catch (error) {
      // Known already, its nonce taken, or the node gone: the next look tells which.
      this.#log?.debug(
        { action: entry.call.name, reason: String(error).slice(0, 200) },
        "Node did not take a transaction",
      );
    }
  }

  async #look(): Promise<void> {
    if (this.#flying.length === 0) return this.#forgetOld();
    // Read before the receipts: a nonce used by then has its receipt by now.
    const used = await this.#client.getTransactionCount({ address: this.address, blockTag: "latest" });
    for (const entry of [...this.#flying]) {
      const receipt = await this.#receiptOf(entry);
      if (receipt !== null) await this.#land(entry, receipt);
      else if (used > entry.nonce) this.#replaced(entry);
      else if (performance.now() - entry.broadcastAt > REBROADCAST_MS) {
        if (performance.now() - entry.signedAt > BUMP_MS && entry.hashes.length < ATTEMPTS_MAX) {
          await this.#sign(entry, 2n ** BigInt(entry.hashes.length + 1));
        }
        await this.#broadcast(entry);
      }
    }
  }

  async #receiptOf(entry: Entry): Promise<Receipt | null> {
    for (const hash of entry.hashes) {
      const receipt = await this.#client
        .getTransactionReceipt({ hash })
        .catch(absent("TransactionReceiptNotFoundError"));
      if (receipt !== null) return receipt;
    }
    return null;
  }

  async #land(entry: Entry, receipt: Receipt): Promise<void> {
    this.#drop(entry);
    if (receipt.status === "reverted") return this.#fail(entry, await this.#whyReverted(entry));
    entry.minedIn = { hash: receipt.blockHash, number: receipt.blockNumber };
    this.#watched.push(entry);
    this.#watched.sort((a, b) => (a.minedIn!.number < b.minedIn!.number ? -1 : 1));
    if (this.#watched.length > WATCHED_MAX) this.#watched.shift();
    if (!entry.answered) entry.settle.resolve({ hash: receipt.transactionHash, blockNumber: receipt.blockNumber });
    entry.answered = true;
  }

  /** Its estimate passed and its execution did not: somebody was first. Asked again, the contract says what changed. */
  async #whyReverted(entry: Entry): Promise<WayleaveError> {
    const { name, to, data } = entry.call;
    try {
      await this.#client.call({ account: this.address, to, data });
    } catch (error) {
      return chainError(name, error);
    }
    const message = `${name} was refused when it was mined and would pass now`;
    return new WayleaveError("chain-reverted", message, { action: name, error: "unknown" }, { retryable: true });
  }

  /** Another use of this account took the nonce. Twice, because the node may answer from two states. */
  #replaced(entry: Entry): void {
    entry.missing += 1;
    if (entry.missing < 2) return;
    this.#drop(entry);
    this.#nextNonce = null;
    entry.missing = 0;
    entry.attempts += 1;
    if (entry.attempts < ATTEMPTS_MAX) return void this.#queue.unshift(entry);
    const { name } = entry.call;
    const message = `${name}: another use of the account took its nonce ${ATTEMPTS_MAX} times`;
    this.#fail(entry, new WayleaveError("chain-replaced", message, { action: name, account: this.address }));
  }

  async #forgetOld(): Promise<void> {
    const oldest = this.#watched[0];
    if (oldest === undefined) return;
    const head = await this.#client.getBlockNumber();
    this.#watched = this.#watched.filter((entry) => entry.minedIn!.number + WATCH_BLOCKS > head);
  }

  #expire(): void {
    const now = performance.now();
    for (const entry of [...this.#queue, ...this.#flying]) {
      if (now < entry.deadline || entry.answered) continue;
      const { name } = entry.call;
      this.#drop(entry);
      const message = `${name} was not mined within ${TIMEOUT_MS / 1000} s`;
      this.#fail(entry, new WayleaveError("chain-timeout", message, { action: name }, { retryable: true }));
    }
  }

  #drop(entry: Entry): void {
    this.#queue = this.#queue.filter((other) => other !== entry);
    this.#flying = this.#flying.filter((other) => other !== entry);
  }

  #fail(entry: Entry, error: WayleaveError): void {
    if (!entry.answered) return entry.settle.reject(error);
    this.#log?.warn({ action: entry.call.name, reason: error.message }, "Lost a transaction to a reorganization");
  }
}

interface Receipt {
  readonly status: "success" | "reverted";
  readonly blockHash: Hash32;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash32;
}

function freshEntry(call: OutboxCall): Omit<Entry, "settle"> {
  const times = { deadline: performance.now() + TIMEOUT_MS, signedAt: 0, broadcastAt: 0 };
  const blank = { answered: false, attempts: 0, nonce: 0, gas: 0n, raw: "0x" as Hex, missing: 0, minedIn: null };
  return { call, ...times, ...blank, hashes: [] };
}

/** For `catch`: null when viem says by this error that the thing is not there; anything else is thrown on. */
function absent(name: string): (error: unknown) => null {
  return (error) => {
    if (error instanceof Error && error.name === name) return null;
    throw error;
  };
}
