import { epochStart } from "@wayleave/core/time";
import colors from "picocolors";
import { age, duration } from "../ages.ts";
import type { NetworkFile } from "../network/networkFile.ts";
import { openNetwork } from "../network/openNetwork.ts";
import { sizeText } from "../s3/transferProgress.ts";
import { type DeviceView, type NetworkStatus, networkStatus } from "../status/networkStatus.ts";
import { wirelessLines } from "../status/wirelessLines.ts";
import { print, printJson, table } from "../terminal.ts";

/** Figures older than this many epochs are shown dimmed: what they say may no longer be so. */
const STALE_EPOCHS = 2;

/** Shows what runs, where it stands and how healthy the data is. */
export async function status(options: Record<string, string>): Promise<void> {
  const { file } = openNetwork(options["dir"]!);
  const found = await networkStatus(file);
  if (options["json"]) return printJson(found);
  print(statusText(file, found).join("\n"));
}

/** The status as lines of text. */
export function statusText({ network }: NetworkFile, found: NetworkStatus): string[] {
  const { epoch, nowMs, chain, statement } = found;
  const leftMs = epochStart(network.schedule, epoch + 1) - nowMs;
  const when = epoch < 0 ? "the first epoch begins" : "the next begins";
  return [
    `Network ${network.name}, epoch ${epoch} of ${duration(network.schedule.epochMs)} (${when} in ${duration(leftMs)})`,
    `Chain        block ${chain.block}, ${age(nowMs - chain.blockAtMs)}`,
    statement === null
      ? "Statement    none posted yet: the first follows some seconds after the first epoch"
      : `Statement    epoch ${statement.epoch}, ${statement.final ? "final" : "in its dispute window"}, ` +
        `${statement.signers} signatures, posted ${age(nowMs - statement.postedAtMs)}`,
    "",
    ...verifierLines(found),
    "",
    ...frontLines(found),
    "",
    ...deviceLines(network.schedule.epochMs, epochEnd(network, found), found),
    ...wirelessLines(found),
  ];
}

function verifierLines({ verifiers, verifiersAgree, nowMs }: NetworkStatus): string[] {
  const agree = { true: "they agree", false: colors.red("THEY DISAGREE"), null: "too few answer to compare" };
  return [
    `Verifiers: ${verifiers.filter(({ status: each }) => each !== null).length} of ${verifiers.length} answer; ` +
      agree[String(verifiersAgree) as keyof typeof agree],
    table([
      ["ACCOUNT", "URL", "EPOCH", "LINKED", "LAST STATEMENT", "CLOCK"],
      ...verifiers.map(({ account, url, status: each, reason, skewMs }) =>
        each === null
          ? [account, url, "", "", reason ?? "does not answer", ""]
          : [
              ...[account, url, String(each.epoch), `${each.devices.linked} of ${each.devices.registered}`],
              each.lastStatement === null ? "none" : `epoch ${each.lastStatement.epoch}`,
              `${skewMs! >= 0 ? "+" : ""}${skewMs} ms, ${age(nowMs - each.nowMs)}`,
            ],
      ),
    ]),
  ];
}

function frontLines({ front: { status: front, reason }, nowMs }: NetworkStatus): string[] {
  if (front === null) return [`Front: ${colors.red(reason ?? "does not answer")}`];
  const heading = `Front: ${front.state}; ${front.linked} devices linked, ${front.serving} of them serve storage`;
  const { storage } = front;
  if (storage === null) return [colors.red(heading)];
  const { segments, snapshots, lastScanMs } = storage;
  const lost = `${segments.lost} lost`;
  const ago = (atMs: number | null, never: string) => (atMs === null ? never : age(nowMs - atMs));
  return [
    heading,
    `  Segments   ${segments.healthy} healthy, ${segments.degraded} degraded, ${segments.atRisk} at risk, ` +
      `${segments.lost > 0 ? colors.red(lost) : lost}, ${storage.misplaced} misplaced (${ago(lastScanMs, "not looked over yet")})`,
    `  Repairs    ${storage.segmentsRepaired} segments, ${storage.shardsRebuilt} shards, ${sizeText(storage.rebuiltBytes)} ` +
      `rebuilt since it started; ${storage.withoutSpareDevices} wait for a spare device`,
    `  Snapshots  metadata on the devices as of ${ago(snapshots.shippedUntilMs, "never")}` +
      (snapshots.failures > 0 ? colors.yellow(`, ${snapshots.failures} failures`) : ""),
  ];
}

/** When the epoch of the bundle ended that the devices' figures are from. */
function epochEnd(network: NetworkFile["network"], { bundleEpoch }: NetworkStatus): number | null {
  return bundleEpoch === null ? null : epochStart(network.schedule, bundleEpoch + 1);
}

function deviceLines(epochMs: number, seenAtMs: number | null, found: NetworkStatus): string[] {
  const { devices, devicesRegistered, verifiers, nowMs } = found;
  if (devices.length === 0) return ["Devices: none registered yet"];
  const answering = verifiers.filter(({ status: each }) => each !== null).length;
  const stale = seenAtMs === null || nowMs - seenAtMs > STALE_EPOCHS * epochMs;
  const seen = seenAtMs === null ? "no bundle says where they stand" : `space and place ${age(nowMs - seenAtMs)}`;
  const lines = [
    `Devices: ${devicesRegistered} registered; ${stale ? colors.dim(seen) : seen}`,
    table([
      ["DEVICE", "KIND", "OWNER", "NETWORK", "LINKED", "STANDING", "USED", "FREE"],
      ...devices.map((device) => deviceRow(device, answering)),
    ]),
  ];
  if (devicesRegistered > devices.length) lines.push(`Only the first ${devices.length} are listed`);
  return lines;
}

function deviceRow(view: DeviceView, answering: number): string[] {
  const { device, kind, owner, network, prefix, linkedTo, fault, usedBytes, freeBytes } = view;
  const unknown = kind === "storage" ? "?" : "-";
  return [
    device,
    kind,
    owner ?? "unclaimed",
    network === null ? "?" : `AS${network} ${prefix}`,
    `${linkedTo} of ${answering}`,
    fault === null ? "good" : `${fault.code} (epoch ${fault.epoch}, ${fault.verifiers} verifiers)`,
    usedBytes === null ? unknown : sizeText(usedBytes),
    freeBytes === null ? unknown : sizeText(freeBytes),
  ];
}
