import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import { linkKeeper } from "./linkKeeper.ts";
import { LINK_LIMITS, linkName, planLinks, type RegisteredPeer } from "./linkPlan.ts";

const DEVICE: Address = `0x${"d0".repeat(20)}`;
const account = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const peer = (n: number, over: Partial<RegisteredPeer> = {}): RegisteredPeer => {
  const plain = {
    role: "operator",
    account: account(n),
    linkId: account(1_000 + n),
    host: "front.example",
    port: 7789,
  };
  return { ...plain, active: true, ...over } as RegisteredPeer;
};
const anyPeer = fc
  .record({ n: fc.nat(200), role: fc.constantFrom("verifier", "operator"), active: fc.boolean(), port: fc.nat(70_000) })
  .map(({ n, ...over }) => peer(n, over as Partial<RegisteredPeer>));
const apply = (current: ReadonlySet<string>, plan: ReturnType<typeof planLinks>) =>
  new Set([...[...current].filter((name) => !plan.remove.includes(name)), ...plan.add.map(linkName)]);

describe("the links a device keeps", () => {
  test("are active registered peers within the limits, one for each account, and stay put", () => {
    fc.assert(
      fc.property(fc.array(anyPeer, { maxLength: 120 }), fc.array(anyPeer, { maxLength: 40 }), (registered, before) => {
        const start = apply(new Set(), planLinks(DEVICE, before, new Set()));
        const links = apply(start, planLinks(DEVICE, registered, start));
        const chosen = [...links].map((name) => registered.find((each) => linkName(each) === name)!);
        expect(chosen.every((each) => each.active && each.port > 0 && each.port < 65_536)).toBe(true);
        const operators = chosen.filter((each) => each.role === "operator");
        expect(operators.length).toBeLessThanOrEqual(LINK_LIMITS.operatorsMax);
        expect(new Set(operators.map((each) => each.account)).size).toBe(operators.length);
        const again = planLinks(DEVICE, registered, links);
        expect(again).toEqual({ add: [], remove: [] });
      }),
    );
  });

  test("do not move when others join, even when more than can be had", () => {
    const many = Array.from({ length: 40 }, (_, n) => peer(n));
    const links = apply(new Set(), planLinks(DEVICE, many, new Set()));
    expect(links.size).toBe(32);
    const more = [...many, ...Array.from({ length: 40 }, (_, n) => peer(100 + n))];
    expect(planLinks(DEVICE, more, links)).toEqual({ add: [], remove: [] });
    const without = more.filter((each) => linkName(each) !== [...links][0]);
    const replaced = planLinks(DEVICE, without, links);
    expect(replaced.remove).toEqual([[...links][0]]);
    expect(replaced.add).toHaveLength(1);
  });

  test("follow a peer that moved or changed its key, and leave one that lost its bond", () => {
    const links = new Set([linkName(peer(1)), linkName(peer(2))]);
    const moved = planLinks(DEVICE, [peer(1, { linkId: account(77) }), peer(2, { active: false })], links);
    expect(moved.add.map((each) => each.linkId)).toEqual([account(77)]);
    expect(new Set(moved.remove)).toEqual(links);
  });
});

test("the keeper dials what the plan adds and hangs up on what it removes", async () => {
  const dialled: string[] = [];
  const closed: string[] = [];
  const silent = () => undefined;
  const keeper = linkKeeper({
    device: DEVICE,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    dial: (to) => {
      dialled.push(to.account);
      return { peer: {}, close: async () => void closed.push(to.account) };
    },
  });
  keeper.update([peer(1), peer(2)]);
  keeper.update([peer(2), peer(3)]);
  expect(dialled.toSorted()).toEqual([account(1), account(2), account(3)]);
  expect(closed).toEqual([account(1)]);
  expect(keeper.links().map(({ to, connected }) => [to.account, connected])).toEqual([
    [account(2), true],
    [account(3), true],
  ]);
  await keeper.close();
  keeper.update([peer(9)]);
  expect(closed.toSorted()).toEqual([account(1), account(2), account(3)]);
  expect(dialled).toHaveLength(3);
});
