const word = new DataView(new ArrayBuffer(4));

const largest = 65504;
const smallestNormal = 2 ** -14;
const smallestStep = 2 ** -24;
const bias = 15;
/** 2^(exponent − bias) by biased exponent: a power costs more than the rest of a conversion. */
const powers = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - bias));

/** Nearest even, as IEEE 754 rounds. */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The bits of the nearest binary16 number; what is too large becomes infinite. */
export function toFloat16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= largest + 16) return sign | 0x7c00;
  if (size < smallestNormal) return sign | roundEven(size / smallestStep);
  word.setFloat32(0, size);
  const exponent = ((word.getUint32(0) >> 23) & 0xff) - 127 + bias;
  return sign | ((exponent << 10) + roundEven((size / (powers[exponent] as number) - 1) * 1024));
}

/** The number that binary16 bits stand for. */
export function fromFloat16Bits(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * smallestStep;
  return sign * (powers[exponent] as number) * (1 + fraction / 1024);
}
