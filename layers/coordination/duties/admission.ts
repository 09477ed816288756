import type { AccountKey } from "@wayleave/core/accountKey";
import { registrationSchema } from "@wayleave/core/agentWire";
import { equalBytes, hexToBytes, utf8 } from "@wayleave/core/bytes";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { WayleaveError } from "@wayleave/core/errors";
import { keccakHex } from "@wayleave/core/hash";
import type { Address } from "@wayleave/core/ids";
import type { Admission, Logger } from "@wayleave/core/kind";
import { REGISTER_DEVICE, TICKET, type Ticket } from "@wayleave/core/messages";
import type { Clock } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import type { CoordinationChain } from "../chainPort.ts";
import { tellJson } from "../deviceLinks.ts";

/** A ticket is for now: long enough for a slow chain, too short to be collected. */
const TICKET_LIFETIME_MS = 10 * 60_000;
/** Newcomers let in from one /24 (or /48) in an hour: a farm behind one router waits, a household never notices. */
const TICKETS_PER_NETWORK_HOUR = 8;
const HOUR_MS = 3_600_000;
/** Prefixes remembered at once; the oldest is forgotten first. */
const MAX_NETWORKS = 65_536;
/** First challenges under way at once: each holds a megabyte or so for as long as a slow line takes. */
const MAX_UNDER_WAY = 32;

interface Needs {
  readonly chain: Pick<CoordinationChain, "registerDevice">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly account: AccountKey;
  /** Of the Registry. */
  readonly registryDomain: SigningDomain;
  readonly requestTimeoutMs: number;
}

/**
 * Lets newcomers in: a real challenge of their kind, then a signed ticket, the device's own wish, and one transaction
 * that this verifier pays for. Spam costs the spammer work; the relayer's cost is bounded by network and hour.
 */
export class Doorkeeper {
  readonly #needs: Needs;
  /** When tickets were spent, by network. */
  readonly #issued = new Map<string, number[]>();
  readonly #underWay = new Set<Address>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * @param isRegistered - asked when something failed: several verifiers may let in one newcomer, one is quickest.
   * @returns false when another verifier was quicker, which costs this network nothing here.
   * @throws WayleaveError `admission-refused` or `admission-busy` with the reason, or what the chain said.
   */
  async admit(
    peer: LinkPeer,
    prefix: string,
    admission: Admission<LinkPeer>,
    isRegistered: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (this.#underWay.size >= MAX_UNDER_WAY || this.#underWay.has(peer.id)) {
      throw new WayleaveError("admission-busy", "Others are being let in: come back later", {}, { retryable: true });
    }
    const spentAt = this.#spendTicket(prefix);
    this.#underWay.add(peer.id);
    try {
      await this.#letIn(peer, prefix, admission, signal);
      return true;
    } catch (error) {
      if (signal.aborted || !(await isRegistered())) throw error;
      this.#giveBack(prefix, spentAt);
      return false;
    } finally {
      this.#underWay.delete(peer.id);
    }
  }

  async #letIn(peer: LinkPeer, prefix: string, admission: Admission<LinkPeer>, signal: AbortSignal): Promise<void> {
    const { log, chain, requestTimeoutMs } = this.#needs;
    const verdict = await admission.admit(peer, signal);
    if (!verdict.pass) throw refused("The newcomer failed its first challenge", peer, { fault: verdict.fault });
    const { ticket, signature } = this.#ticket(peer.id, admission.rule.number, prefix);
    const answer = await tellJson(peer, "/register", { ticket, signature }, requestTimeoutMs);
    const signed = this.#checkedRegistration(peer, ticket, answer);
    await chain.registerDevice({ ...signed, ticket, ticketSignature: signature });
    const { owner } = signed.wish;
    log.info({ device: peer.id, kind: admission.rule.name, owner }, "Registered a newcomer");
  }

  /** The device's own wish, or a refusal: whatever comes is hostile. */
  #checkedRegistration(peer: LinkPeer, ticket: Ticket, answer: Uint8Array) {
    const parsed = registrationSchema.safeParse(jsonOf(answer));
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join(".") ?? "";
      throw refused("The newcomer's registration is malformed", peer, { field });
    }
    const { registration: wish, publicKey, signature } = parsed.data;
    const key = hexToBytes(publicKey);
    const deviceSignature = hexToBytes(signature);
    const digest = typedDigest(this.#needs.registryDomain, REGISTER_DEVICE, wish);
    const own = equalBytes(key, peer.publicKey) && wish.device === peer.id && wish.kind === ticket.kind;
    if (!own || !verifyDeviceSignature(key, digest, deviceSignature)) {
      throw refused("The newcomer's registration is not signed by its own key", peer, {});
    }
    return { publicKey: key, wish, deviceSignature };
  }

  #ticket(device: Address, kind: number, prefix: string): { ticket: Ticket; signature: `0x${string}` } {
    const { clock, account, registryDomain } = this.#needs;
    const expiresAt = BigInt(Math.floor((clock.now() + TICKET_LIFETIME_MS) / 1000));
    const ticket = { device, kind: BigInt(kind), network: keccakHex(utf8(prefix)), expiresAt };
    return { ticket, signature: account.sign(typedDigest(registryDomain, TICKET, ticket)) };
  }

  /** @returns when it was spent, for giving it back. */
  #spendTicket(prefix: string): number {
    const now = this.#needs.clock.now();
    const recent = (this.#issued.get(prefix) ?? []).filter((at) => at > now - HOUR_MS);
    if (recent.length >= TICKETS_PER_NETWORK_HOUR) {
      throw new WayleaveError("admission-refused", "Too many newcomers from this network in the last hour", {
        prefix,
        perHour: TICKETS_PER_NETWORK_HOUR,
      });
    }
    this.#issued.delete(prefix);
    this.#issued.set(prefix, [...recent, now]);
    if (this.#issued.size > MAX_NETWORKS) this.#issued.delete(this.#issued.keys().next().value!);
    return now;
  }

  #giveBack(prefix: string, spentAt: number): void {
    const spent = this.#issued.get(prefix) ?? [];
    const index = spent.indexOf(spentAt);
    if (index >= 0) this.#issued.set(prefix, spent.toSpliced(index, 1));
  }
}

function refused(message: string, peer: LinkPeer, facts: Record<string, string>): WayleaveError {
  return new WayleaveError("admission-refused", message, { device: peer.id, ...facts });
}

/** Undefined when it is not JSON: no schema takes that. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
