/** What clears a retained topic: a retained message without a byte [MQTT-3.3.1-10]. */
export const clearedPayload = new Uint8Array(0);

/** Nobody has anything to say on this topic; there is no message to decode. */
export function isCleared(payload: Uint8Array): boolean {
  return payload.byteLength === 0;
}
