import { expect, test } from "vitest";
import { AdmissionGate, plainAddress } from "./admissionGate.ts";
import { LISTENER_LIMITS } from "./limits.ts";

const limits = {
  ...LISTENER_LIMITS,
  connectionsMax: 4,
  connectionsPerNetworkMax: 2,
  halfOpenMax: 3,
  halfOpenPerNetworkMax: 2,
};

test("an IPv6 /64 counts as one network, its neighbour as another", () => {
  const gate = new AdmissionGate(limits);
  expect(gate.enter("2001:db8:0:1::1")).toBeDefined();
  expect(gate.enter("2001:db8:0:1:ffff:ffff:ffff:ffff")).toBeDefined();
  expect(gate.enter("2001:db8:0:1::2")).toBeUndefined();
  expect(gate.enter("2001:db8:0:2::1")).toBeDefined();
});

test("places are freed once, however often they are left", () => {
  const gate = new AdmissionGate(limits);
  const first = gate.enter("192.0.2.1")!;
  const second = gate.enter("192.0.2.1")!;
  expect(gate.enter("192.0.2.1")).toBeUndefined();
  first.leave();
  first.leave();
  first.open();
  expect(gate.enter("192.0.2.1")).toBeDefined();
  expect(gate.enter("192.0.2.1")).toBeUndefined();
  second.open();
  expect(gate.enter("192.0.2.1")).toBeUndefined(); // half-open places are free, connections are not
});

test("all networks together are bounded too", () => {
  const gate = new AdmissionGate(limits);
  const places = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((address) => gate.enter(address));
  expect(gate.enter("192.0.2.4")).toBeUndefined();
  places[0]!.open();
  expect(gate.enter("192.0.2.4")).toBeDefined();
  for (const place of places) place!.open();
  expect(gate.enter("192.0.2.5")).toBeUndefined();
});

test("one host has one spelling", () => {
  expect(plainAddress("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(plainAddress("2001:db8::1")).toBe("2001:db8::1");
});
