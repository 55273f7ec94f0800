import { connect, type Socket } from "node:net";

const text = (value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

function packet(type: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}

/** CONNECT of MQTT 3.1.1 without keep-alive. */
export function connectPacket(clientId: string, clean = true): Buffer {
  const flags = clean ? 0x02 : 0x00;
  return packet(0x10, Buffer.concat([text("MQTT"), Buffer.from([4, flags, 0, 0]), text(clientId)]));
}

export function subscribePacket(filter: string): Buffer {
  return packet(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]));
}

export function publishPacket(topic: string, payload: Buffer): Buffer {
  return packet(0x30, Buffer.concat([text(topic), payload]));
}

/** A PUBLISH of quality of service 2, which waits for the rest of its handshake. */
export function halfOpenPublishPacket(topic: string, messageId: number): Buffer {
  const id = Buffer.from([messageId >> 8, messageId & 0xff]);
  return packet(0x34, Buffer.concat([text(topic), id, Buffer.from("x")]));
}

/** CONNECT with a last will of quality of service 1, retained. */
export function connectPacketWithWill(clientId: string, topic: string, will: string): Buffer {
  const fields = [clientId, topic, will].map(text);
  return packet(0x10, Buffer.concat([text("MQTT"), Buffer.from([4, 0x2e, 0, 0]), ...fields]));
}

/** A socket that speaks no MQTT by itself; `ended` resolves when the other side is gone. */
export function rawClient(port: number): { socket: Socket; ended: Promise<void> } {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return { socket, ended };
}
