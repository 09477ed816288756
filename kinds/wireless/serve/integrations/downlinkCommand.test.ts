import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WayleaveError } from "@wayleave/core/errors";
import { commandTopic, parseDownlinkCommand } from "./downlinkCommand.ts";

const CHIRPSTACK = "application/meters/device/70B3D57ED0000007/command/down";
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe("downlink commands", () => {
  test("ChirpStack's", () => {
    const command = parseDownlinkCommand(
      commandTopic(CHIRPSTACK)!,
      json({ devEui: "70b3d57ed0000007", confirmed: true, fPort: 10, data: "AQID", extra: 1 }),
    );
    expect(command).toEqual({
      ...{ applicationId: "meters", devEui: "70b3d57ed0000007", operation: "push" },
      downlinks: [{ fPort: 10, confirmed: true, data: Uint8Array.of(1, 2, 3), object: null }],
    });
  });

  test("The Things Stack's, with a tenant and eui- before the device", () => {
    const topic = commandTopic("v3/meters@ttn/devices/eui-70b3d57ed0000007/down/replace")!;
    const downlinks = [
      { f_port: 15, frm_payload: "vu8=", priority: "NORMAL" },
      { f_port: 1, decoded_payload: { led: true }, confirmed: true },
    ];
    expect(parseDownlinkCommand(topic, json({ downlinks }))).toEqual({
      ...{ applicationId: "meters", devEui: "70b3d57ed0000007", operation: "replace" },
      downlinks: [
        { fPort: 15, confirmed: false, data: Uint8Array.of(0xbe, 0xef), object: null },
        { fPort: 1, confirmed: true, data: null, object: { led: true } },
      ],
    });
  });

  test.for([
    [{ fPort: 0, data: "" }, "fPort"],
    [{ fPort: 224, data: "" }, "fPort"],
    [{ fPort: 1, data: "%" }, "data"],
    [{ fPort: 1, data: Buffer.alloc(243).toString("base64") }, "data"],
    [{ fPort: 1 }, "data"],
    [{ fPort: 1, data: "", object: {} }, "data"],
    [{ fPort: 1, data: "", devEui: "0000000000000000" }, "devEui"],
  ] as const)("refuses %j and names the field", ([body, field]) => {
    const attempt = () => parseDownlinkCommand(commandTopic(CHIRPSTACK)!, json(body));
    expect(attempt).toThrow(expect.objectContaining({ code: "downlink-invalid", facts: { field } }));
  });

  test("anything else is refused by name, never another failure", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (payload) => {
          for (const topic of [CHIRPSTACK, "v3/a/devices/70b3d57ed0000007/down/push"]) {
            try {
              parseDownlinkCommand(commandTopic(topic)!, payload);
            } catch (error) {
              expect(error).toBeInstanceOf(WayleaveError);
            }
          }
        },
      ),
    );
  });

  test("other topics are no commands", () => {
    for (const topic of [
      "",
      "application/+/device/70b3d57ed0000007/command/up",
      "v3/a/devices/x/down/push",
      "$SYS/x",
    ]) {
      expect(commandTopic(topic)).toBeNull();
    }
  });
});
