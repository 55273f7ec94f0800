/** Longest payload of a frame, bytes. */
export const maxFrameBytes = 2 ** 20;

const headerBytes = 4;
const firstCapacityBytes = 4096;
const encoder = new TextEncoder();

/** A frame: the payload's length as a big-endian u32, then the message as UTF-8 JSON. */
export function encodeFrame(message: unknown): Uint8Array {
  const payload = encoder.encode(JSON.stringify(message));
  const frame = new Uint8Array(headerBytes + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(payload, headerBytes);
  return frame;
}

/**
 * What came out of a byte stream: a JSON value; a frame whose payload is no JSON (the stream goes
 * on); or a length no frame can have (the stream cannot go on).
 */
export type DecodedFrame =
  | { readonly kind: "message"; readonly value: unknown }
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string };

/** Cuts a byte stream into frames, however its chunks fall. Holds at most one frame. */
export class FrameDecoder {
  private readonly text = new TextDecoder("utf-8", { fatal: true });
  private readonly header = new Uint8Array(headerBytes);
  private headerFilled = 0;
  private payload = new Uint8Array(0);
  private payloadFilled = 0;
  private broken = false;

  /** The frames completed by this chunk. Nothing comes after a broken one. */
  push(chunk: Uint8Array): DecodedFrame[] {
    const frames: DecodedFrame[] = [];
    let offset = 0;
    while (offset < chunk.length && !this.broken) {
      offset += this.takeHeader(chunk, offset);
      if (this.headerFilled < headerBytes) break;
      const length = new DataView(this.header.buffer).getUint32(0);
      if (length > maxFrameBytes) {
        this.broken = true;
        const reason = `a frame of ${length} bytes; the limit is ${maxFrameBytes}`;
        frames.push({ kind: "broken", reason });
        break;
      }
      offset += this.takePayload(chunk, offset, length);
      if (this.payloadFilled === length) frames.push(this.complete(length));
    }
    return frames;
  }

  private takeHeader(chunk: Uint8Array, offset: number): number {
    const part = chunk.subarray(offset, offset + headerBytes - this.headerFilled);
    this.header.set(part, this.headerFilled);
    this.headerFilled += part.length;
    return part.length;
  }

  private takePayload(chunk: Uint8Array, offset: number, length: number): number {
    const part = chunk.subarray(offset, offset + length - this.payloadFilled);
    this.reserve(this.payloadFilled + part.length, length);
    this.payload.set(part, this.payloadFilled);
    this.payloadFilled += part.length;
    return part.length;
  }

  /** Grows by doubling, so that a byte at a time costs linear time and a claimed length no memory. */
  private reserve(needed: number, length: number): void {
    if (needed <= this.payload.length) return;
    const capacity = Math.min(length, Math.max(firstCapacityBytes, 2 * needed));
    const grown = new Uint8Array(capacity);
    grown.set(this.payload.subarray(0, this.payloadFilled));
    this.payload = grown;
  }

  private complete(length: number): DecodedFrame {
    const bytes = this.payload.subarray(0, length);
    this.headerFilled = 0;
    this.payloadFilled = 0;
    this.payload = new Uint8Array(0);
    try {
      return { kind: "message", value: JSON.parse(this.text.decode(bytes)) as unknown };
    } catch (error) {
      return { kind: "malformed", reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
