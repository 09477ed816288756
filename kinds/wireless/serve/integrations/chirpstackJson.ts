import type { HeardBy, LorawanEvent, LorawanEventType } from "../../model/events.ts";
import type { Modulation } from "../../model/radio.ts";

/** Where ChirpStack publishes an event. */
export function chirpstackTopic({ applicationId, devEui, type }: LorawanEvent): string {
  return `application/${applicationId}/device/${devEui}/event/${type satisfies LorawanEventType}`;
}

/**
 * An event as ChirpStack v4's JSON has it, where it has it. Ours beside: `heardBy` in an uplink's `rxInfo[].metadata`
 * (who is paid what), `outcome` of a txack, `errors` of an uplink. Failures have ChirpStack's log form.
 * @see https://www.chirpstack.io/docs/chirpstack/integrations/events.html
 */
export function chirpstackJson(event: LorawanEvent): object {
  const base = { deduplicationId: event.id, time: event.at, deviceInfo: deviceInfo(event) };
  switch (event.type) {
    case "up":
      return {
        ...base,
        ...{ devAddr: event.devAddr, adr: event.adr, dr: event.dataRate, fCnt: event.fCnt, fPort: event.fPort ?? 0 },
        ...{ confirmed: event.confirmed, data: event.data },
        ...(event.object === null || event.object === undefined ? {} : { object: event.object }),
        rxInfo: event.heardBy.map(rxInfo),
        txInfo: { frequency: event.frequencyHz, modulation: modulation(event.modulation) },
        ...(event.errors.length === 0 ? {} : { errors: event.errors }),
      };
    case "join":
      return { ...base, devAddr: event.devAddr, joinEui: event.joinEui, rxInfo: event.heardBy.map(rxInfo) };
    case "ack":
      return {
        ...base,
        ...{ queueItemId: event.downlinkId, acknowledged: event.acknowledged, fCntDown: event.fCntDown },
      };
    case "txack":
      return {
        ...{ downlinkId: event.id, time: event.at, deviceInfo: deviceInfo(event), queueItemId: event.downlinkId ?? "" },
        ...{ fCntDown: event.fCntDown ?? 0, gatewayId: event.gatewayEui, outcome: event.outcome },
      };
    case "status":
      return {
        ...base,
        ...{ margin: event.marginDb, externalPowerSource: event.battery === 0 },
        // DevStatusAns: 0 is external power, 255 is unknown, 1…254 is from empty to full.
        batteryLevelUnavailable: event.battery === 255,
        batteryLevel:
          event.battery === 0 || event.battery === 255 ? 0 : Math.round((event.battery / 254) * 10_000) / 100,
      };
    case "error":
      return {
        ...{ time: event.at, deviceInfo: deviceInfo(event), level: "ERROR", code: event.code },
        ...{ description: event.message, context: { ...event.facts, deduplication_id: event.id } },
      };
  }
}

function deviceInfo({ applicationId, deviceName, devEui }: LorawanEvent): object {
  return { applicationId, applicationName: applicationId, deviceName, devEui, tags: {} };
}

function rxInfo({ gatewayEui, rssiDbm, snrDb, receivedAt, device, paidMicroUsd }: HeardBy): object {
  return {
    ...{ gatewayId: gatewayEui, nsTime: receivedAt, rssi: rssiDbm, snr: snrDb, crcStatus: "CRC_OK" },
    metadata: { wayleave_device: device, paid_micro_usd: paidMicroUsd },
  };
}

function modulation(of: Modulation): object {
  if (of.kind === "fsk") return { fsk: { datarate: of.bitsPerSecond } };
  return { lora: { bandwidth: of.bandwidthHz, spreadingFactor: of.spreadingFactor, codeRate: "CR_4_5" } };
}
