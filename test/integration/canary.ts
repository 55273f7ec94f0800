import { encodeHalf } from "../../core/weights/half-precision.ts";

/** Successive numbers that make a pattern nothing else has: 8 bytes in the shortest form. */
const runLength = 4;

/** Characters of a number in decimal that nothing else begins with. */
const textLength = 10;

const bytesOf = (view: ArrayBufferView) =>
  Buffer.from(view.buffer, view.byteOffset, view.byteLength);

const swapped = (bytes: Buffer, size: 4 | 8) =>
  size === 4 ? Buffer.from(bytes).swap32() : Buffer.from(bytes).swap64();

function halves(values: Float32Array): Buffer {
  const shape = [values.length];
  const file = Buffer.from(encodeHalf(new Map([["v", { shape, data: values }]])));
  return file.subarray(file.length - 2 * values.length);
}

/** A number as float64, as float32, in both byte orders, and by its first decimals. */
export function formsOfNumber(value: number): Buffer[] {
  const [double, single] = [bytesOf(Float64Array.of(value)), bytesOf(Float32Array.of(value))];
  const text = Buffer.from(String(value).slice(0, textLength));
  return [double, swapped(double, 8), single, swapped(single, 4), text];
}

/** Successive numbers as float32 and as float16: every run of four of them. */
export function runsOf(values: Float32Array): Buffer[] {
  const runs: Buffer[] = [];
  for (let i = 0; i + runLength <= values.length; i += runLength) {
    const run = values.slice(i, i + runLength);
    if (run.some((value) => value === 0)) continue;
    runs.push(bytesOf(run), halves(run));
  }
  return runs;
}

/** The patterns that occur. */
export function found(patterns: readonly Buffer[], streams: readonly Buffer[]): Buffer[] {
  return patterns.filter((pattern) => streams.some((stream) => stream.includes(pattern)));
}
