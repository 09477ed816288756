import type { AccountKey } from "@wayleave/core/accountKey";
import { registrationSchema } from "@wayleave/core/agentWire";
import { hexToBytes, utf8 } from "@wayleave/core/bytes";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { WayleaveError } from "@wayleave/core/errors";
import { keccakHex } from "@wayleave/core/hash";
import { type Address, idOfPublicKey } from "@wayleave/core/ids";
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
  readonly #issued = new Map<string, number[]>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @throws WayleaveError `admission-refused` with the reason, or what the chain said. */
  async admit(peer: LinkPeer, prefix: string, admission: Admission<LinkPeer>, signal: AbortSignal): Promise<void> {
    const { log, chain, requestTimeoutMs } = this.#needs;
    this.#spendTicket(prefix);
    const verdict = await admission.admit(peer, signal);
    if (!verdict.pass) {
      throw new WayleaveError("admission-refused", "The newcomer failed its first challenge", {
        device: peer.id,
        fault: verdict.fault,
      });
    }
    const { ticket, signature } = this.#ticket(peer.id, admission.rule.number, prefix);
    const answer = await tellJson(peer, "/register", { ticket, signature }, requestTimeoutMs);
    const {
      registration,
      publicKey,
      signature: deviceSignature,
    } = registrationSchema.parse(JSON.parse(new TextDecoder().decode(answer)));
    const key = hexToBytes(publicKey);
    const digest = typedDigest(this.#needs.registryDomain, REGISTER_DEVICE, registration);
    const genuine =
      idOfPublicKey(key) === peer.id && registration.device === peer.id && registration.kind === ticket.kind;
    if (!genuine || !verifyDeviceSignature(key, digest, hexToBytes(deviceSignature))) {
      throw new WayleaveError("admission-refused", "The newcomer's registration is not signed by its own key", {
        device: peer.id,
      });
    }
    await chain.registerDevice({
      publicKey: key,
      wish: registration,
      deviceSignature: hexToBytes(deviceSignature),
      ticket,
      ticketSignature: signature,
    });
    log.info({ device: peer.id, kind: admission.rule.name, owner: registration.owner }, "Registered a newcomer");
  }

  #ticket(device: Address, kind: number, prefix: string): { ticket: Ticket; signature: `0x${string}` } {
    const { clock, account, registryDomain } = this.#needs;
    const expiresAt = BigInt(Math.floor((clock.now() + TICKET_LIFETIME_MS) / 1000));
    const ticket = { device, kind: BigInt(kind), network: keccakHex(utf8(prefix)), expiresAt };
    return { ticket, signature: account.sign(typedDigest(registryDomain, TICKET, ticket)) };
  }

  #spendTicket(prefix: string): void {
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
  }
}
