import { connect } from "node:net";
import { registryAt } from "@wayleave/chain/registryAt";
import { WayleaveError } from "@wayleave/core/errors";
import { formatUsd } from "@wayleave/core/money";
import { portsFrom, VERIFIER_PORT_STEP } from "@wayleave/core/ports";
import { epochAt } from "@wayleave/core/time";
import { age } from "../ages.ts";
import { withChain } from "../network/chainBooks.ts";
import { newestBundle, verifierPlaces } from "../network/fetchedBundles.ts";
import { fetchBytes, reasonOf } from "../network/httpJson.ts";
import type { NetworkFile } from "../network/networkFile.ts";
import type { LocalNetwork } from "../network/openNetwork.ts";
import { type NetworkStatus, networkStatus } from "../status/networkStatus.ts";
import { checked, fail, type Finding, ok, warn } from "./finding.ts";
import { wirelessFindings } from "./wirelessFindings.ts";
import { machineFindings } from "./machineFindings.ts";

export type { Finding } from "./finding.ts";

/** Local blocks come every second; an EVM network that shows none for a minute stands still. */
const BLOCK_AGE_WARN_MS = 10_000;
const BLOCK_AGE_FAIL_MS = 60_000;
/** Challenges have deadlines of seconds: a clock that is further off judges wrongly. */
const SKEW_WARN_MS = 500;
const SKEW_FAIL_MS = 2_000;
/** A statement follows within two epochs when verifiers agree. */
const STATEMENT_LATE_EPOCHS = 4;
/** Less of the deposit left than this part of what was ever promised: top it up. */
const HEADROOM_WARN_DIVISOR = 10n;
const CONNECT_TIMEOUT_MS = 5_000;
const RESTART = "run npm start; logs are in the state directory under logs/";

/** Everything that a network needs, each with what to do when it is missing. Asks every part; none of them changes. */
export async function findings({ file, state }: LocalNetwork, nowMs: () => number = Date.now): Promise<Finding[]> {
  // Ports first and alone: while other parts load their libraries, an answer could wait longer than its limit.
  const ports = await portFindings(file, state.exists("postgres"));
  const [machine, books, front, s3] = await Promise.all([
    machineFindings(state),
    checked("Chain", RESTART, () => networkFindings(file, nowMs)),
    checked("Front", RESTART, () => frontFindings(file)),
    checked("S3", RESTART, () => s3Findings(file)),
  ]);
  return [...machine, ...ports, ...books, ...front, ...s3];
}

/** Whether each port of this network has somebody listening. */
async function portFindings({ portBase, endpoints }: NetworkFile, embedded: boolean): Promise<Finding[]> {
  const ports = portsFrom(portBase);
  const uses = [
    { part: "chain", port: ports.chain },
    // With DATABASE_URL it is another server, and not on a port of ours.
    ...(embedded ? [{ part: "PostgreSQL", port: ports.postgres }] : []),
    { part: "front", port: ports.front },
    { part: "front links", port: ports.frontLink },
    { part: "S3", port: ports.s3 },
    { part: "MQTT", port: ports.mqtt },
    ...endpoints.verifiers.flatMap((_, i) => [
      { part: `verifier ${i + 1}`, port: ports.verifier + i * VERIFIER_PORT_STEP },
      { part: `verifier ${i + 1} links`, port: ports.verifierLink + i * VERIFIER_PORT_STEP },
    ]),
  ];
  const answers = await Promise.all(uses.map(async (use) => ({ ...use, open: await isListening(use.port) })));
  const closed = answers.filter(({ open }) => !open);
  if (closed.length === 0) return [ok("Ports", `all ${uses.length} from ${portBase} answer`)];
  return closed.map(({ part, port }) => fail("Ports", `nobody listens on ${port} (${part})`, RESTART));
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: CONNECT_TIMEOUT_MS });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

async function networkFindings(file: NetworkFile, nowMs: () => number): Promise<Finding[]> {
  const [status, deposit] = await Promise.all([networkStatus(file, nowMs), depositFinding(file, nowMs)]);
  return [
    chainFinding(status),
    statementFinding(file.network.schedule.disputeWindowMs, status),
    ...verifierFindings(status),
    ...deviceFindings(status),
    ...wirelessFindings({ ...status, expected: file.demo.lorawan !== null }),
    deposit,
  ];
}

/** Whether blocks come. */
export function chainFinding({ chain: { block, blockAtMs }, nowMs }: Pick<NetworkStatus, "chain" | "nowMs">): Finding {
  const elapsedMs = nowMs - blockAtMs;
  const detail = `block ${block}, ${age(elapsedMs)}`;
  if (elapsedMs > BLOCK_AGE_FAIL_MS) return fail("Chain", detail, `no block comes any more: ${RESTART}`);
  if (elapsedMs > BLOCK_AGE_WARN_MS) return warn("Chain", detail, "blocks come slowly: is the machine overloaded?");
  return ok("Chain", detail);
}

/** Whether epochs are settled. */
export function statementFinding(
  disputeWindowMs: number,
  { statement, epoch, nowMs }: Pick<NetworkStatus, "statement" | "epoch" | "nowMs">,
): Finding {
  const late = "verifiers do not agree or do not reach the chain: compare wayleave status and logs/verifier-*.log";
  if (statement === null) {
    if (epoch <= STATEMENT_LATE_EPOCHS) return ok("Settlement", "the first epoch is not settled yet");
    return fail("Settlement", `no epoch was ever settled, and epoch ${epoch} runs`, late);
  }
  const detail = `epoch ${statement.epoch} settled ${age(nowMs - statement.postedAtMs)}`;
  if (epoch - statement.epoch > STATEMENT_LATE_EPOCHS)
    return warn("Settlement", `${detail}; epoch ${epoch} runs`, late);
  if (!statement.final && nowMs - statement.postedAtMs > 2 * disputeWindowMs + BLOCK_AGE_WARN_MS) {
    return warn("Settlement", `${detail}, and its dispute window does not end`, "is the chain's clock behind?");
  }
  return ok("Settlement", detail);
}

/** Whether verifiers answer, agree and have the right time. */
export function verifierFindings({
  verifiers,
  verifiersAgree,
}: Pick<NetworkStatus, "verifiers" | "verifiersAgree">): Finding[] {
  const found: Finding[] = verifiers.map(({ url, status, reason, skewMs }) => {
    const check = `Verifier ${url}`;
    if (status === null || skewMs === null) return fail(check, reason ?? "does not answer", RESTART);
    const clock = `clock ${skewMs >= 0 ? "+" : ""}${skewMs} ms`;
    if (Math.abs(skewMs) > SKEW_FAIL_MS) return fail(check, clock, "set the time of both machines, with NTP");
    if (Math.abs(skewMs) > SKEW_WARN_MS) return warn(check, clock, "clocks drift, or the machine is overloaded");
    return ok(check, `${clock}, ${status.devices.linked} devices linked`);
  });
  if (verifiersAgree === false) {
    const advice = "wayleave verify says which of them recomputes";
    found.push(fail("Verifiers", "they see different statements of one epoch", advice));
  }
  return found;
}

/** One for each device that has something, one for all that are well. */
export function deviceFindings({ devices, verifiers }: Pick<NetworkStatus, "devices" | "verifiers">): Finding[] {
  const answering = verifiers.filter(({ status }) => status !== null).length;
  if (devices.length === 0) return [warn("Devices", "none is registered", "let one join: wayleave join --network …")];
  const found = devices.flatMap(({ device, linkedTo, fault }): Finding[] => {
    const check = `Device ${device.slice(0, 10)}…`;
    if (linkedTo === 0) return [fail(check, "no verifier has its link", "start its agent, and let it dial out")];
    const faults =
      fault === null
        ? []
        : [warn(check, `lost its place: ${fault.code} in epoch ${fault.epoch}`, "see wayleave status and its log")];
    if (linkedTo === answering) return faults;
    return [...faults, warn(check, `linked to ${linkedTo} of ${answering} verifiers`, "it may be blocked on the way")];
  });
  return found.length > 0 ? found : [ok("Devices", `all ${devices.length} linked and in good standing`)];
}

/** Whether the deposit still covers what is promised. Promised: the newest vouchers that verifiers publish. */
async function depositFinding({ network, accounts }: NetworkFile, nowMs: () => number): Promise<Finding> {
  const check = "Deposit";
  const [escrow, verifiers] = await withChain(network, async ({ reader, index, head }) => [
    await reader.escrow(accounts.payer),
    verifierPlaces((await registryAt(index, head.number)).verifiers),
  ]);
  const bundle = await newestBundle(network, verifiers, epochAt(network.schedule, nowMs()));
  const newest = new Map<string, bigint>();
  for (const { voucher } of bundle?.vouchers ?? []) {
    if (voucher.payer !== accounts.payer) continue;
    const pair = `${voucher.device}/${voucher.kind}`;
    const before = newest.get(pair) ?? 0n;
    newest.set(pair, voucher.totalMicroUsd > before ? voucher.totalMicroUsd : before);
  }
  const promised = [...newest.values()].reduce((sum, amount) => sum + amount, 0n);
  const left = escrow.committed - promised;
  const detail = `$${formatUsd(promised)} promised of $${formatUsd(escrow.committed)} deposited`;
  const advice = `deposit more for ${accounts.payer}: devices stop serving a payer whose vouchers are not firm`;
  if (left <= 0n) return fail(check, detail, advice);
  if (left < escrow.committed / HEADROOM_WARN_DIVISOR) return warn(check, detail, advice);
  return ok(check, detail);
}

/** The front answers, and with it its database: a customer's balance is read from there. */
async function frontFindings({ endpoints, demo }: NetworkFile): Promise<Finding[]> {
  const network = await fetchBytes(`${endpoints.front}/network`);
  const front = ok("Front", `${endpoints.front} answers (${network.byteLength} bytes of network)`);
  try {
    await fetchBytes(`${endpoints.front}/v1/balance`, { bearer: demo.apiKey });
    return [front, ok("PostgreSQL", "the front reads its books")];
  } catch (error) {
    if (!(error instanceof WayleaveError)) throw error;
    if (error.code === "key-unauthenticated") {
      return [front, fail("Demo key", error.message, "the front's database is another one: see wayleave recover")];
    }
    return [front, fail("PostgreSQL", `the front cannot read its books: ${error.message}`, RESTART)];
  }
}

/** Any HTTP answer will do: without a signature the right one is a refusal. */
async function s3Findings({ endpoints }: NetworkFile): Promise<Finding[]> {
  try {
    const response = await fetch(endpoints.s3, { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    await response.body?.cancel();
    if (response.status < 500) return [ok("S3", `${endpoints.s3} answers`)];
    return [fail("S3", `${endpoints.s3} answers with HTTP ${response.status}`, "see logs/front.log")];
  } catch (error) {
    return [fail("S3", `${endpoints.s3} does not answer: ${reasonOf(error)}`, RESTART)];
  }
}
