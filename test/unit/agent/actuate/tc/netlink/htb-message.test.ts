import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHtbClasses } from "../../../../../../agent/actuate/tc/htb-classes.ts";
import {
  decodeClass,
  encodeClassChange,
  encodeClassDump,
} from "../../../../../../agent/actuate/tc/netlink/htb-message.ts";
import {
  attributesIn,
  messagesIn,
  type RouteMessage,
} from "../../../../../../agent/actuate/tc/netlink/rtnetlink.ts";
import { dumpDatagram, dumpPrinted } from "./captured.ts";

const messages = [...messagesIn(Buffer.from(dumpDatagram, "hex"))];
const tcmsgBytes = 20;

function optionsOf({ body }: RouteMessage): Map<number, Buffer> {
  const options = attributesIn(body.subarray(tcmsgBytes)).get(2);
  return attributesIn(options as Buffer);
}

const change = {
  classId: "1:12",
  parent: "1:1",
  prio: 0,
  rateBitPerS: 100e9,
  ceilBitPerS: 200e9,
  burstBytes: 160_000_000,
  cburstBytes: 160_000_000,
  quantumBytes: 1514,
};

function changed(over: Partial<typeof change> = {}): RouteMessage {
  const [message] = messagesIn(encodeClassChange(5, 3, { ...change, ...over }));
  return message as RouteMessage;
}

describe("the messages of HTB classes", () => {
  it("are read as tc reads them, rates to the byte", () => {
    const classes = new Map(
      messages.map(({ body }) => {
        const { classId, found } = decodeClass(body) as NonNullable<ReturnType<typeof decodeClass>>;
        return [classId, found];
      }),
    );
    const printed = parseHtbClasses(dumpPrinted);
    // tc prints 18777Kbit of this one.
    Object.assign(printed.get("1:13") as object, { rateBitPerS: 18_777_776 });
    expect(classes).toEqual(printed);
  });

  it("ask for the classes of one interface", () => {
    expect(encodeClassDump(7, 3).toString("hex")).toBe(
      "240000002a0001030700000000000000" + "0000000003000000000000000000000000000000",
    );
  });

  it("set what tc sets: the kernel shows the options of this change as its answer has them", () => {
    expect(optionsOf(changed())).toEqual(optionsOf(messages[3] as RouteMessage));
  });

  it("change a class that is there and have it confirmed", () => {
    const { type, flags, sequence, body } = changed();
    const [request, ack, create] = [0x1, 0x4, 0x400];
    expect({ type, sequence }).toEqual({ type: 40, sequence: 5 });
    expect(flags & (request | ack | create)).toBe(request | ack);
    // Interface, class and parent as the kernel gives them.
    const shown = (messages[3] as RouteMessage).body.subarray(0, 16);
    expect(body.subarray(0, 16)).toEqual(shown);
  });

  it("come back as they went, for any rate", () => {
    const rate = fc.integer({ min: 1, max: 400_000_000 }).map((kbit) => kbit * 1e3);
    const half = fc.integer({ min: 1, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(rate, rate, half, half, (rateBitPerS, ceilBitPerS, major, minor) => {
        const classId = `${major}:${minor}`;
        const decoded = decodeClass(changed({ rateBitPerS, ceilBitPerS, classId }).body);
        expect(decoded).toMatchObject({ classId, found: { rateBitPerS, ceilBitPerS } });
      }),
    );
  });

  it("of another kind's classes are passed over", () => {
    const other = Buffer.from(dumpDatagram.replaceAll("68746200", "68667300"), "hex");
    for (const { body } of messagesIn(other)) expect(decodeClass(body)).toBeUndefined();
  });

  it("that are cut short or mangled are refused, or read, but never for ever", () => {
    const whole = Buffer.from(dumpDatagram, "hex");
    const place = fc.nat(whole.length - 1);
    fc.assert(
      fc.property(place, place, fc.nat(255), (length, at, value) => {
        const mangled = Buffer.from(whole.subarray(0, length));
        if (at < length) mangled[at] = value;
        try {
          for (const { body } of messagesIn(mangled)) decodeClass(body);
        } catch (error) {
          expect((error as Error).message).toMatch(/netlink|range|bounds/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
