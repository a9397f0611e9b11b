/* The place of what a page is about to keep: asked at once when the page opens, so that it is there when the button is pressed. */
import { computed, onMounted, reactive } from "vue";
import { t } from "../words";
import { findPlace, type Fix, type Place } from "./place";

const POOR_METRES = 100;

export interface Where {
  fix: Fix;
  looking: boolean;
  /** The person's own words when there is no place. */
  reason: string;
}

export function useWhere(allowed: () => boolean) {
  const where = reactive<Where>({ fix: { place: null, at: null, why: "timeout" }, looking: false, reason: "" });
  async function look(): Promise<void> {
    if (!allowed()) return;
    where.looking = true;
    where.fix = await findPlace((better) => (where.fix = better));
    where.looking = false;
  }
  onMounted(look);
  const line = computed(() => {
    if (!allowed()) return t("place_off");
    const { place, why } = where.fix;
    if (place) return t(place.acc > POOR_METRES ? "place_poor" : "place_found", { n: Math.round(place.acc) });
    if (where.looking) return t("finding_place");
    return why === "denied" ? t("place_denied") : t("place_unavailable");
  });
  const without = computed(() => allowed() && !where.looking && !where.fix.place);
  /** The part of a body that says where, or why it does not. */
  const said = (): { place: Place | null; why_no_place?: string } => {
    if (!allowed()) return { place: null, why_no_place: "off" };
    const { place, why } = where.fix;
    return place ? { place } : { place: null, why_no_place: [why, where.reason.trim()].filter(Boolean).join(": ") };
  };
  /** When the place was taken, milliseconds; null without one. */
  const takenAt = (): number | null => (allowed() ? where.fix.at : null);
  return { where, look, line, without, said, takenAt };
}
