import { readFile, writeFile } from "node:fs/promises";
import { chainWriter } from "@wayleave/chain/chainWriter";
import { formatUsd, formatWay, mulDivUp, MICRO_PER_USD } from "@wayleave/core/money";
import { verifyReport } from "../verify/verifyReport.ts";
import type { SettledEpoch } from "./networkWatch.ts";
import type { DemoScene } from "./scene.ts";
import { until } from "./until.ts";

const VERIFIERS = 3;
const QUORUM = 2;
const HONEST = [3, 4, 5, 6, 7, 8] as const;
/** The dispute window, a turn, and the claiming transaction. */
const CLAIMED_WITHIN_EPOCHS = 4;
/** The price falls while the transaction waits; it never rises between sales. */
const TAMPERED_FILE = "verdicts.parquet";

export function settleChapter({ story, network, watch }: DemoScene, { posted, tables }: SettledEpoch): Promise<void> {
  const { schedule } = network.file.network;
  return story.chapter("The epoch is settled on chain, and claimed", async () => {
    const { statement, signers, block } = posted;
    story.check(
      `epoch ${posted.epoch}: one transaction in block ${block}, signed by ${signers.length} of ${VERIFIERS} verifiers who each computed it`,
      signers.length >= QUORUM,
    );
    const { dollarsIn, devicesDollars, verificationDollars, auctionDollars } = statement;
    story.tell(
      `in $${formatUsd(dollarsIn)} = devices $${formatUsd(devicesDollars)} + verification $${formatUsd(verificationDollars)} + burn auction $${formatUsd(auctionDollars)}`,
    );
    story.check(
      "every dollar in went to devices, verification or the auction",
      dollarsIn > 0n && dollarsIn === devicesDollars + verificationDollars + auctionDollars,
    );
    const owners = HONEST.map((index) => network.state.account(`owner-${index}`).address);
    const due = owners.map((owner) => tables.payouts.find(({ account }) => account === owner)?.dollars ?? 0n);
    const received = await until("The owners' dollars arriving", CLAIMED_WITHIN_EPOCHS * schedule.epochMs, async () => {
      const held = await Promise.all(owners.map((owner) => watch.reader.claimed(owner)));
      return held.every(({ dollars }, i) => dollars >= due[i]! && dollars > 0n) ? held : null;
    });
    const balances = await Promise.all(owners.map((owner) => watch.reader.dollarsOf(owner)));
    story.check(
      `dollars arrived at all six owners' accounts: ${balances.map((each) => `$${formatUsd(each)}`).join(", ")}`,
      balances.every((balance, i) => balance > 0n && balance >= received[i]!.dollars),
    );
    await checkStipends();
    story.figure(
      "settledMicroUsd",
      dollarsIn,
      `$${formatUsd(dollarsIn)} settled in epoch ${posted.epoch} in one transaction, claimed for everybody`,
    );
  });

  async function checkStipends(): Promise<void> {
    const verifiers = Array.from({ length: VERIFIERS }, (_, i) => network.state.account(`verifier-${i + 1}`).address);
    const way = await until("The verifiers' stipend", CLAIMED_WITHIN_EPOCHS * schedule.epochMs, async () => {
      const held = await Promise.all(verifiers.map((verifier) => watch.reader.wayOf(verifier)));
      return held.every((each) => each > 0n) ? held : null;
    });
    story.check(`verifiers claimed their stipend: ${way.map((each) => formatWay(each)).join(", ")} WAY`, true);
  }
}

export function verifyChapter({ story, network }: DemoScene, { posted }: SettledEpoch): Promise<void> {
  const { epoch } = posted;
  return story.chapter("Anybody recomputes the epoch from public data", async () => {
    const report = await verifyReport(network.file.network, epoch, { mode: "full" });
    for (const { check, passed, detail } of report.checks) story.check(`${check}: ${detail}`, passed);
    story.check(`epoch ${epoch} is what its bundles and the chain say`, report.ok);
    const file = network.state.path("verifiers", "1", "bundles", String(epoch), TAMPERED_FILE);
    const genuine = await readFile(file);
    const altered = Buffer.from(genuine);
    const offset = Math.floor(altered.length / 2);
    altered[offset]! ^= 1;
    await writeFile(file, altered);
    story.tell(`one bit of one byte of verifier 1's ${TAMPERED_FILE} (${altered.length} bytes) is turned over`);
    const after = await verifyReport(network.file.network, epoch, { mode: "bundles" });
    await writeFile(file, genuine);
    const where = after.checks.flatMap(({ differences }) => differences).find((line) => line.includes(TAMPERED_FILE));
    story.check("verification fails", !after.ok);
    story.check(`and says where: ${where ?? "nothing"}`, where !== undefined);
    const again = await verifyReport(network.file.network, epoch, { mode: "bundles" });
    story.check("with the byte put back it passes again", again.ok);
    story.figure(
      "verifiedEpoch",
      epoch,
      `epoch ${epoch} recomputed from public bundles; one altered byte was found and named`,
    );
  });
}

export function auctionChapter({ story, network, watch }: DemoScene): Promise<void> {
  return story.chapter("The burn auction: what the rule kept is sold for WAY, and the WAY is burned", async () => {
    const { reader } = watch;
    const treasury = network.state.account("treasury");
    const before = await auctionFigures();
    const maxWay = mulDivUp(before.available, before.priceWayPerDollar, MICRO_PER_USD);
    story.tell(
      `$${formatUsd(before.available)} on offer at ${formatWay(before.priceWayPerDollar)} WAY a dollar; the price halves every epoch`,
    );
    const writer = await chainWriter(network.file.network, treasury);
    try {
      await writer.buyDollars(before.available, maxWay);
    } finally {
      writer.close();
    }
    const after = await auctionFigures();
    const burned = before.supply - after.supply;
    story.check(
      `the treasury bought $${formatUsd(after.dollars - before.dollars)}`,
      after.dollars - before.dollars === before.available,
    );
    story.check(
      `its ${formatWay(burned)} WAY were burned: the supply fell by exactly what it paid`,
      burned > 0n && burned === before.way - after.way,
    );
    story.figure(
      "burnedWay",
      burned,
      `${formatWay(burned)} WAY burned for $${formatUsd(before.available)} of the auction`,
    );

    async function auctionFigures() {
      const [auction, supply, dollars, way] = await Promise.all([
        reader.auction(),
        reader.waySupply(),
        reader.dollarsOf(treasury.address),
        reader.wayOf(treasury.address),
      ]);
      return { ...auction, supply, dollars, way };
    }
  });
}
