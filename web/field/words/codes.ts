/* Codes that the server knows, in the order in which they are offered; their words are `<group>_<code>`. */
import { t, type Word } from ".";

export const CODES = {
  incident: ["fire", "pests", "logging", "hunting", "land", "disaster", "damage", "rubbish", "dispute", "hardship", "other"],
  result: [
    "planting", "greening", "pest_control", "seedlings", "tending", "firebreak", "cleaning", "water", "road", "service", "other",
  ],
  unit: [
    "mu", "km", "plant", "household", "time", "place", "piece", "m", "sqm", "kg", "t", "wan_mu", "wan_plant", "li", "ha",
  ],
  done: [
    "patrol", "fire", "pests", "cleaning", "repair", "planting", "visit", "mediation", "policy", "paperwork", "meeting", "other",
  ],
  leave: ["personal", "sick", "trip", "annual", "marriage", "bereavement", "maternity", "training", "other"],
  pause: ["meeting", "rest", "weather", "other"],
} as const;

export type Group = keyof typeof CODES;

export interface Choice {
  code: string;
  label: string;
}

export function choices(group: Group): Choice[] {
  return CODES[group].map((code) => ({ code, label: t(`${group}_${code}` as Word) }));
}
