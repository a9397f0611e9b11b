import { expect, test } from "vitest";
import STYLE from "../style.css?raw";

const hex = (name: string): string => new RegExp(`--yg-${name}: (#[0-9a-f]+);`).exec(STYLE)?.[1] ?? name;

/** Relative luminance, WCAG 2.2. */
function light(colour: string): number {
  const full = colour.length === 4 ? colour.replace(/[0-9a-f]/g, "$&$&") : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(full.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [light(hex(one)), light(hex(other))].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

test.each([
  ["ink", ["paper", "sheet", "pine-wash"]],
  ["ink-soft", ["paper", "sheet"]],
  ["pine", ["paper", "sheet", "pine-wash"]],
  ["gold", ["paper", "sheet", "gold-wash"]],
  ["red", ["paper", "sheet", "red-wash"]],
  ["#fff", ["pine", "gold", "red"]],
  ["#5c6862", ["sheet"]],
])("letters in %s can be read in sunlight on %s (AA)", (letters, grounds) => {
  for (const ground of grounds) expect(contrast(letters, ground), ground).toBeGreaterThan(4.5);
});
