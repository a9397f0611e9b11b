import { computed, type ComputedRef, type Ref } from "vue";
import { clockedHere, dueNow } from "../keep/clocked";
import { store } from "../keep/db";
import { live } from "../keep/live";
import { current } from "../session";
import { isoDay } from "../words/when";
import { type Home } from "./shapes";

/** What the person should clock now; null when today is done. */
export function useDue(home: Ref<Home | null>): ComputedRef<"on" | "off" | null> {
  const { id } = current();
  const here = live(() => clockedHere(store, id, new Date().setHours(0, 0, 0, 0)), []);
  return computed(() => {
    const told = (home.value?.checked ?? []).filter(({ at }) => isoDay(Date.parse(at)) === isoDay()).map(({ kind }) => kind);
    return dueNow(new Set([...here.value, ...told]));
  });
}
