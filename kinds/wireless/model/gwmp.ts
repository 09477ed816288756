/**
 * Types of datagrams of Semtech's UDP protocol (GWMP), version 2.
 * @see https://github.com/Lora-net/packet_forwarder/blob/master/PROTOCOL.TXT
 */
export const PUSH_DATA = 0;
export const PUSH_ACK = 1;
export const PULL_DATA = 2;
export const PULL_RESP = 3;
export const PULL_ACK = 4;
export const TX_ACK = 5;
