import type { Abi } from "viem";
import { type Fact, WayleaveError } from "@wayleave/core/errors";
import { burnAuctionAbi } from "./generated/BurnAuction.ts";
import { escrowAbi } from "./generated/Escrow.ts";
import { registryAbi } from "./generated/Registry.ts";
import { settlementAbi } from "./generated/Settlement.ts";
import { wayAbi } from "./generated/Way.ts";

/** Every named error of our contracts: one contract passes on what another it calls says. */
const namedErrors: Abi = [settlementAbi, escrowAbi, registryAbi, wayAbi, burnAuctionAbi].flatMap((abi) =>
  abi.filter((item) => item.type === "error"),
);

/** Facts longer than this are cut: a node's message may quote a whole transaction. */
const FACT_CHARS_MAX = 500;

/**
 * Turns whatever viem or a node threw into a {@link WayleaveError}: `chain-reverted` with the contract's error as fact
 * `error` and its arguments as further facts; `chain-unreachable` (retryable) when the node did not answer;
 * `chain-failed` otherwise. The node is not trusted: only error names of ours are taken from it.
 * @param action - what was tried, for people: `openEpoch`.
 */
export async function chainError(action: string, error: unknown): Promise<WayleaveError> {
  if (error instanceof WayleaveError) return error;
  const { BaseError, HttpRequestError, TimeoutError, decodeErrorResult } = await import("viem");
  const facts: Record<string, Fact> = { action };
  if (!(error instanceof BaseError)) {
    return new WayleaveError("chain-failed", `${action} failed: ${cut(String(error))}`, facts, { cause: error });
  }
  const data = revertData(error);
  if (data !== null) {
    try {
      const { errorName, args, abiItem } = decodeErrorResult({ abi: namedErrors, data });
      const inputs = "inputs" in abiItem ? abiItem.inputs : [];
      inputs.forEach((input, i) => (facts[input.name ?? String(i)] = factOf((args as readonly unknown[])[i])));
      return new WayleaveError("chain-reverted", `${action} was refused: ${errorName}`, { ...facts, error: errorName });
    } catch {
      // an error that is none of ours: the node's own words below
    }
  }
  if (error.walk((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError) !== null) {
    const message = `${action}: the chain's node does not answer`;
    return new WayleaveError("chain-unreachable", message, facts, { retryable: true, cause: error });
  }
  const reason = cut(error.details || error.shortMessage);
  const code = /revert/i.test(reason) ? "chain-reverted" : "chain-failed";
  return new WayleaveError(code, `${action} failed: ${reason}`, { ...facts, error: reason }, { cause: error });
}

/** Whether a contract refused with this named error. */
export function isRefusal(error: unknown, name: string): boolean {
  return error instanceof WayleaveError && error.code === "chain-reverted" && error.facts["error"] === name;
}

/** Errors nest differently by node and method; the revert's bytes lie in `data` of one of them. */
function revertData(error: { walk(test: (cause: unknown) => boolean): unknown }): `0x${string}` | null {
  let found: `0x${string}` | null = null;
  error.walk((cause) => {
    const { data, raw } = cause as { data?: unknown; raw?: unknown };
    const candidate = [data, raw, (data as { data?: unknown } | undefined)?.data].find(isHexData);
    if (candidate !== undefined) found = candidate;
    return candidate !== undefined;
  });
  return found;
}

function isHexData(value: unknown): value is `0x${string}` {
  return typeof value === "string" && /^0x([0-9a-fA-F]{2}){4,}$/.test(value);
}

function factOf(value: unknown): Fact {
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return value;
  return cut(typeof value === "string" && value.startsWith("0x") ? value.toLowerCase() : String(value));
}

function cut(text: string): string {
  return text.length > FACT_CHARS_MAX ? `${text.slice(0, FACT_CHARS_MAX)}…` : text;
}
