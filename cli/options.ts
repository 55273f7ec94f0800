import { InvalidArgumentError, Option } from "commander";

/** A commander argument parser for whole numbers from `min`. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < min) {
      throw new InvalidArgumentError(`expected a whole number of at least ${min}.`);
    }
    return value;
  };
}

/** A commander argument parser for numbers from `min` to `max`. */
export function numberBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= min && value <= max)) {
      throw new InvalidArgumentError(`expected a number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** `--system`, the published system a command works on. */
export function systemOption(): Option {
  return new Option("--system <name>", "the system")
    .choices(["slicing", "energy"])
    .default("slicing");
}
