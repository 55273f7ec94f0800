import type { Tensor, Weights } from "./tensor.ts";
import { weightsError } from "./weights-error.ts";

const lengthBytes = 8;
const valueBytes = { F32: 4, F16: 2, I8: 1 } as const;
const maxHeaderBytes = 1 << 20;
const metadataKey = "__metadata__";

/** Element types this codec knows, by their safetensors names. */
type Dtype = keyof typeof valueBytes;

/** A tensor as it lies in the file; `bytes` are little-endian values of `dtype`. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Stored tensors with the free text that travels in the file's `__metadata__`. */
export interface StoredTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Weights with the free text that travels in the file's `__metadata__`. */
export interface SafetensorsFile {
  readonly weights: Weights;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The safetensors form (Hugging Face, format 0.x): u64 little-endian header length, JSON header padded
 * with spaces to 8 bytes, then the values of every tensor in the order of `tensors`.
 * Written on little-endian hosts only (x64, arm64).
 */
export function encodeTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push([metadataKey, metadata]);
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    if (name === metadataKey) throw weightsError("a tensor name", metadataKey);
    const begin = end;
    end += bytes.byteLength;
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const json = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  const text = new TextEncoder().encode(json);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(lengthBytes + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(text, lengthBytes);
  file.fill(0x20, lengthBytes + text.length, lengthBytes + headerBytes);
  let position = lengthBytes + headerBytes;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, position);
    position += bytes.byteLength;
  }
  return file;
}

/** Weights as a safetensors file of float32. */
export function encodeSafetensors(
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const stored = ({ shape, data }: Tensor): StoredTensor => ({
    dtype: "F32",
    shape,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
  return encodeTensors(new Map([...weights].map(([name, t]) => [name, stored(t)])), metadata);
}

interface Extent {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(valueBytes, value);
}

function parseHeader(file: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (file.byteLength < lengthBytes) {
    throw weightsError("a safetensors header length of 8 bytes", `${file.byteLength} bytes`);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const declared = view.getBigUint64(0, true);
  if (declared > BigInt(Math.min(maxHeaderBytes, file.byteLength - lengthBytes))) {
    throw weightsError("a header that fits in the file", `a header length of ${declared}`);
  }
  const dataStart = lengthBytes + Number(declared);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(
      file.subarray(lengthBytes, dataStart),
    );
    const header: unknown = JSON.parse(text);
    if (isObject(header)) return { header, dataStart };
  } catch {
    // falls through to the one error below
  }
  throw weightsError("a JSON object as safetensors header", "something else");
}

function parseExtent(name: string, value: unknown): Extent {
  if (!isObject(value)) throw weightsError(`an object for tensor ${name}`, typeof value);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) throw weightsError(`dtype F32, F16 or I8 for ${name}`, String(dtype));
  if (!isSizes(shape)) throw weightsError(`a shape of sizes for ${name}`, JSON.stringify(shape));
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (begin === undefined || end === undefined) {
    throw weightsError(`two data offsets for ${name}`, JSON.stringify(offsets));
  }
  const bytes = shape.reduce((product, size) => product * size, valueBytes[dtype]);
  if (end - begin !== bytes) {
    throw weightsError(`${bytes} bytes for ${name}`, `offsets ${begin} to ${end}`);
  }
  return { name, dtype, shape, begin, end };
}

function parseMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (isObject(value) && Object.values(value).every((text) => typeof text === "string")) {
    return value as Record<string, string>;
  }
  throw weightsError("text values in __metadata__", JSON.stringify(value));
}

function requireTiling(extents: readonly Extent[], dataBytes: number): void {
  let reached = 0;
  for (const { name, begin, end } of extents) {
    if (begin !== reached) {
      throw weightsError(`${name} to begin at byte ${reached}, without gap or overlap`, `${begin}`);
    }
    reached = end;
  }
  if (reached !== dataBytes) {
    throw weightsError(`${reached} bytes of values`, `${dataBytes} bytes`);
  }
}

/** Copies, because the values need alignment and must not hold on to the whole message. */
function copyTensor(
  file: Uint8Array,
  dataStart: number,
  { dtype, shape, begin, end }: Extent,
): StoredTensor {
  return { dtype, shape, bytes: new Uint8Array(file.subarray(dataStart + begin, dataStart + end)) };
}

/**
 * Reads a safetensors file strictly: tensors tile the data without gap or overlap. They come in the
 * order of their data.
 *
 * @throws SlotwiseError WEIGHTS_INVALID
 */
export function decodeTensors(file: Uint8Array): StoredTensors {
  const { header, dataStart } = parseHeader(file);
  const extents = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => parseExtent(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireTiling(extents, file.byteLength - dataStart);
  return {
    tensors: new Map(extents.map((extent) => [extent.name, copyTensor(file, dataStart, extent)])),
    metadata: parseMetadata(header[metadataKey]),
  };
}

/**
 * Reads a safetensors file that holds float32 alone. Values may be non-finite: see `checkFinite`.
 *
 * @throws SlotwiseError WEIGHTS_INVALID
 */
export function decodeSafetensors(file: Uint8Array): SafetensorsFile {
  const { tensors, metadata } = decodeTensors(file);
  const weights = [...tensors].map(([name, { dtype, shape, bytes }]): [string, Tensor] => {
    if (dtype !== "F32") throw weightsError(`dtype F32 for ${name}`, dtype);
    return [name, { shape, data: new Float32Array(bytes.buffer as ArrayBuffer) }];
  });
  return { weights: new Map(weights), metadata };
}
