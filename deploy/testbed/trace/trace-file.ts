import { z } from "zod";
import { SlotwiseError } from "../../../core/errors.ts";
import { slicingScenarioSchema } from "../../../core/slicing/scenario.ts";
import type { ArrivalsTrace } from "./arrivals-trace.ts";

const format = "slotwise-arrivals/1";

/** The line before a trace's slots. */
const headerSchema = z.strictObject({
  format: z.literal(format),
  seed: z.number().int().min(0),
  slots: z.number().int().min(1).max(1_000_000),
  scenario: slicingScenarioSchema,
  course: z
    .array(
      z.strictObject({
        fromSlot: z.number().int().min(0),
        probabilities: z.array(z.number().min(0).max(1)),
      }),
    )
    .describe("what the tasks were drawn by; for the reader, not for the replay"),
});

/** A slot's line: for each access point a digit a task, its slice. */
const slotSchema = z.array(z.string().regex(/^\d*$/, "a digit for each task"));

/** Traces as JSON lines: a header each, then a line a slot. */
export function formatTraces(traces: readonly ArrivalsTrace[]): string {
  return traces
    .flatMap(({ seed, scenario, course, slots }) => [
      JSON.stringify({ format, seed, slots: slots.length, scenario, course }),
      ...slots.map((slot) => JSON.stringify(slot.map((tasks) => tasks.join("")))),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function refuse(name: string, line: number, expected: string, received: string): never {
  throw new SlotwiseError("TRACE_INVALID", {
    expected: `${expected} in line ${line} of ${name}`,
    received,
    consequence: "nothing was played",
  });
}

class TraceReader {
  private readonly name: string;
  private readonly lines: readonly string[];
  private next = 0;

  constructor(name: string, text: string) {
    this.name = name;
    this.lines = text.trimEnd().split("\n");
  }

  get atEnd(): boolean {
    return this.next >= this.lines.length;
  }

  trace(): ArrivalsTrace {
    const { slots: count, ...header } = this.read(headerSchema, `a header of ${format}`);
    const { accessPoints, slices } = header.scenario;
    const slots = Array.from({ length: count }, () => this.slot(accessPoints, slices.length));
    return { seed: header.seed, scenario: header.scenario, course: header.course, slots };
  }

  private slot(accessPoints: number, slices: number): Uint8Array[] {
    const expected = `${accessPoints} strings of slices below ${slices}`;
    const tasks = this.read(slotSchema, expected).map((digits) => Uint8Array.from(digits, Number));
    if (tasks.length !== accessPoints || tasks.some((all) => all.some((one) => one >= slices))) {
      refuse(this.name, this.next, expected, this.lines[this.next - 1] ?? "");
    }
    return tasks;
  }

  private read<Schema extends z.ZodType>(schema: Schema, expected: string): z.output<Schema> {
    const line = this.lines[this.next];
    this.next++;
    if (line === undefined) return refuse(this.name, this.next, expected, "the file's end");
    const result = schema.safeParse(parsed(line));
    if (result.success) return result.data;
    const faults = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return refuse(this.name, this.next, expected, faults.join("; "));
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * @param name of the file, for messages
 * @throws SlotwiseError TRACE_INVALID with the first line at fault
 */
export function parseTraces(name: string, text: string): ArrivalsTrace[] {
  const reader = new TraceReader(name, text);
  const traces: ArrivalsTrace[] = [];
  while (!reader.atEnd) traces.push(reader.trace());
  return traces;
}
