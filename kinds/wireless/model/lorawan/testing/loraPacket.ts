import declared from "lora-packet";

/** lora-packet, whose declarations say of its one export that it is the `default` of itself. */
export const loraPacket = declared as unknown as (typeof declared)["default"];
