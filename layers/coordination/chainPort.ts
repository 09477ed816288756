import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { RegisterDevice, Ticket } from "@wayleave/core/messages";
import type { MicroUsd, Way } from "@wayleave/core/money";
import type { PayerRow, PayoutRow, Statement } from "@wayleave/core/statement";
import type { SumNode } from "@wayleave/core/sumTree";
import type { Parameters } from "@wayleave/economy/parameters";
import type { RegistrySnapshot } from "./settle/settleInput.ts";

/** A verifier's public address, as registered. */
export interface VerifierEndpoint {
  readonly account: Address;
  /** Base URL of its HTTP API. */
  readonly url: string;
}

/** The statement the contract accepted last. */
export interface PostedStatement {
  readonly statement: Statement;
  readonly statementHash: Hash32;
  readonly postedAtMs: number;
  /** Its dispute window has passed. */
  readonly final: boolean;
}

export interface PayoutClaim extends PayoutRow {
  readonly index: number;
  readonly proof: readonly SumNode[];
}

export interface StatementPosting {
  readonly statement: Statement;
  readonly payerRows: readonly PayerRow[];
  readonly allottedByKind: readonly Way[];
  /** Ascending. */
  readonly bundleHeads: readonly Hash32[];
  /** Of verifiers, ascending by signer. */
  readonly signatures: readonly Hex[];
}

/** What a verifier's duties need from the chain. Reads are of canonical blocks; writes resolve when mined, and reject with the contract's named error. */
export interface CoordinationChain {
  parameters(): Promise<Parameters>;
  registryAt(block: bigint): Promise<RegistrySnapshot>;
  latestRegistry(): Promise<RegistrySnapshot>;
  verifierEndpoints(): Promise<readonly VerifierEndpoint[]>;
  /** What a payer may promise in all: lifetime deposits less withdrawals, pending ones included. */
  promisable(payer: Address): Promise<MicroUsd>;
  /** Null until somebody opened the epoch. `seed` is null until it is recorded. */
  epochSeed(
    epoch: number,
  ): Promise<{ readonly seedBlock: bigint; readonly seed: Hash32 | null; readonly seedMined: boolean } | null>;
  committedHeads(epoch: number): Promise<ReadonlyMap<Address, Hash32>>;
  lastStatement(): Promise<PostedStatement | null>;
  reserve(): Promise<Way>;
  claimed(account: Address): Promise<{ readonly dollars: MicroUsd; readonly way: Way }>;

  openEpoch(epoch: number): Promise<void>;
  recordSeed(epoch: number): Promise<void>;
  commitReveal(epoch: number, head: Hash32): Promise<void>;
  postStatement(posting: StatementPosting): Promise<void>;
  claimBatch(claims: readonly PayoutClaim[]): Promise<void>;
  registerDevice(registration: {
    readonly publicKey: Uint8Array;
    readonly wish: RegisterDevice;
    readonly deviceSignature: Uint8Array;
    readonly ticket: Ticket;
    readonly ticketSignature: Hex;
  }): Promise<void>;
}
