import exported from "lora-packet";

/** The `lora-packet` library, an independent LoRaWAN codec. Its types mistake what Node's modules get of it. */
export const loraPacket = exported as unknown as typeof exported.default;
