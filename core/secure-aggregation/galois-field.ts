/** The low bits of x⁸ + x⁴ + x³ + x + 1, which GF(2⁸) is counted modulo. */
const reduction = 0x1b;

/** The product in GF(2⁸); without branches or tables, so that its time tells nothing. */
export function multiply(a: number, b: number): number {
  let shifted = a;
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >> bit) & 1) & shifted;
    shifted = ((shifted << 1) ^ (-(shifted >> 7) & reduction)) & 0xff;
  }
  return product;
}

/** The number that gives 1 with `a` (0 for 0): a²⁵⁴, as the nonzero elements are a group of 255. */
export function inverse(a: number): number {
  let power = a;
  for (let step = 0; step < 6; step++) power = multiply(multiply(power, power), a);
  return multiply(power, power);
}
