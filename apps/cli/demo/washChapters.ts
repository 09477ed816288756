import type { Address } from "@wayleave/core/ids";
import { type MicroUsd, BPS, formatUsd, MICRO_PER_USD, mulDivUp } from "@wayleave/core/money";
import { deviceId, type SettledEpoch } from "./networkWatch.ts";
import type { DemoScene } from "./scene.ts";
import { until } from "./until.ts";
import { type BarePayer, startBarePayer } from "./barePayer.ts";

const SPEND: MicroUsd = 100n * MICRO_PER_USD;
const WASHING_INDEX = 8;
/** Two ticks: verifiers read the device's wallet, and bring their countersignatures with the next. */
const FIRM_WITHIN_MS = 30_000;
const CLAIMED_WITHIN_EPOCHS = 5;

/** Somebody who is its own customer: payer and owner in one, so that all of its dollars pass through one account. */
export interface Washer extends BarePayer {
  readonly device: Address;
}

/** The owner of an honest device tries to earn by paying itself. Settled with the same epoch as everything else. */
export function washBeginsChapter({ story, network, watch }: DemoScene): Promise<Washer> {
  return story.chapter("Meanwhile an owner pays its own device for service that never was", async () => {
    const device = deviceId(network, `device-${WASHING_INDEX}`);
    const name = `owner-${WASHING_INDEX}`;
    const promisesMicroUsd = new Map([[device, SPEND]]);
    const payer = await startBarePayer(network, { name, depositMicroUsd: SPEND, promisesMicroUsd });
    const washer: Washer = { ...payer, device };
    const escrow = await watch.reader.escrow(washer.account);
    story.check(
      `device ${WASHING_INDEX}'s owner registered as a payer and put $${formatUsd(escrow.deposited)} into its escrow`,
      escrow.deposited === SPEND,
    );
    await until("The washing voucher becoming firm", FIRM_WITHIN_MS, async () =>
      (await washer.firmMicroUsd(device)) === SPEND ? true : null,
    );
    story.check("its voucher over all of it to its own device is genuine: two verifiers countersigned it", true);
    return washer;
  });
}

export function washEndsChapter({ story, network, watch }: DemoScene, washer: Washer): Promise<void> {
  const { schedule } = network.file.network;
  return story.chapter("The owner who paid itself counts its dollars", async () => {
    const waitMs = CLAIMED_WITHIN_EPOCHS * schedule.epochMs;
    const settled = await until("Its voucher settling", waitMs, async () => {
      const epochs = await watch.settled(0);
      return epochs.find((epoch) => paidBy(washer, epoch) === SPEND) ?? null;
    });
    const due = settled.tables.payouts.find(({ account }) => account === washer.account)!.dollars;
    await until("Its claim", waitMs, async () =>
      (await watch.reader.claimed(washer.account)).dollars >= due ? true : null,
    );
    const [after, escrow, parameters, all] = await Promise.all([
      watch.reader.dollarsOf(washer.account),
      watch.reader.escrow(washer.account),
      watch.reader.parameters(),
      watch.settled(0),
    ]);
    // What the device really earned of others by then is not washed: everything they paid it is taken off, an upper bound.
    const honest = all.reduce((sum, epoch) => sum + paidByOthers(washer, epoch), 0n);
    const mostBack = SPEND - mulDivUp(SPEND, parameters.burnBps, BPS);
    story.tell(
      `before: $${formatUsd(SPEND)}; settled in epoch ${settled.posted.epoch}; its escrow holds $${formatUsd(escrow.balance)} now`,
    );
    story.check(
      `after: $${formatUsd(after)}, of it up to $${formatUsd(honest)} from real customers: it lost at least $${formatUsd(SPEND - after)}`,
      escrow.balance === 0n && after - honest <= mostBack,
    );
    story.tell(
      `the contract lets no more than $${formatUsd(mostBack)} out of $${formatUsd(SPEND)} in, whoever signs: had all verifiers been its friends, too`,
    );
    story.figure(
      "washLossMicroUsd",
      SPEND - after,
      `an owner that paid itself $${formatUsd(SPEND)} lost at least $${formatUsd(SPEND - after)} of it`,
    );
  });
}

function paidBy({ account, device }: Washer, { tables }: SettledEpoch): MicroUsd {
  return tables.vouchers.find((row) => row.payer === account && row.device === device)?.paidMicroUsd ?? 0n;
}

function paidByOthers({ account, device }: Washer, { tables }: SettledEpoch): MicroUsd {
  const others = tables.vouchers.filter((row) => row.payer !== account && row.device === device);
  return others.reduce((sum, row) => sum + row.paidMicroUsd, 0n);
}
