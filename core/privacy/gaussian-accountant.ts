/**
 * What one release through the Gaussian mechanism spends, as ρ of zero-concentrated differential privacy:
 * its Rényi divergence of order α is αρ = α / (2z²) (Mironov, CSF 2017, Proposition 7). Releases add up,
 * also where each depends on those before.
 *
 * @param noiseMultiplier z: the noise's standard deviation over the sum's sensitivity
 */
export function gaussianRho(noiseMultiplier: number): number {
  return 1 / (2 * noiseMultiplier ** 2);
}

/** Proposition 12 of Canonne, Kamath and Steinke (NeurIPS 2020), like Theorem 21 of Balle et al. (2020). */
function epsilonAt(order: number, rho: number, delta: number): number {
  return order * rho + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
}

const searchSteps = 200;
const inverseGoldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * The ε that holds with this δ once `rho` is spent. It is the least over all orders, found by golden
 * section; every order gives a true bound, so one that is missed costs tightness and nothing else.
 */
export function epsilonOf(rho: number, delta: number): number {
  if (rho === 0) return 0;
  const at = (exponent: number) => epsilonAt(1 + Math.exp(exponent), rho, delta);
  let low = Math.log(1e-4);
  let high = Math.log(1e9);
  for (let step = 0; step < searchSteps; step++) {
    const left = high - inverseGoldenRatio * (high - low);
    const right = low + inverseGoldenRatio * (high - low);
    if (at(left) < at(right)) high = right;
    else low = left;
  }
  return Math.max(0, at((low + high) / 2));
}
