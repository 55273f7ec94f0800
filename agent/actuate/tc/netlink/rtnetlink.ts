/** Message types and flags of linux/netlink.h and linux/rtnetlink.h. */
export const messageType = { error: 2, done: 3, newClass: 40, getClass: 42 } as const;
export const messageFlag = { request: 0x1, ack: 0x4, dump: 0x300 } as const;

/** A netlink message: nlmsghdr without its length, and what follows it. */
export interface RouteMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Buffer;
}

const headerBytes = 16;
const attributeHeaderBytes = 4;
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER lie above it. */
const attributeTypeMask = 0x3fff;

const aligned = (bytes: number) => (bytes + 3) & ~3;

/** One message in the byte order of x64 and arm64. */
export function encodeMessage({ type, flags, sequence, body }: RouteMessage): Buffer {
  const message = Buffer.alloc(headerBytes + aligned(body.length));
  message.writeUInt32LE(headerBytes + body.length, 0);
  message.writeUInt16LE(type, 4);
  message.writeUInt16LE(flags, 6);
  message.writeUInt32LE(sequence, 8);
  body.copy(message, headerBytes);
  return message;
}

export function encodeAttribute(type: number, body: Buffer): Buffer {
  const attribute = Buffer.alloc(attributeHeaderBytes + aligned(body.length));
  attribute.writeUInt16LE(attributeHeaderBytes + body.length, 0);
  attribute.writeUInt16LE(type, 2);
  body.copy(attribute, attributeHeaderBytes);
  return attribute;
}

function checkedLength(length: number, least: number, left: number, what: string): number {
  if (length >= least && length <= left) return length;
  throw new Error(`a netlink ${what} of ${length} bytes where ${left} are left`);
}

/**
 * The messages of a datagram, as views of it.
 *
 * @throws Error where a length does not fit
 */
export function* messagesIn(datagram: Buffer): Generator<RouteMessage> {
  for (let at = 0; at + headerBytes <= datagram.length; ) {
    const left = datagram.length - at;
    const length = checkedLength(datagram.readUInt32LE(at), headerBytes, left, "message");
    yield {
      type: datagram.readUInt16LE(at + 4),
      flags: datagram.readUInt16LE(at + 6),
      sequence: datagram.readUInt32LE(at + 8),
      body: datagram.subarray(at + headerBytes, at + length),
    };
    at += aligned(length);
  }
}

/**
 * What follows the fixed part of a message, or nests in an attribute, by type, as views of it.
 *
 * @throws Error where a length does not fit
 */
export function attributesIn(bytes: Buffer): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = 0; at + attributeHeaderBytes <= bytes.length; ) {
    const left = bytes.length - at;
    const length = checkedLength(bytes.readUInt16LE(at), attributeHeaderBytes, left, "attribute");
    const type = bytes.readUInt16LE(at + 2) & attributeTypeMask;
    attributes.set(type, bytes.subarray(at + attributeHeaderBytes, at + length));
    at += aligned(length);
  }
  return attributes;
}
