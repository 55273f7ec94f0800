/** Largest MQTT packets taken from a client, bytes of remaining length. */
export interface FrameLimits {
  /** Before the first packet, CONNECT, is complete. */
  readonly connectBytes: number;
  readonly maxFrameBytes: number;
}

const maxLengthBytes = 4;

/**
 * Follows the packets in a client's byte stream by their fixed header [MQTT-3.1.1 § 2.2] and tells
 * when one is too long, before any of its content is stored.
 */
export class FrameGuard {
  private readonly limits: FrameLimits;
  private framesSeen = 0;
  private bodyBytesLeft = 0;
  /** Bytes of the remaining length read so far; -1 before the packet type. */
  private lengthBytes = -1;
  private remainingLength = 0;

  constructor(limits: FrameLimits) {
    this.limits = limits;
  }

  /** Packets whose header has come. */
  get frames(): number {
    return this.framesSeen;
  }

  /** False once a packet exceeds its limit or has no valid length: the client must go. */
  accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.bodyBytesLeft > 0) {
        const step = Math.min(this.bodyBytesLeft, chunk.length - at);
        this.bodyBytesLeft -= step;
        at += step;
      } else if (!this.acceptHeaderByte(chunk[at++] as number)) {
        return false;
      }
    }
    return true;
  }

  private acceptHeaderByte(byte: number): boolean {
    if (this.lengthBytes < 0) {
      this.lengthBytes = 0;
      this.remainingLength = 0;
      return true;
    }
    this.remainingLength += (byte & 0x7f) * 128 ** this.lengthBytes;
    this.lengthBytes++;
    if ((byte & 0x80) !== 0) return this.lengthBytes < maxLengthBytes;
    const limit = this.framesSeen === 0 ? this.limits.connectBytes : this.limits.maxFrameBytes;
    this.framesSeen++;
    this.bodyBytesLeft = this.remainingLength;
    this.lengthBytes = -1;
    return this.remainingLength <= limit;
  }
}
