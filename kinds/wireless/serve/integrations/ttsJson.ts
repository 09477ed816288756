import type { HeardBy, LorawanEvent, UplinkEvent } from "../../model/events.ts";

/**
 * Where The Things Stack publishes an event; null for what it has no topic for (device status, failures).
 * The device's EUI stands where The Things Stack has its device id.
 */
export function ttsTopic(event: LorawanEvent): string | null {
  const suffix = suffixOf(event);
  return suffix === null ? null : `v3/${event.applicationId}/devices/${event.devEui}/${suffix}`;
}

function suffixOf(event: LorawanEvent): string | null {
  switch (event.type) {
    case "up":
      return "up";
    case "join":
      return "join";
    case "ack":
      return event.acknowledged ? "down/ack" : "down/nack";
    case "txack":
      return event.outcome === "sent" ? "down/sent" : "down/failed";
    default:
      return null;
  }
}

/**
 * An event as The Things Stack v3's JSON has it; call it only where {@link ttsTopic} is not null.
 * @see https://www.thethingsindustries.com/docs/integrations/data-formats/
 */
export function ttsJson(event: LorawanEvent): object {
  const base = {
    end_device_ids: {
      device_id: event.devEui,
      application_ids: { application_id: event.applicationId },
      dev_eui: event.devEui.toUpperCase(),
      ...("joinEui" in event ? { join_eui: event.joinEui.toUpperCase() } : {}),
      ...("devAddr" in event ? { dev_addr: event.devAddr.toUpperCase() } : {}),
    },
    correlation_ids: [event.id],
    received_at: event.at,
  };
  switch (event.type) {
    case "up":
      return { ...base, uplink_message: uplinkMessage(event) };
    case "join":
      return { ...base, join_accept: { received_at: event.at, rx_metadata: event.heardBy.map(rxMetadata) } };
    case "ack": {
      const downlink = { f_cnt: event.fCntDown, correlation_ids: [event.downlinkId], confirmed: true };
      return { ...base, [event.acknowledged ? "downlink_ack" : "downlink_nack"]: downlink };
    }
    case "txack": {
      const downlink = {
        ...(event.fCntDown === null ? {} : { f_cnt: event.fCntDown }),
        correlation_ids: event.downlinkId === null ? [] : [event.downlinkId],
      };
      if (event.outcome === "sent") return { ...base, downlink_sent: downlink };
      return { ...base, downlink_failed: { downlink, error: { name: event.outcome } } };
    }
    default:
      return base;
  }
}

function uplinkMessage(event: UplinkEvent): object {
  const { modulation } = event;
  const warnings = event.errors.map(({ message }) => message);
  return {
    ...(event.fPort === null ? {} : { f_port: event.fPort }),
    ...{ f_cnt: event.fCnt, frm_payload: event.data },
    ...(event.object === null || event.object === undefined ? {} : { decoded_payload: event.object }),
    ...(warnings.length === 0 ? {} : { decoded_payload_warnings: warnings }),
    rx_metadata: event.heardBy.map(rxMetadata),
    settings: {
      data_rate:
        modulation.kind === "lora"
          ? {
              lora: {
                bandwidth: modulation.bandwidthHz,
                spreading_factor: modulation.spreadingFactor,
                coding_rate: "4/5",
              },
            }
          : { fsk: { bit_rate: modulation.bitsPerSecond } },
      frequency: String(event.frequencyHz),
    },
    received_at: event.at,
    ...(event.confirmed ? { confirmed: true } : {}),
  };
}

function rxMetadata({ gatewayEui, rssiDbm, snrDb, receivedAt }: HeardBy): object {
  return {
    gateway_ids: { gateway_id: `eui-${gatewayEui}`, eui: gatewayEui.toUpperCase() },
    ...{ rssi: rssiDbm, channel_rssi: rssiDbm, snr: snrDb, received_at: receivedAt },
  };
}
